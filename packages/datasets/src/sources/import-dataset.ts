/** @file One door for every layout: recognises a folder and reads it. */
import { LeukoscopeError } from '@leukoscope/core';
import type { ImportResult } from '../dataset.ts';
import type { Folder } from '../folder.ts';
import { importCoco } from '../formats/coco-import.ts';
import { importCsv } from '../formats/csv-import.ts';
import { importCvat } from '../formats/cvat-import.ts';
import { importFolderPerClass } from '../formats/folder-per-class.ts';
import { importGeoJson } from '../formats/geojson-import.ts';
import type { ImportOptions } from '../formats/import-options.ts';
import { splitOfPath, stemOf } from '../formats/locate-image.ts';
import { type DecodeImage, importMasks } from '../formats/mask-import.ts';
import { importVoc } from '../formats/voc-import.ts';
import { importYolo } from '../formats/yolo-import.ts';
import { detectLayout, type Layout } from './detect-layout.ts';
import { joinImports } from './join-imports.ts';
import {
  importBccd,
  importBcisc,
  importMarrow,
  importOiPbc,
  importTxlPbc,
  importZheng,
} from './published-sets.ts';

/** How to read a folder. */
export interface ImportDatasetOptions extends ImportOptions {
  /** @default recognised from the files */
  readonly layout?: Layout;
  /** Needed where masks are images. */
  readonly decodeImage?: DecodeImage;
  /** How mask images are meant. @default 'instances' */
  readonly maskKind?: 'binary' | 'instances' | 'class-map' | 'trimap';
}

/** What was read, and as what. */
export interface ImportedDataset extends ImportResult {
  readonly layout: Layout;
}

/** Read a folder of any layout. */
export async function importDataset(
  folder: Folder,
  options: ImportDatasetOptions = {},
): Promise<ImportedDataset> {
  const detected = await detectLayout(folder);
  const layout = options.layout ?? detected?.layout;
  if (layout === undefined) {
    throw new LeukoscopeError(
      'LAYOUT_UNKNOWN',
      `${folder.name} must have a known layout. Received ${(await folder.list()).length} files that fit none. ` +
        'See docs/formats.md, or say which layout it is.',
    );
  }
  const files = detected?.layout === layout ? detected.files : await candidatesOf(folder, layout);
  return { layout, ...(await read(folder, layout, files, options)) };
}

function read(
  folder: Folder,
  layout: Layout,
  files: readonly string[],
  options: ImportDatasetOptions,
): Promise<ImportResult> {
  switch (layout) {
    case 'bcisc':
      return importBcisc(folder, options);
    case 'bccd':
      return importBccd(folder, options);
    case 'oi-pbc':
      return importOiPbc(folder, options);
    case 'txl-pbc':
      return importTxlPbc(folder, options);
    case 'zheng':
      return importZheng(folder, options);
    case 'marrow':
      return importMarrow(folder, options);
    case 'coco':
      return readEach(folder, files, options, importCoco);
    case 'cvat':
      return readEach(folder, files, options, importCvat);
    case 'csv':
      return readEach(folder, files, options, importCsv);
    case 'voc':
      return importVoc(folder, options);
    case 'geojson':
      return importGeoJson(folder, options);
    case 'yolo':
      return importYolo(folder, options);
    case 'folder-per-class':
      return importFolderPerClass(folder, options);
    case 'masks': {
      const { decodeImage, maskKind = 'instances' } = options;
      if (decodeImage === undefined) {
        throw new LeukoscopeError(
          'DECODER_MISSING',
          'decodeImage must be given to read mask images. Received none. Pass decodeImage of @leukoscope/image.',
        );
      }
      return importMasks(folder, { ...options, decodeImage, kind: maskKind });
    }
  }
}

/** Read several files of one format (`instances_train.json`, `instances_val.json`) into one data set. */
async function readEach(
  folder: Folder,
  files: readonly string[],
  options: ImportDatasetOptions,
  importFile: (
    folder: Folder,
    options: ImportOptions & { readonly file: string },
  ) => Promise<ImportResult>,
): Promise<ImportResult> {
  const { name = folder.name } = options;
  const results: { result: ImportResult; split: string | undefined }[] = [];
  for (const file of files) {
    const split = splitOfPath(file) ?? splitOfPath(stemOf(file).replaceAll(/[_-]/g, '/'));
    results.push({ result: await importFile(folder, { ...options, file }), split });
  }
  const [only] = results;
  if (results.length === 1 && only !== undefined) return only.result;
  return joinImports(name, results);
}

async function candidatesOf(folder: Folder, layout: Layout): Promise<readonly string[]> {
  const endings: Partial<Record<Layout, RegExp>> = {
    coco: /\.json$/i,
    cvat: /\.xml$/i,
    csv: /(^|\/)annotations\.csv$/i,
  };
  const ending = endings[layout];
  const files =
    ending === undefined ? [] : (await folder.list()).filter((file) => ending.test(file));
  if (ending !== undefined && files.length === 0) {
    throw new LeukoscopeError(
      'LAYOUT_UNKNOWN',
      `${folder.name} must hold a file of the layout ${layout}. Found none.`,
    );
  }
  return files;
}
