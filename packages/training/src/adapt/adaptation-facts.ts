/** @file What is known of an adaptation, for its card and its reports. */
import type { CellClass } from '@leukoscope/core';
import type { AdaptableModel, Adaptation } from './adapt-model.ts';
import type { AdaptationFacts, LearntData } from './adaptation-card.ts';
import type { LabelledCell } from './see-cells.ts';

/** What the report and the card say; the candidate is absent where the cells themselves were refused. */
export type MeasuredAdaptation = Omit<AdaptationFacts, 'candidate'> & Pick<Adaptation, 'candidate'>;

/** The model that learnt, as far as it is told. */
type Learner = Pick<AdaptableModel, 'stored' | 'memorySha256'> & {
  readonly described: { readonly hash: string; readonly description: { readonly name: string } };
};

/** Gather the facts of a run. */
export function adaptationFacts(
  { described, stored, memorySha256 }: Learner,
  { candidate, refusals }: Adaptation,
  cells: readonly LabelledCell[],
  data: readonly LearntData[],
  { name, holdout }: { readonly name: string | undefined; readonly holdout: number },
): MeasuredAdaptation {
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
