/** @file Which cells teach, which choose, and which are measured: by a hash of the picture's name, for ever. */
import { hash32 } from '@leukoscope/core';

/** What a cell serves. */
export type Side = 'teaches' | 'chooses' | 'measures';

/** Six of ten pictures teach, two choose, two are measured. */
export function sideOf(file: string): Side {
  const tenth = hash32(`attributes ${file}`) % 10;
  return tenth < 6 ? 'teaches' : tenth < 8 ? 'chooses' : 'measures';
}
