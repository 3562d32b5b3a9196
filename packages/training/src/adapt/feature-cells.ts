/** @file Cells as adaptation sees them: features and a label each, without a picture. */
import type { CellClass } from '@leukoscope/core';
import { allowedByLabel, meanOfViews } from '@leukoscope/models';

/** Cells whose types are known. */
export interface FeatureCells {
  /** F: numbers a cell. */
  readonly width: number;
  /** [N][F], flat: of a view of each cell, or the mean over its views. */
  readonly features: Float32Array;
  readonly labels: readonly CellClass[];
}

/** Which of a model's classes each cell may be: [N][K], flat. */
export function allowedOf(labels: readonly CellClass[], classes: readonly CellClass[]): Uint8Array {
  const rows = new Map<CellClass, readonly boolean[]>();
  const allowed = new Uint8Array(labels.length * classes.length);
  labels.forEach((label, n) => {
    const row = rows.get(label) ?? allowedByLabel(label, classes);
    rows.set(label, row);
    row.forEach((isAllowed, k) => {
      if (isAllowed) allowed[n * classes.length + k] = 1;
    });
  });
  return allowed;
}

/** Put lists of cells behind each other. */
export function joinCells(lists: readonly FeatureCells[]): FeatureCells {
  const count = lists.reduce((sum, { features }) => sum + features.length, 0);
  const features = new Float32Array(count);
  let at = 0;
  for (const list of lists) {
    features.set(list.features, at);
    at += list.features.length;
  }
  return { width: lists[0]!.width, features, labels: lists.flatMap(({ labels }) => [...labels]) };
}

/** More rows than these teach little more and take long. */
const mostRows = 3000;

/** Cells to learn from: each of their views is a cell of its own, or, where there are many, their mean is. */
export function taughtCells(
  cells: readonly { readonly label: CellClass; readonly views: readonly Float32Array[] }[],
): FeatureCells {
  const all = cells.reduce((sum, { views }) => sum + views.length, 0);
  const rows = cells.flatMap(({ label, views }) =>
    (all > mostRows ? [meanOfViews(views)] : views).map((view) => ({ label, view })),
  );
  const width = rows[0]!.view.length;
  const features = new Float32Array(rows.length * width);
  rows.forEach(({ view }, n) => {
    features.set(view, n * width);
  });
  return { width, features, labels: rows.map(({ label }) => label) };
}
