/** @file An adaptation as JSON. */
import type { LabelledCell, MeasuredAdaptation } from '@leukoscope/training';

/** Return the facts without the layer's numbers, and cells by their places in pictures. */
export function reportOf(
  { candidate, ...facts }: MeasuredAdaptation,
  cells: readonly LabelledCell[],
) {
  const cellAt = (n: number) => {
    const { file, box, label, author } = cells[n]!;
    return { file, box, label, ...(author === undefined ? {} : { author }) };
  };
  if (candidate === undefined) return { format: 1, ...facts, candidate: null };
  const { head: _, contradicting, suspicious, changed, ...rest } = candidate;
  return {
    format: 1,
    ...facts,
    candidate: {
      ...rest,
      contradicting: contradicting.map(cellAt),
      suspicious: suspicious.map(cellAt),
      changed: changed.map(({ place, before, after }) => ({ ...cellAt(place), before, after })),
    },
  };
}
