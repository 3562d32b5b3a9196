/**
 * @file The cells of a case beside another model's: matched by place, counted by type, with Cohen's kappa
 * of the types. What people said stands beside both.
 *
 * The first model's cells count as it found them, also those that people have deleted since; a cell that
 * people added is one that the first model missed.
 */
import type { Bin, ComparedAnswer, ComparedCell, ComparisonDetail } from '@leukoscope/contract';
import { boxIou, cellClasses, isCellClass } from '@leukoscope/core';
import { matchPlaces } from '@leukoscope/metrics';
import { kappaOfPairs } from './kappa-of-pairs.ts';
import type { CellRow, FieldRow } from './rows.ts';

const iouThreshold = 0.5;
const bins: readonly Bin[] = [
  ...Object.keys(cellClasses).filter(isCellClass),
  'unidentified',
  'not-classed',
];

/** One field with both sides. */
export interface ComparedField {
  readonly field: Pick<FieldRow, 'id' | 'width' | 'height'>;
  readonly cells: readonly CellRow[];
  /** Of the second model. */
  readonly answers: readonly ComparedAnswer[];
}

/** What a comparison says beside how far it is. */
type Compared = Pick<
  ComparisonDetail,
  'counts' | 'agreement' | 'matched' | 'agreeing' | 'kappa' | 'reviewed' | 'cells'
>;

/** Compare. */
export function compareModels(compared: readonly ComparedField[]): Compared {
  const cells = compared.flatMap(compareField);
  const both = cells.flatMap(({ first, second }) =>
    first === null || second === null ? [] : [{ first: first.cellClass, second: second.cellClass }],
  );
  const agreeing = both.filter(({ first, second }) => first === second).length;
  return {
    counts: countBins(cells),
    agreement: countPairs(cells),
    matched: both.length,
    agreeing,
    kappa: kappaOfPairs(both.map(({ first, second }) => [first, second])),
    reviewed: countReviewed(cells),
    cells,
  };
}

function compareField({ field, cells, answers }: ComparedField): ComparedCell[] {
  // A cell that people added and deleted again is nobody's answer.
  const known = cells.filter((cell) => cell.model !== null || !cell.isDeleted);
  const { pairs, spurious } = matchPlaces(
    {
      id: field.id,
      size: { width: field.width, height: field.height },
      groundTruth: known.map((cell) => ({ box: boxOf(cell), classIndex: 0 })),
      detections: answers.map(({ box, score }) => ({ box, score, classIndex: 0 })),
    },
    { iouThreshold, scoreThreshold: 0, overlap: 'box' },
  );
  const partnerOf = new Map(pairs.map(({ truth, detection }) => [truth, detection]));
  const ofCase = known.map((cell, i): ComparedCell => {
    const partner = partnerOf.get(i);
    const second = partner === undefined ? null : answers[partner]!;
    return {
      fieldId: field.id,
      cellId: cell.id,
      reviewed: reviewedOf(cell),
      first: firstAnswer(cell),
      second,
      iou: cell.model === null || second === null ? null : boxIou(boxOf(cell), second.box),
    };
  });
  const onlySecond = spurious.map(
    (index): ComparedCell => ({
      fieldId: field.id,
      cellId: null,
      reviewed: null,
      first: null,
      second: answers[index]!,
      iou: null,
    }),
  );
  return [...ofCase, ...onlySecond];
}

function firstAnswer(cell: CellRow): ComparedAnswer | null {
  if (cell.model === null) return null;
  const { cellClass, bin, score } = cell.model;
  return { cellClass, bin, score, box: boxOf(cell) };
}

function reviewedOf(cell: CellRow): ComparedCell['reviewed'] {
  if (cell.isDeleted) return 'deleted';
  return cell.seenAt === null ? null : cell.bin;
}

function boxOf({ x1, y1, x2, y2 }: CellRow) {
  return { x1, y1, x2, y2 };
}

function countBins(cells: readonly ComparedCell[]): Compared['counts'] {
  return bins.flatMap((bin) => {
    const first = cells.filter((cell) => cell.first?.bin === bin).length;
    const second = cells.filter((cell) => cell.second?.bin === bin).length;
    return first + second === 0 ? [] : [{ bin, name: nameOf(bin), first, second }];
  });
}

function countPairs(cells: readonly ComparedCell[]): Compared['agreement'] {
  const counts = new Map<string, Compared['agreement'][number]>();
  for (const cell of cells) {
    const first = cell.first?.bin ?? null;
    const second = cell.second?.bin ?? null;
    if (first === null && second === null) continue;
    const key = `${first}/${second}`;
    const entry = counts.get(key) ?? { first, second, count: 0 };
    counts.set(key, { ...entry, count: entry.count + 1 });
  }
  const place = (bin: Bin | null) => (bin === null ? bins.length : bins.indexOf(bin));
  return [...counts.values()].sort(
    (a, b) => place(a.first) - place(b.first) || place(a.second) - place(b.second),
  );
}

function countReviewed(cells: readonly ComparedCell[]): Compared['reviewed'] {
  const decided = cells.filter(({ reviewed }) => reviewed !== null && isCellClass(reviewed));
  return {
    cells: decided.length,
    first: decided.filter((cell) => cell.first?.cellClass === cell.reviewed).length,
    second: decided.filter((cell) => cell.second?.cellClass === cell.reviewed).length,
  };
}

function nameOf(bin: Bin): string {
  if (bin === 'unidentified') return 'Unidentified';
  if (bin === 'not-classed') return 'Not classed';
  return cellClasses[bin].name;
}
