/**
 * @file Data set -> mask PNGs: `masks/NAME.png` as instance maps (16 bit, 1 = the image's first cell) or
 * class maps (class position + 1), with a table of what each value means.
 */
import { decodeRle, type Raster, type Rle, polygonsToRle, type Size } from '@leukoscope/core';
import type { AnnotationRecord, Dataset, ExportResult, ImageRecord } from '../dataset.ts';
import type { FolderSink } from '../folder.ts';
import { createLossCounter } from './losses.ts';
import { writeTables } from './tables.ts';
import { formatCsv } from './text.ts';
import { uniqueNames } from './unique-names.ts';

/** Encodes a raster; `encodePng` of @leukoscope/image is one. */
export type EncodeImage = (raster: Raster) => Promise<Uint8Array>;

/** How to write masks. */
export interface MaskExportOptions {
  readonly encodePng: EncodeImage;
  readonly kind: 'instances' | 'class-map';
}

// 16-bit grey.
const mostInstances = 65_535;

/** Write one mask file an image, and `masks.csv` (file, value, class). */
export async function exportMasks(
  dataset: Dataset,
  sink: FolderSink,
  options: MaskExportOptions,
): Promise<ExportResult> {
  const losses = createLossCounter();
  const files = await writeTables(dataset, sink, losses.count);
  const names = uniqueNames(dataset.images.map(({ file }) => file));
  const rows: (string | number)[][] = [['file', 'value', 'class']];
  for (const [i, image] of dataset.images.entries()) {
    if (image.size === undefined) {
      losses.count('images without a size');
      continue;
    }
    const file = `masks/${names[i]!}.png`;
    const { raster, values } = drawMasks(image, image.size, options.kind, losses.count);
    for (const [value, classIndex] of values) {
      rows.push([file, value, classIndex === undefined ? '' : dataset.classes[classIndex]!.name]);
    }
    await sink.write(file, await options.encodePng(raster));
    files.push(file);
  }
  await sink.write('masks.csv', formatCsv(rows));
  return { files: [...files, 'masks.csv'], losses: losses.list() };
}

function drawMasks(
  image: ImageRecord,
  size: Size,
  kind: MaskExportOptions['kind'],
  lose: (what: string) => void,
): { raster: Raster; values: Map<number, number | undefined> } {
  const data = new Uint16Array(size.width * size.height);
  const values = new Map<number, number | undefined>();
  let instances = 0;
  for (const record of image.annotations) {
    countLosses(record, lose);
    const { mask, classIndex } = record;
    if (mask === undefined) continue;
    if (kind === 'class-map' && classIndex === undefined) {
      lose('masks without a class');
      continue;
    }
    const value = kind === 'instances' ? ++instances : classIndex! + 1;
    if (value > mostInstances) {
      lose(`masks after the ${mostInstances}th of an image`);
      continue;
    }
    values.set(value, classIndex);
    const rle: Rle = mask.kind === 'rle' ? mask.rle : polygonsToRle(mask.polygons, size);
    let covered = false;
    decodeRle(rle).data.forEach((pixel, i) => {
      if (pixel === 0) return;
      covered ||= data[i] !== 0 && data[i] !== value;
      data[i] = value;
    });
    if (covered) lose('masks over an earlier one (the later covers it)');
  }
  return { raster: { ...size, channels: 1, bitDepth: 16, data }, values };
}

function countLosses(record: AnnotationRecord, lose: (what: string) => void): void {
  if (record.mask === undefined) lose('annotations without a mask');
  if (record.mask?.kind === 'polygons') lose('polygons (written as pixels)');
  if (record.nucleus !== undefined) lose('outlines of the nucleus');
  if (record.isCrowd === true) lose('crowd marks');
  for (const key of ['id', 'score', 'author', 'attributes'] as const) {
    if (record[key] !== undefined) lose(`annotations' ${key}`);
  }
}
