/**
 * @file The public sets the project is measured on, each read in the layout in which it was published.
 *
 * BCISC (Fan et al. 2019), BCCD, TXL-PBC (Gan & Li 2024), OI-PBC (Abou Ali et al. 2025), the sets of
 * Zheng et al. 2018 ("dataset1", "dataset2"), the marrow stages of Choi et al. 2017.
 */
import { LeukoscopeError, taxonomies } from '@leukoscope/core';
import type { AnnotationRecord, ImageRecord, ImportIssue, ImportResult } from '../dataset.ts';
import type { Folder } from '../folder.ts';
import { importCoco } from '../formats/coco-import.ts';
import { createDatasetBuilder, type DatasetBuilder } from '../formats/dataset-builder.ts';
import { importFolderPerClass } from '../formats/folder-per-class.ts';
import { baseOf, stemOf } from '../formats/locate-image.ts';
import { type DecodeImage, importMasks } from '../formats/mask-import.ts';
import { decodeText, parseCsv, shown } from '../formats/text.ts';
import { importVoc } from '../formats/voc-import.ts';
import { importYolo } from '../formats/yolo-import.ts';

/** What reading a published set may need. */
export interface SourceOptions {
  /** @default the folder's name */
  readonly name?: string;
  /** Needed where masks are images. */
  readonly decodeImage?: DecodeImage;
}

const five = taxonomies.five.classes;
const zhengTypes = ['neutrophil', 'lymphocyte', 'monocyte', 'eosinophil', 'basophil'];

/** Read BCISC's fields: boxes, outlines, five types, and the slide of each image. */
export function importBcisc(folder: Folder, options: SourceOptions = {}): Promise<ImportResult> {
  return importCoco(
    onlyFiles(folder, (file) => !file.startsWith('cells/')),
    {
      ...naming(folder, options),
      file: 'annotations.json',
      among: five,
    },
  );
}

/** Read BCISC's single cells: 256 x 256 crops with masks; the type is the name's first part. */
export function importBciscCells(
  folder: Folder,
  options: SourceOptions = {},
): Promise<ImportResult> {
  return importMasks(
    onlyFiles(folder, (file) => file.startsWith('cells/')),
    {
      name: `${naming(folder, options).name}-cells`,
      among: five,
      kind: 'binary',
      decodeImage: neededDecoder(options, folder),
      className: (image) => /^([a-z]+)_/i.exec(baseOf(image))?.[1],
    },
  );
}

/** Read BCCD: VOC boxes, and `types.csv` as image-level leukocyte types. */
export async function importBccd(
  folder: Folder,
  options: SourceOptions = {},
): Promise<ImportResult> {
  const result = await importVoc(folder, naming(folder, options));
  const file = 'types.csv';
  const [, ...rows] = parseCsv(decodeText(await folder.read(file), file));
  return extend(result, (builder, imageOf) => {
    for (const { line, cells } of rows) {
      const [stem = '', types = ''] = cells;
      const image = imageOf(stem);
      if (image === undefined) {
        builder.fail({ file, line }, `image must be in the data set. Received ${shown(stem)}.`);
        continue;
      }
      for (const type of types.split(',').map((text) => text.trim())) {
        if (type === '') continue; // blank: the source does not know
        const classIndex = builder.classNamed(type, { file, line });
        if (classIndex !== undefined)
          builder.addAnnotation(image.id, { classIndex }, { file, line });
      }
    }
  });
}

/** Read TXL-PBC: YOLO boxes of leukocytes, red cells and platelets. */
export function importTxlPbc(folder: Folder, options: SourceOptions = {}): Promise<ImportResult> {
  return importYolo(folder, naming(folder, options));
}

