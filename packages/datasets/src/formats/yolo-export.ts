/**
 * @file Data set -> YOLO: `labels/.../*.txt`, `data.yaml` and the tables of tables.ts. Class numbers are
 * positions in the class list. Images are expected under `images/`, with the same folders below it.
 *
 * A YOLO data set is either boxes or outlines: with `shapes: 'auto'` outlines are written when every
 * annotation is one simple ring, boxes otherwise.
 */
import {
  type Box,
  boxToCxcywhRelative,
  decodePlacedRle,
  LeukoscopeError,
  maskToPolygons,
  type Ring,
  type Size,
} from '@leukoscope/core';
import { stringify } from 'yaml';
import type { AnnotationRecord, Dataset, ExportResult, StoredMask } from '../dataset.ts';
import type { FolderSink } from '../folder.ts';
import { createLossCounter } from './losses.ts';
import { writeTables } from './tables.ts';
import { boundsOf } from './yolo-import.ts';

/** How to write YOLO labels. */
export interface YoloExportOptions {
  /** @default 'auto' */
  readonly shapes?: 'auto' | 'boxes' | 'outlines';
}

/** Write label files; the result's `files` has no images, which the caller copies to `images/`. */
export async function exportYolo(
  dataset: Dataset,
  sink: FolderSink,
  options: YoloExportOptions = {},
): Promise<ExportResult> {
  const { shapes = 'auto' } = options;
  const losses = createLossCounter();
  const located = {
    ...dataset,
    images: dataset.images.map((image) => ({
      ...image,
      id: image.id === image.file ? yoloImagePath(image.file) : image.id,
      file: yoloImagePath(image.file),
    })),
  };
  checkSizes(dataset);
  const files = await writeTables(located, sink, losses.count);
  const asOutlines = shapes === 'outlines' || (shapes === 'auto' && everyIsOutline(dataset));
  for (const image of located.images) {
    const lines = image.annotations.flatMap((record) =>
      toLine(record, image.size!, asOutlines, losses.count),
    );
    const file = labelPath(image.file);
    await sink.write(file, lines.map((line) => `${line}\n`).join(''));
    files.push(file);
  }
  await sink.write('data.yaml', toYaml(located));
  return { files: [...files, 'data.yaml'], losses: losses.list() };
}

/** Return where an image of a data set belongs in the exported folder. */
export function yoloImagePath(file: string): string {
  return file.split('/').includes('images') ? file : `images/${file}`;
}

function labelPath(image: string): string {
  const parts = image.replace(/\.[^./]+$/, '').split('/');
  parts[parts.lastIndexOf('images')] = 'labels';
  return `${parts.join('/')}.txt`;
}

function toLine(
  record: AnnotationRecord,
  size: Size,
  asOutlines: boolean,
  lose: (what: string) => void,
): string[] {
  const { box, classIndex, mask, score } = record;
  if (classIndex === undefined || box === undefined) {
    lose(box === undefined ? 'annotations without a box' : 'annotations without a class');
    return [];
  }
  if (record.isCrowd === true) lose('crowd marks');
  if (record.nucleus !== undefined) lose('outlines of the nucleus');
  for (const key of ['id', 'area', 'author', 'attributes'] as const) {
    if (record[key] !== undefined) lose(`annotations' ${key}`);
  }
  const ring = asOutlines ? ringOf(mask) : undefined;
  if (ring === undefined) {
    if (mask !== undefined) lose('masks (boxes were written)');
    const numbers = [...boxToCxcywhRelative(box, size), ...(score === undefined ? [] : [score])];
    return [[classIndex, ...numbers].join(' ')];
  }
  if (score !== undefined) lose("outlines' scores");
  if (differ(boundsOf(ring), box)) lose('boxes that are not the bounds of their outline');
  if (mask?.kind === 'rle') lose('pixel masks (their exact outline was written)');
  return [
    [classIndex, ...ring.map((value, i) => value / (i % 2 === 0 ? size.width : size.height))].join(
      ' ',
    ),
  ];
}

function everyIsOutline(dataset: Dataset): boolean {
  const records = dataset.images.flatMap(({ annotations }) => annotations);
  return records.length > 0 && records.every(({ mask }) => ringOf(mask) !== undefined);
}

/** Return the one ring that a mask consists of, or undefined when it has several or holes. */
function ringOf(mask: StoredMask | undefined): Ring | undefined {
  if (mask === undefined) return undefined;
  let polygons = mask.kind === 'polygons' ? mask.polygons : [];
  if (mask.kind === 'rle') {
    const placed = decodePlacedRle(mask.rle);
    polygons = placed === undefined ? [] : maskToPolygons(placed);
  }
  const [polygon] = polygons;
  return polygons.length === 1 && polygon !== undefined && (polygon.holes ?? []).length === 0
    ? polygon.outer
    : undefined;
}

function checkSizes(dataset: Dataset): void {
  const image = dataset.images.find(({ size }) => size === undefined);
  if (image === undefined) return;
  throw new LeukoscopeError(
    'EXPORT_SIZE',
    `every image must have a size, since YOLO's coordinates are relative to it. Received none for ${image.file}. ` +
      'Import the data set together with its images.',
  );
}

function toYaml(dataset: Dataset): string {
  const folders = (split: string) => [
    ...new Set(
      dataset.images
        .filter((image) => image.split === split)
        .map(({ file }) => file.slice(0, file.lastIndexOf('/'))),
    ),
  ];
  const splits = Object.fromEntries(
    ['train', 'val', 'test']
      .map((split) => [split, folders(split)] as const)
      .filter(([, paths]) => paths.length > 0),
  );
  return stringify({
    ...splits,
    nc: dataset.classes.length,
    names: Object.fromEntries(dataset.classes.map(({ name }, i) => [i, name])),
  });
}

function differ(a: Box, b: Box): boolean {
  return (
    Math.max(
      Math.abs(a.x1 - b.x1),
      Math.abs(a.y1 - b.y1),
      Math.abs(a.x2 - b.x2),
      Math.abs(a.y2 - b.y2),
    ) > 1e-6
  );
}
