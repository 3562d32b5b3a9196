/** @file Specimens in words. */
import type { Case } from '@leukoscope/contract';

/** What people read. */
export const specimenNames: Readonly<Record<Case['specimen'], string>> = {
  'peripheral-blood': 'Peripheral blood',
  'bone-marrow': 'Bone marrow',
  'body-fluid': 'Body fluid',
  other: 'Other',
};
