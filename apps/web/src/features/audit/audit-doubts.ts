/** @file What may be wrong with the cells of a case: where the models that looked at it agree against what people said. */
import { auditLabels, type LabelDoubt, type ModelOpinion } from '@leukoscope/analysis';
import {
  type Cell,
  type ComparisonDetail,
  type Field,
  type Model,
  needsReview,
  type ReviewAction,
} from '@leukoscope/contract';
import { isCellClass } from '@leukoscope/core';
import { binName, classOrder } from '../../state/bins.ts';

/** A case and what models say of it. */
export interface AuditedCase {
  readonly fields: readonly Field[];
  /** Deleted ones too: the case's own model had found them. */
  readonly cells: readonly Cell[];
  /** Finished ones, one a model. */
  readonly comparisons: readonly Pick<ComparisonDetail, 'modelId' | 'cells'>[];
  readonly models: readonly Pick<Model, 'id' | 'classes'>[];
}

/** A doubt and the cell that it is about; no cell where one is missed. */
export interface CaseDoubt extends LabelDoubt {
  readonly key: string;
  readonly field: Field;
  readonly cell: Cell | undefined;
  /** How many models were asked. */
  readonly asked: number;
}

/** What a person decides about a doubt. */
export type Verdict = 'keep' | 'change' | 'take-out';

/** List the doubts of a case, the most suspicious first. */
export function doubtsOfCase({ fields, cells, comparisons, models }: AuditedCase): CaseDoubt[] {
  const classesOf = (id: string) => models.find((model) => model.id === id)?.classes ?? classOrder;
  const byField = Map.groupBy(cells, ({ fieldId }) => fieldId);
  return fields
    .flatMap((field): CaseDoubt[] => {
      if (field.analysis === null) return [];
      const all = byField.get(field.id) ?? [];
      const labelled = all.filter(({ isDeleted, bin }) => !isDeleted && needsReview(bin));
      const labels = labelled.map(({ box, bin, mask }) => ({
        box,
        cellClass: isCellClass(bin) ? bin : undefined,
        hasMask: mask !== null,
      }));
      const opinions = [
        { classes: classesOf(field.analysis.modelId), findings: ownFindings(all) },
        ...comparisons.map((comparison) => ({
          classes: classesOf(comparison.modelId),
          findings: comparison.cells.flatMap(({ fieldId, second }) =>
            fieldId === field.id && second !== null ? [second] : [],
          ),
        })),
      ].map(
        ({ classes, findings }): ModelOpinion => ({
          facts: { classes: classes.filter(needsReview) },
          findings: findings.filter(({ cellClass }) => needsReview(cellClass)),
        }),
      );
      return auditLabels(labels, opinions).map((doubt) => {
        const cell = doubt.label === undefined ? undefined : labelled[doubt.label];
        const { x1 = 0, y1 = 0 } = doubt.proposed?.box ?? {};
        // Stays the same when the list is made anew.
        const key = cell?.id ?? `${field.id} ${x1} ${y1}`;
        return { ...doubt, key, field, cell, asked: opinions.length };
      });
    })
    .sort((a, b) => b.suspicion - a.suspicion);
}

function ownFindings(cells: readonly Cell[]) {
  return cells.flatMap(({ model, box }) =>
    model === null ? [] : [{ box, score: model.score, cellClass: model.cellClass }],
  );
}

/** The verdicts that can be given about a doubt. */
export function verdictsOf({ kind }: Pick<LabelDoubt, 'kind'>): readonly Verdict[] {
  if (kind === 'missed') return ['keep', 'change'];
  return kind === 'nothing' ? ['keep', 'take-out'] : ['keep', 'change', 'take-out'];
}

/**
 * The review that carries a verdict out; null where nothing is to be written: that no cell was missed stands nowhere in a
 * case. `now` is the cell as it is after earlier verdicts.
 */
export function actionOf(
  doubt: Pick<CaseDoubt, 'kind' | 'field' | 'proposed'>,
  verdict: Verdict,
  now: Cell | undefined,
): ReviewAction | null {
  const { field, proposed } = doubt;
  if (now === undefined) {
    if (verdict !== 'change' || proposed === undefined) return null;
    const { box, cellClass } = proposed;
    return { kind: 'add', fieldId: field.id, box, mask: null, bin: cellClass };
  }
  const cells = [{ id: now.id, revision: now.revision }];
  if (verdict === 'take-out') return { kind: 'delete', cells };
  // Moved to where it lies: who confirmed it, and when, stands in the history.
  if (verdict === 'keep' || proposed === undefined)
    return { kind: 'reclassify', cells, bin: now.bin };
  if (doubt.kind === 'box') return { kind: 'redraw', cells, box: proposed.box, mask: null };
  return { kind: 'reclassify', cells, bin: proposed.cellClass };
}

/** What speaks against a label, as a sentence; also the reason that stands in the history. */
export function doubtWords({
  kind,
  found,
  voted,
  asked,
  proposed,
}: Pick<CaseDoubt, 'kind' | 'found' | 'voted' | 'asked' | 'proposed'>): string {
  const name = proposed === undefined ? '' : binName(proposed.cellClass);
  switch (kind) {
    case 'type':
      return `${voted} of ${asked} models say ${name}`;
    case 'missed':
      return `${found} of ${asked} models find a cell here, ${name}`;
    case 'nothing':
      return `${found} of ${asked} models find a cell here`;
    case 'box':
      return `${found} of ${asked} models agree on another box`;
  }
}
