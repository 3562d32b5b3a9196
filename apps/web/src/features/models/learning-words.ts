/** @file Runs that learn in words. */
import { type LearningComparison, type LearningState, percent } from '@leukoscope/contract';

/** Where a run stands. */
export const learningStateWords: Readonly<Record<LearningState, string>> = {
  queued: 'waits',
  running: 'runs',
  completed: 'to be decided',
  failed: 'failed',
  cancelled: 'broken off',
  accepted: 'accepted',
  discarded: 'discarded',
};

/** What a comparison says, in one sentence. */
export function comparisonWords({
  cells,
  parent,
  candidate,
  gained,
  lost,
  pValue,
}: LearningComparison): string {
  const chance = pValue < 0.001 ? 'p below 0.001' : `p = ${pValue.toFixed(3)}`;
  return `Of ${cells} cells the parent calls ${parent.right} right (${percent(parent.share)} %), the candidate ${candidate.right} (${percent(candidate.share)} %): ${gained} won, ${lost} lost, ${chance}.`;
}

/** An id for the shelf from a name that people read. */
export function modelIdFrom(name: string): string {
  return name
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64);
}
