/** @file What each meaning of a signature says to the one who chooses it. */
import type { SignatureMeaning } from '@leukoscope/contract';

/** What each meaning says, to the one who chooses it. */
export const meaningNames: Readonly<Record<SignatureMeaning, string>> = {
  reviewed: 'Reviewed: I have looked at this result',
  approved: 'Approved: I answer for this result',
  amended: 'Amended: this replaces the version before',
};
