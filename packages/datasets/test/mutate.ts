/**
 * @file Well-formed annotation files of every format, and seeded damage to them: the shared part of the
 * fuzz script and its small test. Every record carries a tag, so that one that vanishes is noticed.
 */
import { createRandom, type Raster, type Random } from '@leukoscope/core';
import type { ImportResult } from '../src/dataset.ts';
import { type Folder, memoryFolder } from '../src/folder.ts';
import { importDataset } from '../src/sources/import-dataset.ts';
import { arbitraryDataset } from './arbitrary-dataset.ts';
import { exportCoco } from '../src/formats/coco-export.ts';
import { importCoco } from '../src/formats/coco-import.ts';
import { exportCsv } from '../src/formats/csv-export.ts';
import { importCsv } from '../src/formats/csv-import.ts';
import { importCvat } from '../src/formats/cvat-import.ts';
import { importFolderPerClass } from '../src/formats/folder-per-class.ts';
import { exportGeoJson } from '../src/formats/geojson-export.ts';
import { importGeoJson } from '../src/formats/geojson-import.ts';
import { importMasks } from '../src/formats/mask-import.ts';
import { exportVoc } from '../src/formats/voc-export.ts';
import { importVoc } from '../src/formats/voc-import.ts';
import { exportYolo } from '../src/formats/yolo-export.ts';
import { importYolo } from '../src/formats/yolo-import.ts';

/** A format with a way to make a small valid folder and to read one. */
export interface FuzzFormat {
  readonly name: string;
  readonly make: (seed: number) => Promise<Record<string, Uint8Array>>;
  readonly read: (folder: Folder) => Promise<ImportResult>;
  /** Count the records that a damaged folder still holds, told from its bytes alone; undefined when that cannot be told. */
  readonly countRecords: (files: Readonly<Record<string, Uint8Array>>) => number | undefined;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A 1-pixel-high BMP header with a size, enough for readers of sizes. */
export function tinyBmp(width: number, height: number): Uint8Array {
  const bytes = new Uint8Array(64);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0x424d);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  view.setInt32(22, height, true);
  return bytes;
}

const decodeTiny = async (bytes: Uint8Array): Promise<Raster> => {
  if (bytes.length < 64) throw new Error('image must be whole. Received a piece.');
  const data = new Uint8Array(64);
  for (let i = 0; i < 64; i++) data[i] = bytes[i]! > 127 ? bytes[i]! % 4 : 0;
  return { width: 8, height: 8, channels: 1, bitDepth: 8, data };
};

async function written(
  seed: number,
  write: (
    dataset: ReturnType<typeof arbitraryDataset>,
    sink: ReturnType<typeof memoryFolder>,
  ) => Promise<unknown>,
  masks: 'none' | 'mixed' = 'mixed',
): Promise<Record<string, Uint8Array>> {
  const folder = memoryFolder();
  await write(arbitraryDataset(seed, { masks, hasExtras: true, hasImageFacts: true }), folder);
  const files: Record<string, Uint8Array> = {};
  for (const file of await folder.list()) files[file] = await folder.read(file);
  return files;
}

/** Without quotes in any text, a CSV row is a line and rows can be counted. */
const withPlainTexts =
  (write: typeof exportCsv): typeof exportCsv =>
  (dataset, sink) => {
    const plain = {
      ...dataset,
      classes: dataset.classes.map((c, i) => ({ ...c, name: `class ${i}` })),
    };
    const images = plain.images.map((image) => ({
      ...image,
      annotations: image.annotations.map((record) => ({ ...record, author: 'A' })),
    }));
    return write({ ...plain, images }, sink);
  };

const textOf = (files: Readonly<Record<string, Uint8Array>>, pattern: RegExp) =>
  Object.entries(files)
    .filter(([file]) => pattern.test(file))
    .map(([, bytes]) => decoder.decode(bytes));

const linesIn = (texts: readonly string[]) =>
  texts.flatMap((text) => text.split(/\r\n|\n|\r/)).filter((line) => line.trim() !== '').length;

const matchesIn = (texts: readonly string[], pattern: RegExp) =>
  texts.reduce((sum, text) => sum + [...text.matchAll(pattern)].length, 0);

/** Length of a list of a JSON object; undefined when the text is no longer JSON. */
function listLength(text: string, key: string): number | undefined {
  try {
    const json: unknown = JSON.parse(text);
    const list = typeof json === 'object' && json !== null ? Reflect.get(json, key) : undefined;
    return Array.isArray(list) ? list.length : 0;
  } catch {
    return undefined;
  }
}

