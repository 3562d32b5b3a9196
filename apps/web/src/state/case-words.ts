/** @file The state of a case in words. */
import type { CaseState } from '@leukoscope/contract';

/** States as people read them. */
export const stateNames: Readonly<Record<CaseState, string>> = {
  open: 'Open',
  'half-signed': 'Signed once',
  signed: 'Signed',
  discarded: 'Discarded',
};
