/** @file The table that `exportCsv` writes -> data set. Columns are found by name, in any order. */
import { type Box, LeukoscopeError, messageOf, rleFromString } from '@leukoscope/core';
import type { AnnotationRecord, ImportResult } from '../dataset.ts';
import type { Folder } from '../folder.ts';
import { withoutUndefined } from './coco-import.ts';
import { csvHeader } from './csv-export.ts';
import { createDatasetBuilder, type DatasetBuilder } from './dataset-builder.ts';
import type { ImportOptions } from './import-options.ts';
import { createImageLocator, imageSizeIn, resolveImage, splitOfPath } from './locate-image.ts';
import { readTables, type Tables } from './tables.ts';
import { decodeText, parseCsv, parseNumber, shown } from './text.ts';

const neededColumns = ['file', 'class', 'x1', 'y1', 'x2', 'y2'] as const;
type Column = (typeof csvHeader)[number];

/** Read `annotations.csv` or another table with its columns. */
export async function importCsv(
  folder: Folder,
  options: ImportOptions & { readonly file: string },
): Promise<ImportResult> {
  const { file, name = folder.name } = options;
  const files = await folder.list();
  const builder = createDatasetBuilder(name, options);
  const tables = await readTables(folder, files, builder);
  const locator = createImageLocator(files);
  const [header, ...rows] = parseCsv(decodeText(await folder.read(file), file));
  const columns = new Map(header?.cells.map((cell, i) => [cell.trim().toLowerCase(), i] as const));
  const missing = neededColumns.filter((column) => !columns.has(column));
  if (missing.length > 0) {
    throw new LeukoscopeError(
      'CSV_COLUMNS',
      `${file} must have the columns ${neededColumns.join(', ')}. Missing: ${missing.join(', ')}.`,
    );
  }
  const paths = new Map<string, string | undefined>();
  for (const { line, cells } of rows) {
    const place = { file, line };
    const cell = (column: Column) => cells[columns.get(column) ?? -1]?.trim() ?? '';
    const foreign = cell('file');
    if (!paths.has(foreign)) {
      const path = resolveImage(foreign, locator, builder, place);
      paths.set(
        foreign,
        path === undefined
          ? undefined
          : await addImage(path, folder, locator.images, tables, builder, place),
      );
    } else if (paths.get(foreign) === undefined)
      builder.fail(place, `image ${shown(foreign)} was not read.`);
    const path = paths.get(foreign);
    if (path === undefined || csvHeader.slice(1).every((column) => cell(column) === '')) continue;
    const facts = tables.images.get(path);
    try {
      const record = readRow(cell, facts?.size, builder, place);
      if (record !== undefined) builder.addAnnotation(facts?.id ?? path, record, place);
    } catch (error) {
      builder.fail(place, messageOf(error));
    }
  }
  return builder.finish();
}

async function addImage(
  path: string,
  folder: Folder,
  images: readonly string[],
  tables: Tables,
  builder: DatasetBuilder,
  place: { file: string; line: number },
): Promise<string | undefined> {
  const facts = tables.images.get(path) ?? {};
  const size =
    facts.size ??
    (images.includes(path)
      ? await builder.attempt(place, () => imageSizeIn(folder, path))
      : undefined);
  const split = splitOfPath(path);
  const draft = {
    id: path,
    file: path,
    ...(split === undefined ? {} : { split }),
    ...facts,
    ...(size === undefined ? {} : { size }),
  };
  return builder.addImage(draft, place) ? path : undefined;
}

function readRow(
  cell: (column: Column) => string,
  size: { readonly width: number; readonly height: number } | undefined,
  builder: DatasetBuilder,
  place: { file: string; line: number },
): AnnotationRecord | undefined {
  const optional = (column: Column) => {
    const text = cell(column);
    if (text === '') return undefined;
    const value = parseNumber(text);
    if (value !== undefined) return value;
    throw new LeukoscopeError('CSV_NUMBER', `${column} must be a number. Received ${shown(text)}.`);
  };
  const corners = [optional('x1'), optional('y1'), optional('x2'), optional('y2')];
  const [x1, y1, x2, y2] = corners;
  const isBox = x1 !== undefined && y1 !== undefined && x2 !== undefined && y2 !== undefined;
  if (!isBox && corners.some((corner) => corner !== undefined)) {
    throw new LeukoscopeError(
      'CSV_NUMBER',
      'a box must have all four corners. Received some of them.',
    );
  }
  const box: Box | undefined = isBox ? { x1, y1, x2, y2 } : undefined;
  const runs = cell('mask_rle');
  if (runs !== '' && size === undefined) {
    throw new LeukoscopeError(
      'MASK_SIZE',
      'a mask must belong to an image whose size images.csv says. Found none.',
    );
  }
  const className = cell('class');
  const classIndex = className === '' ? undefined : builder.classNamed(className, place);
  if (className !== '' && classIndex === undefined) return undefined; // reported by classNamed
  const id = cell('id');
  const crowd = cell('crowd');
  const author = cell('author');
  return {
    ...withoutUndefined({ classIndex, box, area: optional('area'), score: optional('score') }),
    ...(id === '' ? {} : { id: /^-?\d{1,15}$/.test(id) ? Number(id) : id }),
    ...(crowd === '' ? {} : { isCrowd: crowd === '1' || crowd.toLowerCase() === 'true' }),
    ...(author === '' ? {} : { author }),
    ...(runs === '' || size === undefined
      ? {}
      : { mask: { kind: 'rle', rle: rleFromString(runs, size) } }),
  };
}