/** Every importer that reads annotation files. */
export const fuzzFormats: readonly FuzzFormat[] = [
  {
    name: 'coco',
    make: (seed) => written(seed, exportCoco),
    read: (folder) => importCoco(folder, { file: 'annotations.json' }),
    countRecords: (files) => {
      const [text] = textOf(files, /^annotations\.json$/);
      return text === undefined ? 0 : listLength(text, 'annotations');
    },
  },
  {
    name: 'voc',
    make: (seed) => written(seed, exportVoc, 'none'),
    read: importVoc,
    countRecords: (files) => matchesIn(textOf(files, /\.xml$/), /<object>/g),
  },
  {
    name: 'yolo',
    make: async (seed) => {
      const files = await written(seed, exportYolo, 'none');
      const images = Object.keys(files).filter((file) => file.endsWith('.txt'));
      for (const label of images) {
        files[label.replace('labels', 'images').replace(/\.txt$/, '.bmp')] = tinyBmp(40, 30);
      }
      delete files['images.csv'];
      return files;
    },
    read: importYolo,
    countRecords: (files) => linesIn(textOf(files, /labels\/.*\.txt$/)),
  },
  {
    name: 'geojson',
    make: (seed) => written(seed, exportGeoJson),
    read: importGeoJson,
    countRecords: (files) => {
      const counts = textOf(files, /\.geojson$/).map((text) => listLength(text, 'features'));
      return counts.reduce<number | undefined>(
        (sum, count) => (sum === undefined || count === undefined ? undefined : sum + count),
        0,
      );
    },
  },
  {
    name: 'csv',
    make: (seed) => written(seed, withPlainTexts(exportCsv)),
    read: (folder) => importCsv(folder, { file: 'annotations.csv' }),
    countRecords: (files) => {
      const [text = ''] = textOf(files, /^annotations\.csv$/);
      // Quotes may join lines; rows with a file only say that an image has no cells.
      if (text.includes('"')) return undefined;
      const lines = text.split(/\r\n|\n|\r/).slice(1);
      return lines.filter((line) => /,[^,\s]/.test(line)).length;
    },
  },
  {
    name: 'cvat',
    make: async (seed) => ({ 'annotations.xml': encoder.encode(cvatText(createRandom(seed))) }),
    read: (folder) => importCvat(folder, { file: 'annotations.xml' }),
    countRecords: (files) => matchesIn(textOf(files, /\.xml$/), /<(box|polygon|mask|tag|points) /g),
  },
  {
    name: 'masks',
    make: async (seed) => maskFiles(createRandom(seed)),
    read: (folder) => importMasks(folder, { decodeImage: decodeTiny, kind: 'instances' }),
    countRecords: (files) => Object.keys(files).filter((file) => file.startsWith('masks/')).length,
  },
  {
    name: 'folder-per-class',
    make: async (seed) => classFolders(createRandom(seed)),
    read: importFolderPerClass,
    countRecords: (files) => Object.keys(files).length,
  },
  {
    name: 'any',
    make: (seed) => written(seed, [exportCoco, exportVoc, exportGeoJson, exportCsv][seed % 4]!),
    read: (folder) => importDataset(folder, { decodeImage: decodeTiny }),
    countRecords: () => undefined,
  },
];

function cvatText(random: Random): string {
  const shapes = Array.from({ length: random.integer(1, 6) }, () =>
    random.pick([
      '<box label="WBC" xtl="1.5" ytl="2" xbr="20" ybr="18.25" occluded="0"><attribute name="a">b</attribute></box>',
      '<polygon label="RBC" points="1,1;10,1;10,10" z_order="0"></polygon>',
      '<mask label="WBC" rle="2, 3, 1, 3" left="4" top="5" width="3" height="3"></mask>',
      '<tag label="WBC"></tag>',
      '<box label="WBC" xtl="5" ytl="5" xbr="20" ybr="10" rotation="30"/>',
      '<points label="WBC" points="3,3"/>',
    ]),
  );
  return `<?xml version="1.0"?>\n<annotations>\n<version>1.1</version><meta><task><labels><label><name>WBC</name></label></labels></task></meta>\n<image id="0" name="a.png" width="40" height="30">\n<box label="WBC" xtl="0" ytl="0" xbr="9" ybr="9"></box>\n${shapes.join('\n')}\n</image>\n</annotations>\n`;
}

function maskFiles(random: Random): Record<string, Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  for (let i = 0; i < random.integer(1, 5); i++) {
    const bytes = tinyBmp(8, 8);
    for (let k = 30; k < 64; k++) bytes[k] = random.integer(0, 256);
    files[`images/${i}.bmp`] = tinyBmp(8, 8);
    files[`masks/${i}.png`] = bytes;
  }
  return files;
}

function classFolders(random: Random): Record<string, Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  for (let i = 0; i < random.integer(1, 8); i++) {
    files[`${random.pick(['neutrophil', 'train/EO', 'foo'])}/${i}.bmp`] = tinyBmp(8, 8);
  }
  return files;
}

