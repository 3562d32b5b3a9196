/** @file Cells of a laboratory with their features, gathered once: what the measurements read instead of pictures. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type CellClass, isCellClass } from '@leukoscope/core';
import { readSafetensors, writeSafetensors } from '@leukoscope/nn';
import { meanOfViews } from '@leukoscope/models';
import type { FeatureCells } from '@leukoscope/training';
import type { Purpose } from './laboratories.ts';

/** One cell. */
export interface GatheredCell {
  readonly file: string;
  readonly label: CellClass;
  readonly group: string;
  readonly purpose: Purpose;
  readonly probabilities: readonly number[];
  readonly views: readonly Float32Array[];
}

/** Write the cells of a laboratory. */
export function writeCells(place: string, cells: readonly GatheredCell[]): void {
  const V = Math.max(...cells.map(({ views }) => views.length));
  const F = cells[0]!.views[0]!.length;
  const K = cells[0]!.probabilities.length;
  const views = new Float32Array(cells.length * V * F);
  cells.forEach((cell, n) => {
    for (const [v, view] of cell.views.entries()) views.set(view, (n * V + v) * F);
  });
  const tensors = new Map([
    ['views', { dtype: 'float32', shape: [cells.length, V, F], data: views } as const],
    [
      'probabilities',
      {
        dtype: 'float32',
        shape: [cells.length, K],
        data: Float32Array.from(cells.flatMap(({ probabilities }) => probabilities)),
      } as const,
    ],
  ]);
  const facts = cells.map(({ file, label, group, purpose }) => [file, label, group, purpose]);
  writeFileSync(place, writeSafetensors(tensors, { cells: JSON.stringify(facts) }));
}

/** Read the cells of a laboratory. */
export function readCells(folder: string, name: string): GatheredCell[] {
  const bytes = new Uint8Array(readFileSync(path.join(folder, `${name}.safetensors`)));
  const { tensors, metadata } = readSafetensors(bytes);
  const { data: views, shape } = tensors.get('views')!;
  const { data: probabilities, shape: table } = tensors.get('probabilities')!;
  const [V, F] = [shape[1]!, shape[2]!];
  const K = table[1]!;
  const facts = JSON.parse(metadata['cells']!) as [string, string, string, Purpose][];
  return facts.map(([file, label, group, purpose], n) => {
    if (!isCellClass(label)) throw new Error(`${name} holds ${label}`);
    return {
      file,
      label,
      group,
      purpose,
      probabilities: Array.from(probabilities.subarray(n * K, (n + 1) * K), Number),
      views: Array.from({ length: V }, (_, v) =>
        Float32Array.from(views.subarray((n * V + v) * F, (n * V + v + 1) * F), Number),
      ),
    };
  });
}

/** Cells as a fit takes them. */
export function featuresOf(cells: readonly GatheredCell[]): FeatureCells {
  const means = cells.map(({ views }) => meanOfViews(views));
  const width = means[0]!.length;
  const features = new Float32Array(means.length * width);
  means.forEach((mean, n) => {
    features.set(mean, n * width);
  });
  return { width, features, labels: cells.map(({ label }) => label) };
}
