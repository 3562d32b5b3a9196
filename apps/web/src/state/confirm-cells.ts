/** @file What confirming cells comes to: they stay where they are; unidentified ones take the model's first answer. */
import type { Cell } from '@leukoscope/contract';
import type { ReviewIntent } from './review-intent.ts';

/** Return the reviews that confirm these cells, one for each bin that they come to lie in. */
export function confirmationsOf(cells: readonly Cell[]): ReviewIntent[] {
  const answers = Map.groupBy(cells, ({ bin, model }) =>
    bin === 'unidentified' && model !== null ? model.cellClass : null,
  );
  return [...answers].map(([bin, group]) => {
    const cellIds = group.map(({ id }) => id);
    return bin === null ? { kind: 'see', cellIds } : { kind: 'reclassify', cellIds, bin };
  });
}
