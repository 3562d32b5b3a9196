/**
 * @file Collected cells and a way of typing -> how many are right and how many are flagged, a line a laboratory.
 */
import { type CellClass, type Finding, reportClass, type TypeDepth } from '@leukoscope/core';
import { typeFinding } from '@leukoscope/pipeline';
import type { SpecimenPrior } from '@leukoscope/models';
import type { CollectedCell, FoundCell } from './collected-cells.ts';

/** How cells are typed. */
export interface Typing {
  readonly classes: readonly CellClass[];
  readonly unsureBelow: number;
  readonly prior: SpecimenPrior | undefined;
  readonly depth: TypeDepth;
  /** Other probabilities than the collected ones. */
  readonly probabilitiesOf?: ((found: FoundCell) => readonly number[]) | undefined;
}

/** Counts of one laboratory. */
export interface Judgement {
  readonly cells: number;
  readonly found: number;
  readonly typed: number;
  readonly right: number;
  readonly wrongFlagged: number;
  readonly rightFlagged: number;
  /** Of cells labelled blast. */
  readonly blasts: number;
  readonly calledBlast: number;
  readonly blastOrUnidentified: number;
  /** Of cells labelled lymphocyte. */
  readonly lymphocytes: number;
  readonly lymphocytesCalledBlast: number;
  /** Most frequent mistakes: "label taken for type: n". */
  readonly mistakes: Readonly<Record<string, number>>;
}

/** Type a found cell. */
export function typeOf(found: FoundCell, typing: Typing): Finding {
  const { classes } = typing;
  const probabilities = typing.probabilitiesOf?.(found) ?? found.probabilities;
  const classIndex = probabilities.indexOf(Math.max(...probabilities));
  const finding: Finding = {
    box: { x1: 0, y1: 0, x2: 1, y2: 1 },
    score: found.score,
    classIndex,
    cellClass: classes[classIndex]!,
    probabilities,
    isUnsure: probabilities[classIndex]! < typing.unsureBelow,
    isIncomplete: false,
  };
  return typeFinding(finding, typing, typing);
}

/** Judge the cells of one laboratory. */
export function judgeCells(
  cells: readonly CollectedCell[],
  typing: Typing,
  scoreThreshold: number,
): Judgement {
  const typed = cells.flatMap(({ label, found }) =>
    label === null || found === null ? [] : [{ label, finding: typeOf(found, typing) }],
  );
  const isRight = ({ label, finding }: (typeof typed)[number]) =>
    rowOf(label, typing.depth) === rowOf(finding.cellClass, typing.depth) ||
    // A label may be coarser than the table.
    (label === 'neutrophil' && reportClass(finding.cellClass, 'five') === 'neutrophil');
  const right = typed.filter(isRight);
  const wrong = typed.filter((cell) => !isRight(cell));
  const blasts = typed.filter(({ label }) => label === 'blast');
  const lymphocytes = typed.filter(({ label }) => label === 'lymphocyte');
  const isNamedBlast = ({ finding }: (typeof typed)[number]) =>
    finding.cellClass === 'blast' && !finding.isUnsure;
  const mistakes = new Map<string, number>();
  for (const { label, finding } of wrong) {
    const key = `${label} taken for ${rowOf(finding.cellClass, typing.depth)}`;
    mistakes.set(key, (mistakes.get(key) ?? 0) + 1);
  }
  return {
    cells: cells.length,
    found: cells.filter(({ found }) => found !== null && found.score >= scoreThreshold).length,
    typed: typed.length,
    right: right.length,
    wrongFlagged: wrong.filter(({ finding }) => finding.isUnsure).length,
    rightFlagged: right.filter(({ finding }) => finding.isUnsure).length,
    blasts: blasts.length,
    calledBlast: blasts.filter(({ finding }) => finding.cellClass === 'blast').length,
    blastOrUnidentified: blasts.filter(
      ({ finding }) => finding.cellClass === 'blast' || finding.isUnsure,
    ).length,
    lymphocytes: lymphocytes.length,
    lymphocytesCalledBlast: lymphocytes.filter(isNamedBlast).length,
    mistakes: Object.fromEntries([...mistakes].sort((a, b) => b[1] - a[1]).slice(0, 6)),
  };
}

function rowOf(cellClass: CellClass, depth: TypeDepth): CellClass {
  return reportClass(cellClass, depth);
}
