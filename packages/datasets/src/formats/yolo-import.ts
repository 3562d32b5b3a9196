/**
 * @file YOLO text labels -> data set. A line is `class cx cy width height` (relative to the image), with
 * a score as sixth number in predictions, or `class x1 y1 x2 y2 ...` for an outline.
 *
 * Layouts: `images/SPLIT` with `labels/SPLIT` (Ultralytics), `SPLIT/images` with `SPLIT/labels`
 * (Roboflow), texts beside the images (Darknet). Names come from `data.yaml`, `classes.txt` or `*.names`.
 */
import { cxcywhRelativeToBox, type Box, type Size } from '@leukoscope/core';
import type { AnnotationRecord, ImportResult } from '../dataset.ts';
import type { Folder } from '../folder.ts';
import { createDatasetBuilder, type DatasetBuilder } from './dataset-builder.ts';
import type { ImportOptions } from './import-options.ts';
import { createImageLocator, folderOf, imageSizeIn, splitOfPath, stemOf } from './locate-image.ts';
import { readTables } from './tables.ts';
import { decodeText, type Line, parseNumber, shown, splitLines } from './text.ts';
import { parseYoloYaml, type YoloConfig } from './yolo-yaml.ts';

const namesPattern = /(^|\/)(classes\.txt|labels\.txt|obj\.names|[^/]+\.names)$/i;
// Texts that lie among labels in published sets and are none.
const otherTextPattern =
  /(^|\/)(readme.*|licen[sc]e.*|notes|_darknet|(train|val|valid|test)(_?\d{4})?)\.txt$/i;
// Centres may leave the image by rounding, not more; pixel coordinates are far beyond.
const relativeTolerance = 0.01;

/** Read the YOLO labels of a folder. */
export async function importYolo(
  folder: Folder,
  options: ImportOptions = {},
): Promise<ImportResult> {
  const { name = folder.name } = options;
  const files = await folder.list();
  const builder = createDatasetBuilder(name, options);
  const tables = await readTables(folder, files, builder);
  const config = await readConfig(folder, files, builder);
  const classOf = defineClasses(config, tables.hasClasses, builder);
  const { images } = createImageLocator(files);
  const labelFiles = new Set(
    files.filter(
      (file) => /\.txt$/i.test(file) && !namesPattern.test(file) && !otherTextPattern.test(file),
    ),
  );
  for (const image of images) {
    const labels = labelPathsOf(image).filter((path) => labelFiles.has(path));
    const size =
      tables.images.get(image)?.size ??
      (await builder.attempt({ file: image }, () => imageSizeIn(folder, image)));
    if (size === undefined) {
      for (const file of labels) labelFiles.delete(file);
      continue; // reported by attempt
    }
    const facts = tables.images.get(image) ?? {};
    const split = splitOf(image, config);
    const id = facts.id ?? image;
    builder.addImage(
      { id, file: image, size, ...(split === undefined ? {} : { split }), ...facts },
      { file: image },
    );
    const file = labels[0];
    if (file === undefined) {
      builder.warn({ file: image }, 'image has no label file: taken as one without cells.');
      continue;
    }
    labelFiles.delete(file);
    await builder.attempt({ file }, async () => {
      for (const line of splitLines(decodeText(await folder.read(file), file))) {
        const record = parseLine(line, size, classOf);
        if (typeof record === 'string') builder.fail({ file, line: line.line }, record);
        else builder.addAnnotation(id, record, { file, line: line.line });
      }
    });
  }
  for (const file of labelFiles)
    builder.fail({ file }, 'label file must belong to an image. Found none of that name.');
  return builder.finish();
}

/** Candidates for an image's label file, the most common layout first. */
function labelPathsOf(image: string): string[] {
  const stem = image.replace(/\.[^./]+$/, '');
  const parts = stem.split('/');
  const at = parts.lastIndexOf('images');
  const sibling =
    at < 0 ? [] : [[...parts.slice(0, at), 'labels', ...parts.slice(at + 1)].join('/')];
  return [...sibling, stem, `${folderOf(stem)}/labels/${stemOf(image)}`].map(
    (path) => `${path}.txt`,
  );
}

