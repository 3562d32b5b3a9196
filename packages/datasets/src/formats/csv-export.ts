/** @file Data set -> one CSV table, a row for each annotation; images without any have a row with empty cells. */
import { polygonsToRle, rleToString } from '@leukoscope/core';
import type { AnnotationRecord, Dataset, ExportResult, ImageRecord } from '../dataset.ts';
import type { FolderSink } from '../folder.ts';
import { createLossCounter } from './losses.ts';
import { writeTables } from './tables.ts';
import { formatCsv } from './text.ts';

/** Columns of `annotations.csv`. */
export const csvHeader = [
  'file',
  'id',
  'class',
  'cell_class',
  'x1',
  'y1',
  'x2',
  'y2',
  'area',
  'crowd',
  'score',
  'author',
  'mask_rle',
] as const;

/** Write `annotations.csv` with `classes.csv` and `images.csv`. */
export async function exportCsv(dataset: Dataset, sink: FolderSink): Promise<ExportResult> {
  const losses = createLossCounter();
  const files = await writeTables(dataset, sink, losses.count);
  const rows = dataset.images.flatMap((image) =>
    image.annotations.length === 0
      ? [[image.file, ...csvHeader.slice(1).map(() => '')]]
      : image.annotations.map((record) => toRow(record, image, dataset, losses.count)),
  );
  await sink.write('annotations.csv', formatCsv([csvHeader, ...rows]));
  return { files: [...files, 'annotations.csv'], losses: losses.list() };
}

function toRow(
  record: AnnotationRecord,
  image: ImageRecord,
  dataset: Dataset,
  lose: (what: string) => void,
) {
  const { id = '', classIndex, box, mask, area = '', isCrowd, score = '', author = '' } = record;
  const cellClass = classIndex === undefined ? undefined : dataset.classes[classIndex]!;
  if (record.nucleus !== undefined) lose('outlines of the nucleus');
  if (record.attributes !== undefined) lose("annotations' attributes");
  let runs = '';
  if (mask?.kind === 'rle') runs = rleToString(mask.rle);
  else if (mask !== undefined && image.size !== undefined) {
    lose('polygons (written as pixels)');
    runs = rleToString(polygonsToRle(mask.polygons, image.size));
  } else if (mask !== undefined) lose('polygons of images without a size');
  return [
    image.file,
    id,
    cellClass?.name ?? '',
    cellClass?.cellClass ?? '',
    box?.x1 ?? '',
    box?.y1 ?? '',
    box?.x2 ?? '',
    box?.y2 ?? '',
    area,
    isCrowd === true ? 1 : isCrowd === false ? 0 : '',
    score,
    author,
    runs,
  ];
}
