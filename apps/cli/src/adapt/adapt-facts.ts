/** @file What is known of an adaptation, for its card, its report and the terminal. */
import type { CellClass } from '@leukoscope/core';
import type {
  AdaptableModel,
  Adaptation,
  AdaptationFacts,
  LabelledCell,
  LearntData,
} from '@leukoscope/training';

/** What the report and the card say; the candidate is absent where the cells themselves were refused. */
export type RunFacts = Omit<AdaptationFacts, 'candidate'> & Pick<Adaptation, 'candidate'>;

/** Gather the facts of a run. */
export function factsOf(
  { described, stored, memorySha256 }: AdaptableModel,
  { candidate, refusals }: Adaptation,
  cells: readonly LabelledCell[],
  data: readonly LearntData[],
  { name, holdout }: { readonly name: string | undefined; readonly holdout: number },
): RunFacts {
  const counts = new Map<CellClass, number>();
  for (const { label } of cells) counts.set(label, (counts.get(label) ?? 0) + 1);
  const { description, hash } = described;
  return {
    name: name ?? `${description.name}-adapted`,
    parent: { name: description.name, hash },
    memory: { sha256: memorySha256, sources: stored.sources },
    data,
    byType: [...counts].sort().map(([label, count]) => ({ label, cells: count })),
    groups: new Set(cells.map(({ group }) => group)).size,
    holdout,
    candidate,
    refusals,
  };
}

/** Return the facts without the layer's numbers, and cells by their places in pictures. */
export function reportOf({ candidate, ...facts }: RunFacts, cells: readonly LabelledCell[]) {
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
