/** @file Writes a synthetic field as JPEG for the benchmarks of `analyze`. */
import { writeFile } from 'node:fs/promises';
import type { Size } from '@leukoscope/core';
import { synthesiseField } from '@leukoscope/datasets';
import { encodeJpeg } from '@leukoscope/image';

/** Write a field; returns how many leukocytes it shows. */
export async function writeField(file: string, size: Size, seed: number): Promise<number> {
  const { raster, annotations } = synthesiseField({ seed, size });
  await writeFile(file, await encodeJpeg(raster));
  return annotations.filter(
    ({ cellClass }) => !['erythrocyte', 'platelet', 'giant-platelet'].includes(cellClass ?? ''),
  ).length;
}