/** Read OI-PBC: YOLO boxes of twelve kinds; the file name's first part is the centred cell's type. */
export async function importOiPbc(
  folder: Folder,
  options: SourceOptions = {},
): Promise<ImportResult> {
  const among = taxonomies['oi-pbc'].classes;
  const result = await importYolo(folder, { ...naming(folder, options), among });
  return extend(result, (builder, _, images) => {
    for (const image of images) {
      const place = { file: image.file };
      const prefix = /^([A-Z]+)_/.exec(baseOf(image.file))?.[1];
      if (prefix === undefined) {
        builder.fail(place, 'file name must begin with the type of the centred cell. Found none.');
        continue;
      }
      const name = prefix === 'PLATELET' ? 'PLT' : prefix;
      const classIndex = builder.classNamed(name, place);
      if (classIndex !== undefined) builder.addAnnotation(image.id, { classIndex }, place);
    }
  });
}

/** Read a set of Zheng et al.: `NNN.bmp`, trimap `NNN.png`, `labels.csv` with the types 1 to 5. */
export async function importZheng(
  folder: Folder,
  options: SourceOptions = {},
): Promise<ImportResult> {
  const file = 'labels.csv';
  const [, ...rows] = parseCsv(decodeText(await folder.read(file), file));
  const types = new Map<number, string>();
  const issues: ImportIssue[] = [];
  const files = new Set(await folder.list());
  for (const { line, cells } of rows) {
    const number = Number(cells[0]);
    const type = zhengTypes[Number(cells[1]) - 1];
    const reason =
      type === undefined
        ? `class must be a number from 1 to 5. Received ${shown(cells[1])}.`
        : types.has(number)
          ? `image must be named once. Received ${shown(cells[0])} again.`
          : files.has(`${String(number).padStart(3, '0')}.bmp`)
            ? undefined
            : `image must be in the folder. Received ${shown(cells[0])}.`;
    if (reason === undefined) types.set(number, type!);
    else issues.push({ file, line, reason });
  }
  const result = await importMasks(folder, {
    ...naming(folder, options),
    among: five,
    kind: 'trimap',
    decodeImage: neededDecoder(options, folder),
    isMask: (path) => /\.png$/i.test(path),
    className: (image) => types.get(Number(stemOf(image))),
  });
  return { ...result, failed: [...result.failed, ...issues] };
}

/** Read the marrow stages: folders 0 to 9 in the paper's order. */
export function importMarrow(folder: Folder, options: SourceOptions = {}): Promise<ImportResult> {
  const names = taxonomies.marrow.classes;
  return importFolderPerClass(folder, {
    ...naming(folder, options),
    among: names,
    classNames: Object.fromEntries(names.map((name, i) => [String(i), name])),
  });
}

/** Read a data set again into a builder, and let a step add to it. */
function extend(
  { parsed, failed, warnings }: ImportResult,
  step: (
    builder: DatasetBuilder,
    imageOf: (stem: string) => ImageRecord | undefined,
    images: readonly ImageRecord[],
  ) => void,
): ImportResult {
  const builder = createDatasetBuilder(parsed.name, { known: parsed.classes });
  const byStem = new Map(parsed.images.map((image) => [stemOf(image.file), image] as const));
  for (const { annotations, ...image } of parsed.images) {
    builder.addImage(image, { file: image.file });
    for (const record of annotations satisfies readonly AnnotationRecord[])
      builder.restore(image.id, record);
  }
  step(builder, (stem) => byStem.get(stem), parsed.images);
  const result = builder.finish();
  return {
    parsed: result.parsed,
    failed: [...failed, ...result.failed],
    warnings: [...warnings, ...result.warnings],
  };
}

function onlyFiles(folder: Folder, keep: (file: string) => boolean): Folder {
  return { ...folder, list: async () => (await folder.list()).filter(keep) };
}

function naming(folder: Folder, { name = folder.name }: SourceOptions): { name: string } {
  return { name };
}

function neededDecoder({ decodeImage }: SourceOptions, folder: Folder): DecodeImage {
  if (decodeImage !== undefined) return decodeImage;
  throw new LeukoscopeError(
    'DECODER_MISSING',
    `decodeImage must be given, since masks of ${folder.name} are images. Received none. Pass decodeImage of @leukoscope/image.`,
  );
}
