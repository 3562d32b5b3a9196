/** @file Described cells with their features, gathered once: what fits and measurements read instead of pictures. */
import { attributeNames } from '@leukoscope/core';
import { readSafetensors, writeSafetensors } from '@leukoscope/nn';
import type { DescribedCell } from './read-table.ts';

/** A described cell as the model sees it. */
export interface GatheredCell extends DescribedCell {
  /** The refiner learnt this picture's type. */
  readonly hasTaught: boolean;
  /** What the model calls it. */
  readonly type: string;
  /** The mean over its views of the 160 features that types are decided from. */
  readonly features: Float32Array;
}

/** Write cells. */
export function encodeCells(cells: readonly GatheredCell[]): Uint8Array {
  const width = cells[0]!.features.length;
  const features = new Float32Array(cells.length * width);
  const values = new Uint8Array(cells.length * attributeNames.length);
  cells.forEach((cell, n) => {
    features.set(cell.features, n * width);
    values.set(cell.values, n * attributeNames.length);
  });
  return writeSafetensors(
    new Map([
      ['features', { dtype: 'float32', shape: [cells.length, width], data: features } as const],
      [
        'values',
        { dtype: 'uint8', shape: [cells.length, attributeNames.length], data: values } as const,
      ],
    ]),
    { cells: JSON.stringify(cells.map(({ file, hasTaught, type }) => [file, hasTaught, type])) },
  );
}

/** Read cells. */
export function decodeCells(bytes: Uint8Array): GatheredCell[] {
  const { tensors, metadata } = readSafetensors(bytes);
  const { data: features, shape } = tensors.get('features')!;
  const values = tensors.get('values')!.data;
  const [width, A] = [shape[1]!, attributeNames.length];
  const facts = JSON.parse(metadata['cells']!) as [string, boolean, string][];
  return facts.map(([file, hasTaught, type], n) => ({
    file,
    hasTaught,
    type,
    values: Array.from(values.subarray(n * A, (n + 1) * A), Number),
    features: Float32Array.from(features.subarray(n * width, (n + 1) * width), Number),
  }));
}
