/** @file A network's probabilities -> the type of a cell and whether it is to be trusted. */
import { type ModelDescription, tempered } from '@leukoscope/models';
import type { CellType } from '../model/leukocyte-model.ts';

/**
 * Type a cell by its probabilities, brought to the description's temperature. The network's own choice
 * stands where it made one; else the most probable class is taken.
 */
export function typeCell(
  raw: ArrayLike<number>,
  { classes, calibration }: Pick<ModelDescription, 'classes' | 'calibration'>,
  chosen?: number,
): CellType {
  const probabilities = Array.from(tempered(raw, calibration.temperature));
  const classIndex = chosen ?? probabilities.indexOf(Math.max(...probabilities));
  const { unsureBelow } = calibration;
  return {
    classIndex,
    cellClass: classes[classIndex]!,
    probabilities,
    isUnsure: unsureBelow !== undefined && probabilities[classIndex]! < unsureBelow,
  };
}
