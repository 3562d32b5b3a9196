/**
 * @file Pascal VOC XML -> data set. Corners are 1-based and inclusive: x1 = xmin - 1, y1 = ymin - 1,
 * x2 = xmax, y2 = ymax (BCCD's boxes begin at 1 and end at the width; detectron2 pascal_voc.py).
 *
 * A box of one pixel is a stray mark: it is reported under `failed`.
 */
import type { Box } from '@leukoscope/core';
import type { AnnotationRecord, ImportResult } from '../dataset.ts';
import type { Folder } from '../folder.ts';
import { createDatasetBuilder, type DatasetBuilder } from './dataset-builder.ts';
import type { ImportOptions } from './import-options.ts';
import {
  createImageLocator,
  type ImageLocator,
  imageSizeIn,
  resolveImage,
  splitOfPath,
  stemOf,
} from './locate-image.ts';
import { readTables, type Tables } from './tables.ts';
import { decodeText, parseNumber, shown, splitLines } from './text.ts';
import { childOf, childrenOf, childText, parseXml, type XmlElement } from './xml-elements.ts';

/** How to read VOC files. */
export interface VocOptions extends ImportOptions {
  /** Some tools write 0-based half-open corners. @default 'one-based-inclusive' */
  readonly corners?: 'one-based-inclusive' | 'zero-based';
}

interface Context {
  readonly folder: Folder;
  readonly locator: ImageLocator;
  readonly builder: DatasetBuilder;
  readonly tables: Tables;
  readonly splits: ReadonlyMap<string, string>;
  readonly corners: NonNullable<VocOptions['corners']>;
}

const readElements = new Set(['name', 'bndbox', 'attributes']);
const attributeElements = new Set(['pose', 'truncated', 'difficult', 'occluded']);

/** Read every VOC file of a folder. */
export async function importVoc(folder: Folder, options: VocOptions = {}): Promise<ImportResult> {
  const { name = folder.name, corners = 'one-based-inclusive' } = options;
  const files = await folder.list();
  const builder = createDatasetBuilder(name, options);
  const tables = await readTables(folder, files, builder);
  const splits = await readSplits(folder, files);
  const context = { folder, builder, tables, splits, corners, locator: createImageLocator(files) };
  for (const file of files.filter((path) => /\.xml$/i.test(path))) {
    await builder.attempt({ file }, async () => {
      await readFile(parseXml(decodeText(await folder.read(file), file), file), file, context);
    });
  }
  return builder.finish();
}

async function readFile(root: XmlElement, file: string, context: Context): Promise<void> {
  const { builder, locator, folder, tables, splits } = context;
  if (root.name !== 'annotation') {
    builder.fail(
      { file, line: root.line },
      `root element must be <annotation>. Received <${root.name.slice(0, 40)}>.`,
    );
    return;
  }
  const place = { file, line: root.line };
  const path = resolveImage(foreignName(root, file, locator), locator, builder, place);
  if (path === undefined) {
    refuseObjects(root, file, builder);
    return;
  }
  const facts = tables.images.get(path) ?? {};
  const split = splits.get(stemOf(path)) ?? splitOfPath(path);
  const size =
    writtenSize(root) ??
    facts.size ??
    (locator.images.includes(path)
      ? await builder.attempt(place, () => imageSizeIn(folder, path))
      : undefined);
  const id = facts.id ?? path;
  const draft = {
    id,
    file: path,
    ...(size === undefined ? {} : { size }),
    ...(split === undefined ? {} : { split }),
    ...facts,
  };
  if (!builder.addImage(draft, place)) {
    refuseObjects(root, file, builder);
    return;
  }
  for (const object of childrenOf(root, 'object')) readObject(object, id, file, context);
  // A lost end tag makes neighbours into children: each is a record that is not read.
  for (const { line } of nestedObjects(root.children.filter(({ name }) => name !== 'object'))) {
    builder.fail({ file, line }, '<object> must lie in <annotation>. Received one deeper.');
  }
}

function refuseObjects(root: XmlElement, file: string, builder: DatasetBuilder): void {
  for (const { line } of nestedObjects(root.children)) {
    builder.fail({ file, line }, '<object> belongs to an image that was not read.');
  }
}

