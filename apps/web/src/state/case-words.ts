/** @file Facts of a case in words: its state, its specimen. */
import type { Case, CaseState } from '@leukoscope/contract';

/** States as people read them. */
export const stateNames: Readonly<Record<CaseState, string>> = {
  open: 'Open',
  'half-signed': 'Signed once',
  signed: 'Signed',
  discarded: 'Discarded',
};

/** Specimens as people read them. */
export const specimenNames: Readonly<Record<Case['specimen'], string>> = {
  'peripheral-blood': 'Peripheral blood',
  'bone-marrow': 'Bone marrow',
  'body-fluid': 'Body fluid',
  other: 'Other',
};
