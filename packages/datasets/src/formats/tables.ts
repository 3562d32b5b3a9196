/**
 * @file `classes.csv` and `images.csv`: two plain tables that exporters put beside formats which cannot
 * hold class ids and order, image ids, sizes, slide, patient, split or factors; importers of the same
 * formats read them where they lie at the top of the folder. Other tools pass over them.
 */
import { messageOf, type Size } from '@leukoscope/core';
import type { Dataset } from '../dataset.ts';
import type { Folder, FolderSink } from '../folder.ts';
import type { ClassDraft, DatasetBuilder } from './dataset-builder.ts';
import { decodeText, formatCsv, parseCsv, shown } from './text.ts';

/** Names of the two tables. */
export const tableFiles = { classes: 'classes.csv', images: 'images.csv' } as const;

const classHeader = ['id', 'name', 'group'];
const imageHeader = ['file', 'id', 'width', 'height', 'slide', 'patient', 'split', 'factors'];

/** What a row of `images.csv` says about an image. */
export interface ImageFacts {
  readonly id?: number | string;
  readonly size?: Size;
  readonly slide?: string;
  readonly patient?: string;
  readonly split?: string;
  readonly factors?: readonly string[];
}

/** Both tables, empty where there are none. */
export interface Tables {
  readonly hasClasses: boolean;
  readonly images: ReadonlyMap<string, ImageFacts>;
}

/** Write both tables; returns their paths. */
export async function writeTables(
  dataset: Dataset,
  sink: FolderSink,
  lose: (what: string) => void,
): Promise<string[]> {
  await sink.write(
    tableFiles.classes,
    formatCsv([
      classHeader,
      ...dataset.classes.map(({ id, name, group = '' }) => [id, name, group]),
    ]),
  );
  const rows = dataset.images.map(({ file, id, size, slide, patient, split, factors }) => {
    if (typeof id === 'string' && id !== file && isWholeNumber(id))
      lose('image ids that are texts of digits');
    return [
      file,
      id === file ? '' : id,
      size?.width ?? '',
      size?.height ?? '',
      slide ?? '',
      patient ?? '',
      split ?? '',
      factors?.join(' ') ?? '',
    ];
  });
  await sink.write(tableFiles.images, formatCsv([imageHeader, ...rows]));
  return [tableFiles.classes, tableFiles.images];
}

/** Read the tables of a folder; classes are added to the builder in their order. */
export async function readTables(
  folder: Folder,
  files: readonly string[],
  builder: DatasetBuilder,
): Promise<Tables> {
  const classRows = await readRows(folder, files, tableFiles.classes, classHeader, builder);
  for (const { line, cells } of classRows) {
    const place = { file: tableFiles.classes, line };
    const [id = '', name = '', group = ''] = cells;
    if (!isWholeNumber(id))
      builder.fail(place, `id must be a whole number. Received ${shown(id)}.`);
    else {
      const draft: ClassDraft = { id: Number(id), name, ...(group === '' ? {} : { group }) };
      builder.addClass(draft, place);
    }
  }
  const images = new Map<string, ImageFacts>();
  for (const { line, cells } of await readRows(
    folder,
    files,
    tableFiles.images,
    imageHeader,
    builder,
  )) {
    const [
      file = '',
      id = '',
      width = '',
      height = '',
      slide = '',
      patient = '',
      split = '',
      factors = '',
    ] = cells;
    if (images.has(file)) {
      builder.fail(
        { file: tableFiles.images, line },
        `file must be unique. Received ${shown(file)} again.`,
      );
      continue;
    }
    images.set(file, {
      ...(id === '' ? {} : { id: isWholeNumber(id) ? Number(id) : id }),
      ...(isWholeNumber(width) && isWholeNumber(height)
        ? { size: { width: Number(width), height: Number(height) } }
        : {}),
      ...(slide === '' ? {} : { slide }),
      ...(patient === '' ? {} : { patient }),
      ...(split === '' ? {} : { split }),
      ...(factors === '' ? {} : { factors: factors.split(' ') }),
    });
  }
  return { hasClasses: classRows.length > 0, images };
}

async function readRows(
  folder: Folder,
  files: readonly string[],
  file: string,
  header: readonly string[],
  builder: DatasetBuilder,
) {
  if (!files.includes(file)) return [];
  try {
    const [first, ...rows] = parseCsv(decodeText(await folder.read(file), file));
    // A file of the same name with other columns is not ours: its importer deals with it.
    if (first === undefined || first.cells.join() !== header.join()) return [];
    return rows;
  } catch (error) {
    builder.fail({ file }, messageOf(error));
    return [];
  }
}

function isWholeNumber(text: string): boolean {
  return /^-?\d{1,15}$/.test(text);
}
