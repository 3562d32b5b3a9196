/**
 * @file Measures of semantic segmentation with several classes (nucleus, cytoplasm, background; the
 * peripheral paper's Table 1): accuracy over pixels, mean accuracy and mean IoU over classes.
 *
 * A class that occurs in neither map has no IoU and no accuracy (`null`) and is left out of the means.
 */
import { LeukoscopeError } from '@leukoscope/core';

/** Measures of a set of class maps, from their summed counts. */
export interface ClassMapMeasures {
  readonly pixelAccuracy: number;
  /** Mean of the classes' recalls. */
  readonly meanAccuracy: number;
  readonly meanIou: number;
  /** Mean IoU weighted by the classes' true pixels. */
  readonly frequencyWeightedIou: number;
  readonly classes: readonly { readonly accuracy: number | null; readonly iou: number | null }[];
}

/** Compute the measures from `countClasses` (rows truth, columns prediction). */
export function classMapMeasures(counts: readonly (readonly number[])[]): ClassMapMeasures {
  const rows = counts.map((row) => row.reduce((sum, value) => sum + value, 0));
  const columns = counts.map((_, k) => counts.reduce((sum, row) => sum + row[k]!, 0));
  const total = rows.reduce((sum, value) => sum + value, 0);
  if (total === 0) {
    throw new LeukoscopeError('METRICS_TOO_FEW', 'counts must hold pixels. Received none.');
  }
  const correct = counts.reduce((sum, row, k) => sum + row[k]!, 0);
  const classes = counts.map((row, k) => {
    const union = rows[k]! + columns[k]! - row[k]!;
    const absent = union === 0;
    return {
      // A class that was predicted but never there has accuracy 0 / 0: it says nothing.
      accuracy: rows[k] === 0 ? null : row[k]! / rows[k]!,
      iou: absent ? null : row[k]! / union,
    };
  });
  return {
    pixelAccuracy: correct / total,
    meanAccuracy: meanOf(classes.map((c) => c.accuracy)),
    meanIou: meanOf(classes.map((c) => c.iou)),
    frequencyWeightedIou: classes.reduce((sum, c, k) => sum + (c.iou ?? 0) * (rows[k]! / total), 0),
    classes,
  };
}

function meanOf(values: readonly (number | null)[]): number {
  const known = values.filter((value) => value !== null);
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
