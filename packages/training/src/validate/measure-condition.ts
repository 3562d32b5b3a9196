/**
 * @file How a model that finds cells does under one condition, such as a grade of interference, and the interference
 * paper's own questions (Li et al. 2023, Supplementary Table 4).
 *
 * Findings and cells are matched by place (IoU .5, by falling score); a cell is right where the finding's type is one that
 * its label allows. Counted are leukocytes that the model could know:
 *   right     found with the right type, over all cells: the paper's detection accuracy
 *   touching  the same, over cells whose box meets the box of another leukocyte
 *   cut       the same, over cells at the border of the picture
 *   misled    pictures with a leukocyte where none is labelled and none was found in the clean picture, over all pictures
 */
import {
  type Box,
  boxIou,
  type CellClass,
  clopperPearson,
  type Detection,
  type Interval,
  isLeukocyte,
  maskBox,
  type Sample,
} from '@leukoscope/core';
import { matchPlaces } from '@leukoscope/metrics';
import { allowedByLabel } from '@leukoscope/models';
import { measureBoxes } from './measure-boxes.ts';
import { startMeasuring } from './measuring.ts';

/** A share that was counted, with its exact 95 % limits; undefined where nothing was there to count. */
export interface CountedShare {
  readonly count: number;
  readonly of: number;
  readonly share?: number;
  readonly limits?: Interval;
}

/** What was measured under one condition. */
export interface ConditionScores {
  readonly images: number;
  readonly AP: number;
  readonly AP50: number;
  /** Cells found at their place, whatever the type. */
  readonly found: CountedShare;
  readonly right: CountedShare;
  readonly touching: CountedShare;
  readonly cut: CountedShare;
  readonly misled: CountedShare;
}

/** Measures one condition. */
export interface ConditionMeasurer {
  /** `inClean` are leukocytes that were found in the clean picture where none is labelled. */
  add(sample: Sample, findings: readonly Detection[], inClean?: readonly Box[]): readonly Box[];
  finish(): ConditionScores;
}

/** Options of `measureCondition`. */
export interface ConditionOptions {
  /** Findings below count for AP only. @default 0.5 */
  readonly scoreThreshold?: number;
}

interface LabelledCell {
  readonly box: Box;
  readonly allowed: readonly boolean[];
  readonly isLeukocyte: boolean;
  readonly isCrowd: boolean;
}

/** Measure findings of a model over these classes; `add` returns leukocytes where none is labelled. */
export function measureCondition(
  classes: readonly CellClass[],
  options: ConditionOptions = {},
): ConditionMeasurer {
  const { scoreThreshold = 0.5 } = options;
  const precision = startMeasuring(measureBoxes(classes));
  const tallies = { found: tally(), right: tally(), touching: tally(), cut: tally() };
  const misled = tally();
  let images = 0;
  return {
    add(sample, findings, inClean = []) {
      images++;
      precision.add(sample, findings);
      const size = { width: sample.raster.width, height: sample.raster.height };
      const cells = labelledCells(sample, classes);
      const matches = matchPlaces(
        {
          id: String(images),
          size,
          groundTruth: cells.map(({ box, isCrowd }) => ({ box, classIndex: 0, isCrowd })),
          detections: findings.map(({ box, score }) => ({ box, score, classIndex: 0 })),
        },
        { iouThreshold: 0.5, scoreThreshold, overlap: 'box' },
      );
      const findingOf = new Map(matches.pairs.map(({ truth, detection }) => [truth, detection]));
      cells.forEach((cell, i) => {
        if (cell.isCrowd || !cell.isLeukocyte || !cell.allowed.includes(true)) return;
        const finding = findingOf.get(i);
        const isRight = finding !== undefined && cell.allowed[findings[finding]!.classIndex]!;
        tallies.found.add(finding !== undefined);
        tallies.right.add(isRight);
        const meets = ({ box, isLeukocyte: isOne }: LabelledCell, other: number) =>
          other !== i && isOne && boxIou(box, cell.box) > 0;
        if (cells.some(meets)) tallies.touching.add(isRight);
        if (isAtBorder(cell.box, size)) tallies.cut.add(isRight);
      });
      const extra = matches.spurious
        .map((d) => findings[d]!)
        .filter(({ classIndex }) => isLeukocyte(classes[classIndex]!))
        .map(({ box }) => box);
      misled.add(extra.some((box) => !inClean.some((known) => boxIou(known, box) > 0.3)));
      return extra;
    },
    finish() {
      const { AP, AP50 } = precision.finish().values;
      return {
        images,
        AP: AP!,
        AP50: AP50!,
        found: tallies.found.finish(),
        right: tallies.right.finish(),
        touching: tallies.touching.finish(),
        cut: tallies.cut.finish(),
        misled: misled.finish(),
      };
    },
  };
}

/** Put the counts of several conditions together. */
export function sumShares(shares: readonly CountedShare[]): CountedShare {
  const total = tally();
  for (const { count, of } of shares) total.addMany(count, of);
  return total.finish();
}

function tally() {
  let count = 0;
  let of = 0;
  return {
    add(isOne: boolean) {
      count += Number(isOne);
      of += 1;
    },
    addMany(more: number, ofMore: number) {
      count += more;
      of += ofMore;
    },
    finish(): CountedShare {
      if (of === 0) return { count, of };
      return { count, of, share: count / of, limits: clopperPearson(count, of) };
    },
  };
}

function labelledCells({ annotations }: Sample, classes: readonly CellClass[]): LabelledCell[] {
  return annotations.flatMap(({ box, mask, cellClass, isCrowd = false }): LabelledCell[] => {
    const place = box ?? (mask && maskBox(mask));
    if (place === undefined) return [];
    // A cell of which nobody says the kind is a leukocyte of any type.
    const allowed =
      cellClass === undefined ? classes.map(() => true) : allowedByLabel(cellClass, classes);
    const isOne = cellClass === undefined || isLeukocyte(cellClass);
    return [{ box: place, allowed, isLeukocyte: isOne, isCrowd }];
  });
}

function isAtBorder({ x1, y1, x2, y2 }: Box, size: { width: number; height: number }): boolean {
  return x1 < 1 || y1 < 1 || x2 > size.width - 1 || y2 > size.height - 1;
}