async function readConfig(
  folder: Folder,
  files: readonly string[],
  builder: DatasetBuilder,
): Promise<YoloConfig | undefined> {
  const yaml =
    files.find((file) => /(^|\/)data\.ya?ml$/i.test(file)) ??
    files.find((file) => /\.ya?ml$/i.test(file));
  if (yaml !== undefined) {
    return builder.attempt({ file: yaml }, async () =>
      parseYoloYaml(decodeText(await folder.read(yaml), yaml), yaml),
    );
  }
  const list = files.find((file) => namesPattern.test(file));
  if (list === undefined) return undefined;
  return builder.attempt({ file: list }, async () => {
    const lines = splitLines(decodeText(await folder.read(list), list));
    return { names: new Map(lines.map(({ text }, i) => [i, text])), splits: new Map() };
  });
}

/** Add the classes and return how a number in a label becomes a position in the class list. */
function defineClasses(
  config: YoloConfig | undefined,
  hasClassTable: boolean,
  builder: DatasetBuilder,
): (index: number) => number | undefined {
  // With our own table the numbers in the labels are positions in it, and its ids are the source's.
  if (hasClassTable) return (index) => (index < builder.classCount() ? index : undefined);
  for (const [id, name] of [...(config?.names ?? [])].sort(([a], [b]) => a - b)) {
    builder.addClass({ id, name }, { file: 'data.yaml' });
  }
  if (config !== undefined) return builder.classWithId;
  // Without names the numbers themselves are the names: kept, and reported as unknown kinds.
  return (index) =>
    index < 10_000
      ? (builder.classWithId(index) ??
        builder.addClass({ id: index, name: String(index) }, { file: 'data.yaml' }))
      : undefined;
}

function parseLine(
  { text }: Line,
  size: Size,
  classOf: (index: number) => number | undefined,
): AnnotationRecord | string {
  const words = text.split(/[\s,]+/);
  const numbers = words.map(parseNumber);
  const bad = numbers.indexOf(undefined);
  if (bad >= 0) return `label must be numbers. Received ${shown(words[bad])} as number ${bad + 1}.`;
  const [index = -1, ...rest] = numbers.filter((value) => value !== undefined);
  const classIndex = Number.isInteger(index) && index >= 0 ? classOf(index) : undefined;
  if (classIndex === undefined)
    return `class must be a number of a known class. Received ${index}.`;
  if (rest.length === 4 || rest.length === 5) return parseBox(rest, classIndex, size);
  if (rest.length >= 6 && rest.length % 2 === 0) return parseOutline(rest, classIndex, size);
  return `label must hold 4 numbers (box), 5 (box and score) or an even count from 6 (outline) after the class. Received ${rest.length}.`;
}

function parseBox(
  values: readonly number[],
  classIndex: number,
  size: Size,
): AnnotationRecord | string {
  const [cx = 0, cy = 0, width = 0, height = 0, score] = values;
  if (
    !isRelative(cx) ||
    !isRelative(cy) ||
    width > 1 + relativeTolerance ||
    height > 1 + relativeTolerance
  ) {
    return `box must be relative to the image (0 to 1). Received ${values.join(' ')}.`;
  }
  const box = cxcywhRelativeToBox([cx, cy, width, height], size);
  return { classIndex, box, ...(score === undefined ? {} : { score }) };
}

function parseOutline(
  values: readonly number[],
  classIndex: number,
  size: Size,
): AnnotationRecord | string {
  const bad = values.find((value) => !isRelative(value));
  if (bad !== undefined) return `outline must be relative to the image (0 to 1). Received ${bad}.`;
  const outer = values.map((value, i) => value * (i % 2 === 0 ? size.width : size.height));
  return { classIndex, box: boundsOf(outer), mask: { kind: 'polygons', polygons: [{ outer }] } };
}

/** Return the box around a ring. */
export function boundsOf(ring: readonly number[]): Box {
  let [x1, y1, x2, y2] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < ring.length; i += 2) {
    x1 = Math.min(x1, ring[i]!);
    x2 = Math.max(x2, ring[i]!);
    y1 = Math.min(y1, ring[i + 1]!);
    y2 = Math.max(y2, ring[i + 1]!);
  }
  return { x1, y1, x2, y2 };
}

function isRelative(value: number): boolean {
  return value >= -relativeTolerance && value <= 1 + relativeTolerance;
}

function splitOf(image: string, config: YoloConfig | undefined): string | undefined {
  for (const [split, paths] of config?.splits ?? []) {
    if (paths.some((path) => path !== '' && (image.startsWith(`${path}/`) || image === path)))
      return split;
  }
  return splitOfPath(image);
}