const hostileTexts = [
  '-1',
  '0',
  '1e999',
  '-1e308',
  'NaN',
  'Infinity',
  'null',
  '9'.repeat(400),
  '""',
  '[]',
  '{}',
  '__proto__',
  'constructor',
  '../../etc/passwd',
  '/etc/passwd',
  '\\',
  '\u0000',
  '\uFEFF',
  '<',
  '&x;',
  '&amp;',
  '<!DOCTYPE a [<!ENTITY x "y">]>',
  ']]>',
  '-->',
  '['.repeat(5000),
  '{"a":'.repeat(3000),
  '<a>'.repeat(3000),
  ',',
  ';',
  '"',
  "'",
  '\n',
  '\r\n',
  '*a',
  '&a [*a,*a]',
  'true',
  '1.7976931348623157e308',
];

/** Damage one file of a folder in one to four ways; the same seed damages alike. */
export function mutateFiles(
  files: Readonly<Record<string, Uint8Array>>,
  seed: number,
): Record<string, Uint8Array> {
  const random = createRandom(seed);
  const changed = { ...files };
  const names = Object.keys(files);
  for (let k = random.integer(1, 5); k > 0; k--) {
    const name = random.pick(names);
    const bytes = changed[name];
    if (bytes !== undefined) changed[name] = mutateBytes(bytes, random);
  }
  return changed;
}

function mutateBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.integer(0, bytes.length + 1);
  const end = Math.min(bytes.length, at + random.integer(1, 40));
  const hostile = encoder.encode(random.pick(hostileTexts));
  switch (random.integer(0, 8)) {
    case 0: {
      const copy = bytes.slice();
      for (let k = random.integer(1, 6); k > 0 && copy.length > 0; k--)
        copy[random.integer(0, copy.length)]! ^= 1 << random.integer(0, 8);
      return copy;
    }
    case 1:
      return bytes.slice(0, at);
    case 2:
      return joined(bytes.subarray(0, at), bytes.subarray(end));
    case 3:
      return joined(bytes.subarray(0, end), bytes.subarray(at));
    case 4:
      return joined(bytes.subarray(0, at), hostile, bytes.subarray(at));
    case 5:
      return replaceNumber(bytes, hostile, random);
    case 6:
      return replaceNumber(bytes, encoder.encode(String(random.normal(0, 1000))), random);
    default:
      return swapLines(bytes, random);
  }
}

function replaceNumber(bytes: Uint8Array, replacement: Uint8Array, random: Random): Uint8Array {
  const matches = [...decoder.decode(bytes).matchAll(/-?\d+(\.\d+)?/g)];
  if (matches.length === 0) return joined(bytes, replacement);
  const match = random.pick(matches);
  const text = decoder.decode(bytes);
  return encoder.encode(
    text.slice(0, match.index) +
      decoder.decode(replacement) +
      text.slice(match.index + match[0].length),
  );
}

function swapLines(bytes: Uint8Array, random: Random): Uint8Array {
  const lines = decoder.decode(bytes).split('\n');
  const [i, j] = [random.integer(0, lines.length), random.integer(0, lines.length)];
  [lines[i], lines[j]] = [lines[j]!, lines[i]!];
  if (random.chance(0.5)) lines.splice(i, 0, lines[j]!);
  return encoder.encode(lines.join('\n'));
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

/** What went wrong with one damaged folder; undefined when the importer kept its promises. */
export async function fuzzOnce(
  format: FuzzFormat,
  seed: number,
  clock: () => number,
): Promise<{
  readonly fault?: string;
  readonly outcome: 'parsed' | 'refused';
  readonly elapsedMs: number;
}> {
  const files = mutateFiles(await format.make(seed), seed ^ 0x5eed);
  const folder = memoryFolder(files);
  const started = clock();
  let result: ImportResult;
  try {
    result = await format.read(folder);
  } catch (error) {
    const elapsedMs = clock() - started;
    const isOurs =
      error instanceof Error &&
      error.name === 'LeukoscopeError' &&
      !error.message.startsWith('internal:');
    return {
      outcome: 'refused',
      elapsedMs,
      ...(isOurs ? {} : { fault: `crash: ${String(error).slice(0, 300)}` }),
    };
  }
  const elapsedMs = clock() - started;
  const read = result.parsed.images.reduce((sum, { annotations }) => sum + annotations.length, 0);
  const internal = result.failed.find(({ reason }) =>
    /internal:|Cannot read prop|is not a function|call stack|not iterable/.test(reason),
  );
  if (internal !== undefined)
    return {
      outcome: 'parsed',
      elapsedMs,
      fault: `our own fault in failed: ${internal.reason.slice(0, 300)}`,
    };
  const expected = format.countRecords(files);
  // A failure without a line is about a whole file, whose records cannot be told apart any more.
  const wholeFiles = result.failed.some(({ line }) => line === undefined);
  if (!wholeFiles && expected !== undefined && read + result.failed.length < expected) {
    return {
      outcome: 'parsed',
      elapsedMs,
      fault: `silent loss: ${read} read, ${result.failed.length} failed, ${expected} in the files`,
    };
  }
  return { outcome: 'parsed', elapsedMs };
}
