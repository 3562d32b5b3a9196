/**
 * @file The cells of a case beside another model's: matched by place, counted by type, with Cohen's kappa
 * of the types. What people said stands beside both.
 *
 * The first model's cells count as it found them, also those that people have deleted since; a cell that
 * people added is one that the first model missed.
 */
import {
  binName,
  type ComparedAnswer,
  type ComparedCell,
  type ComparisonDetail,
  tableOrder,
} from '@leukoscope/contract';
import { boxIou, isCellClass } from '@leukoscope/core';
import { matchPlaces } from '@leukoscope/metrics';
import { countAnswerPairs } from './answer-pairs.ts';
import { kappaOfPairs } from './kappa-of-pairs.ts';
import type { CellRow, FieldRow } from './rows.ts';

const iouThreshold = 0.5;

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
  return tableOrder.flatMap((bin) => {
    const first = cells.filter((cell) => cell.first?.bin === bin).length;
    const second = cells.filter((cell) => cell.second?.bin === bin).length;
    return first + second === 0 ? [] : [{ bin, name: binName(bin), first, second }];
  });
}

function countPairs(cells: readonly ComparedCell[]): Compared['agreement'] {
  const answers = cells.map(({ first, second }) => ({
    first: first?.bin ?? null,
    second: second?.bin ?? null,
    count: 1,
  }));
  return countAnswerPairs(answers.filter(({ first, second }) => first !== null || second !== null));
}

function countReviewed(cells: readonly ComparedCell[]): Compared['reviewed'] {
  const decided = cells.filter(({ reviewed }) => reviewed !== null && isCellClass(reviewed));
  return {
    cells: decided.length,
    first: decided.filter((cell) => cell.first?.cellClass === cell.reviewed).length,
    second: decided.filter((cell) => cell.second?.cellClass === cell.reviewed).length,
  };
}