function nestedObjects(elements: readonly XmlElement[]): XmlElement[] {
  return elements.flatMap((element) => [
    ...(element.name === 'object' ? [element] : []),
    ...nestedObjects(element.children),
  ]);
}

/** Prefer the name written in the file, but the XML's own name where only that finds an image. */
function foreignName(root: XmlElement, file: string, locator: ImageLocator): string {
  const written = childText(root, 'filename');
  if (written !== undefined && 'file' in locator.locate(written)) return written;
  const located = locator.locate(stemOf(file));
  return 'file' in located ? located.file : (written ?? stemOf(file));
}

function readObject(
  object: XmlElement,
  imageId: number | string,
  file: string,
  context: Context,
): void {
  const { builder, corners } = context;
  const place = { file, line: object.line };
  for (const { line } of nestedObjects(object.children)) {
    builder.fail({ file, line }, '<object> must lie in <annotation>. Received one inside another.');
  }
  const name = childText(object, 'name');
  const box = readBox(object, corners);
  if (typeof box === 'string' || name === undefined) {
    builder.fail(place, typeof box === 'string' ? box : 'object must have a <name>. Found none.');
    return;
  }
  for (const { name: element, line } of object.children) {
    if (readElements.has(element) || attributeElements.has(element)) continue;
    builder.warn({ file, line }, `<${element.slice(0, 40)}> of an object is not read.`);
  }
  const classIndex = builder.classNamed(name, place);
  if (classIndex === undefined) return;
  const attributes = readAttributes(object);
  const record: AnnotationRecord = {
    classIndex,
    box,
    ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
  };
  builder.addAnnotation(imageId, record, place);
}

function readBox(object: XmlElement, corners: Context['corners']): Box | string {
  const bounds = childOf(object, 'bndbox');
  if (bounds === undefined) return 'object must have a <bndbox>. Found none.';
  const read = (name: string) => parseNumber(childText(bounds, name) ?? '');
  const [xmin, ymin, xmax, ymax] = [read('xmin'), read('ymin'), read('xmax'), read('ymax')];
  if (xmin === undefined || ymin === undefined || xmax === undefined || ymax === undefined) {
    const texts = ['xmin', 'ymin', 'xmax', 'ymax'].map((name) =>
      shown(childText(bounds, name) ?? ''),
    );
    return `bndbox must have four numbers. Received ${texts.join(', ')}.`;
  }
  if (corners === 'zero-based') return { x1: xmin, y1: ymin, x2: xmax, y2: ymax };
  if (xmin === xmax && ymin === ymax) {
    return `bndbox must be larger than one pixel. Received a stray mark at (${xmin}, ${ymin}).`;
  }
  return { x1: xmin - 1, y1: ymin - 1, x2: xmax, y2: ymax };
}

function readAttributes(object: XmlElement): Record<string, string> {
  const plain = object.children
    .filter(({ name, text }) => attributeElements.has(name) && text !== '')
    .map(({ name, text }) => [name, text] as const);
  // CVAT's extension: <attributes><attribute><name/><value/></attribute></attributes>.
  const listed = childrenOf(object, 'attributes')
    .flatMap((list) => childrenOf(list, 'attribute'))
    .map(
      (attribute) =>
        [childText(attribute, 'name') ?? '', childText(attribute, 'value') ?? ''] as const,
    );
  return Object.fromEntries([...plain, ...listed]);
}

function writtenSize(root: XmlElement) {
  const size = childOf(root, 'size');
  if (size === undefined) return undefined;
  const width = parseNumber(childText(size, 'width') ?? '');
  const height = parseNumber(childText(size, 'height') ?? '');
  // Some tools write 0 x 0 when they do not know.
  return width === undefined || height === undefined || width === 0 || height === 0
    ? undefined
    : { width, height };
}

/** Read ImageSets/Main/{train,val,test}.txt: stems of the images of each split. */
async function readSplits(folder: Folder, files: readonly string[]): Promise<Map<string, string>> {
  const splits = new Map<string, string>();
  for (const split of ['train', 'val', 'test']) {
    const file = files.find((path) => path.endsWith(`ImageSets/Main/${split}.txt`));
    if (file === undefined) continue;
    for (const { text } of splitLines(decodeText(await folder.read(file), file)))
      splits.set(text, split);
  }
  return splits;
}
