/** @file The sign of a case whose cells are unlike those that the model was trained on: its types and doubts mislead. */
import type { CaseFamiliarity } from '@leukoscope/core';
import type { CaseFlag } from './case-flags.ts';

/** Say that the cells are unlike; none where they are like, or too few to tell. */
export function unfamiliarFlags(familiarity: CaseFamiliarity | undefined): CaseFlag[] {
  if (familiarity === undefined || !familiarity.isUnfamiliar) return [];
  const { distance, limit } = familiarity;
  const text = `These cells look unlike those that the model was trained on (distance ${distance.toFixed(2)}, above ${limit.toFixed(2)}): check every type, sure or not`;
  return [{ code: 'unfamiliar-cells', severity: 'warning', text }];
}
