/**
 * @file CVAT for images 1.1 XML -> data set: boxes, rotated boxes (as polygons), polygons, masks, tags,
 * attributes. Other shapes (polylines, points, ellipses, cuboids, skeletons) are reported.
 *
 * A mask's runs go along its rows, begin with zeros and fill the rectangle left, top, width, height.
 * Format: https://docs.cvat.ai/docs/manual/advanced/formats/format-cvat/
 */
import {
  createMask,
  encodePlacedRle,
  LeukoscopeError,
  messageOf,
  rleBox,
  type Size,
} from '@leukoscope/core';
import type { AnnotationRecord, ImportResult } from '../dataset.ts';
import type { Folder } from '../folder.ts';
import { createDatasetBuilder, type DatasetBuilder } from './dataset-builder.ts';
import type { ImportOptions } from './import-options.ts';
import { createImageLocator, resolveImage, splitOfPath } from './locate-image.ts';
import { decodeText, parseNumber, shown } from './text.ts';
import { childOf, childrenOf, childText, parseXml, type XmlElement } from './xml-elements.ts';
import { boundsOf } from './yolo-import.ts';

const shapes = new Set(['box', 'polygon', 'mask', 'tag']);
const otherShapes = new Set(['polyline', 'points', 'ellipse', 'cuboid', 'skeleton']);
const ownAttributes = ['occluded', 'source', 'group_id', 'z_order'];
// A mask of more pixels than this is no cell of an image.
const largestMask = 1e9;

/** Read one CVAT file of a folder. */
export async function importCvat(
  folder: Folder,
  options: ImportOptions & { readonly file: string },
): Promise<ImportResult> {
  const { file, name = folder.name } = options;
  const builder = createDatasetBuilder(name, options);
  const locator = createImageLocator(await folder.list());
  const root = parseXml(decodeText(await folder.read(file), file), file);
  if (root.name !== 'annotations') {
    throw new LeukoscopeError(
      'CVAT_ROOT',
      `${file} must have the root <annotations>. Received <${root.name.slice(0, 40)}>.`,
    );
  }
  for (const label of labelsOf(root)) {
    builder.addClass({ name: childText(label, 'name') ?? '' }, { file, line: label.line });
  }
  for (const image of root.children) {
    if (image.name === 'version' || image.name === 'meta') continue;
    const place = { file, line: image.line };
    if (image.name !== 'image') {
      builder.fail(
        place,
        `<${image.name.slice(0, 40)}> is not read: only images are, no video tracks.`,
      );
      continue;
    }
    const path = resolveImage(image.attributes.get('name') ?? '', locator, builder, place);
    const size = { width: numberOf(image, 'width') ?? 0, height: numberOf(image, 'height') ?? 0 };
    const split = subsetOf(image) ?? (path === undefined ? undefined : splitOfPath(path));
    const id = numberOf(image, 'id') ?? path;
    const added =
      path !== undefined &&
      id !== undefined &&
      builder.addImage({ id, file: path, size, ...(split === undefined ? {} : { split }) }, place);
    for (const shape of image.children) {
      if (added) addShape(shape, id, size, builder, file);
      else
        builder.fail(
          { file, line: shape.line },
          `<${shape.name.slice(0, 40)}> belongs to an image that was not read.`,
        );
    }
  }
  // A lost end tag makes neighbours into children: each is a record that is not read.
  for (const image of root.children) {
    const outside =
      image.name === 'image' ? image.children.flatMap(({ children }) => children) : image.children;
    for (const shape of outside.flatMap(nestedShapes)) {
      builder.fail(
        { file, line: shape.line },
        `<${shape.name}> must lie in <image>. Received one deeper or outside.`,
      );
    }
  }
  return builder.finish();
}

function nestedShapes(element: XmlElement): XmlElement[] {
  const isShape = shapes.has(element.name) || otherShapes.has(element.name);
  return [...(isShape ? [element] : []), ...element.children.flatMap(nestedShapes)];
}

function labelsOf(root: XmlElement): XmlElement[] {
  const meta = childOf(root, 'meta');
  const owners = meta === undefined ? [] : [meta, ...meta.children];
  return owners
    .flatMap((owner) => childrenOf(owner, 'labels'))
    .flatMap((labels) => childrenOf(labels, 'label'));
}

function addShape(
  shape: XmlElement,
  imageId: number | string,
  size: Size,
  builder: DatasetBuilder,
  file: string,
): void {
  const place = { file, line: shape.line };
  if (!shapes.has(shape.name)) {
    const known = otherShapes.has(shape.name)
      ? 'has no area that can be read'
      : 'is no shape of CVAT';
    builder.fail(place, `<${shape.name.slice(0, 40)}> ${known}.`);
    return;
  }
  const label = shape.attributes.get('label');
  if (label === undefined) {
    builder.fail(place, `<${shape.name}> must have a label. Found none.`);
    return;
  }
  try {
    const extent = readExtent(shape, size);
    const classIndex = builder.classNamed(label, place);
    if (classIndex === undefined) return;
    const attributes = attributesOf(shape);
    const record: AnnotationRecord = {
      classIndex,
      ...extent,
      ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
    };
    builder.addAnnotation(imageId, record, place);
  } catch (error) {
    builder.fail(place, messageOf(error));
  }
}

function readExtent(shape: XmlElement, size: Size): Pick<AnnotationRecord, 'box' | 'mask'> {
  if (shape.name === 'tag') return {};
  if (shape.name === 'mask') return readMask(shape, size);
  if (shape.name === 'polygon') {
    const outer = readPoints(shape.attributes.get('points') ?? '');
    return { box: boundsOf(outer), mask: { kind: 'polygons', polygons: [{ outer }] } };
  }
  const box = {
    x1: needed(shape, 'xtl'),
    y1: needed(shape, 'ytl'),
    x2: needed(shape, 'xbr'),
    y2: needed(shape, 'ybr'),
  };
  const rotation = numberOf(shape, 'rotation') ?? 0;
  if (rotation === 0) return { box };
  // Degrees, clockwise on the screen, about the middle.
  const angle = (rotation * Math.PI) / 180;
  const [cx, cy] = [(box.x1 + box.x2) / 2, (box.y1 + box.y2) / 2];
  const outer = [
    [box.x1, box.y1],
    [box.x2, box.y1],
    [box.x2, box.y2],
    [box.x1, box.y2],
  ].flatMap(([x = 0, y = 0]) => [
    cx + (x - cx) * Math.cos(angle) - (y - cy) * Math.sin(angle),
    cy + (x - cx) * Math.sin(angle) + (y - cy) * Math.cos(angle),
  ]);
  return { box: boundsOf(outer), mask: { kind: 'polygons', polygons: [{ outer }] } };
}

function readMask(shape: XmlElement, size: Size): Pick<AnnotationRecord, 'box' | 'mask'> {
  const [left, top, width, height] = [
    needed(shape, 'left'),
    needed(shape, 'top'),
    needed(shape, 'width'),
    needed(shape, 'height'),
  ];
  const runs = (shape.attributes.get('rle') ?? '')
    .split(',')
    .map((text) => parseNumber(text) ?? Number.NaN);
  const sum = runs.reduce((total, run) => total + run, 0);
  const isWhole =
    [left, top, width, height, ...runs].every(Number.isInteger) && runs.every((run) => run >= 0);
  if (
    !isWhole ||
    width < 1 ||
    height < 1 ||
    width * height > largestMask ||
    sum !== width * height
  ) {
    throw new LeukoscopeError(
      'CVAT_MASK',
      `rle must be whole numbers that sum to width * height = ${width * height}. Received ${sum} in ${runs.length} runs.`,
    );
  }
  if (
    left >= size.width ||
    top >= size.height ||
    left + width <= 0 ||
    top + height <= 0 ||
    width > size.width ||
    height > size.height
  ) {
    throw new LeukoscopeError(
      'CVAT_MASK',
      `mask must lie in the image of ${size.width} x ${size.height}. Received ${width} x ${height} at (${left}, ${top}).`,
    );
  }
  const mask = createMask({ width, height });
  let position = 0;
  runs.forEach((run, i) => {
    mask.data.fill(i % 2, position, position + run);
    position += run;
  });
  const rle = encodePlacedRle({ left, top, mask }, size);
  const box = rleBox(rle);
  if (box === undefined)
    throw new LeukoscopeError('CVAT_MASK', 'mask must have pixels in the image. Received none.');
  return { box, mask: { kind: 'rle', rle } };
}

function readPoints(text: string): number[] {
  return text.split(';').flatMap((point) => {
    const numbers = point.split(',').map(parseNumber);
    const [x, y] = numbers;
    if (numbers.length !== 2 || x === undefined || y === undefined) {
      throw new LeukoscopeError(
        'CVAT_POINTS',
        `points must be "x,y;x,y;...". Received ${shown(point)}.`,
      );
    }
    return [x, y];
  });
}

function attributesOf(shape: XmlElement): Record<string, string> {
  const own = ownAttributes.flatMap((name) => {
    const value = shape.attributes.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const listed = childrenOf(shape, 'attribute').map(
    ({ attributes, text }) => [attributes.get('name') ?? '', text] as const,
  );
  return Object.fromEntries([...own, ...listed]);
}

function subsetOf(image: XmlElement): string | undefined {
  const subset = image.attributes.get('subset');
  if (subset === undefined || subset === '' || subset === 'default') return undefined;
  return splitOfPath(subset) ?? subset;
}

function numberOf(element: XmlElement, name: string): number | undefined {
  return parseNumber(element.attributes.get(name) ?? '');
}

function needed(element: XmlElement, name: string): number {
  const value = numberOf(element, name);
  if (value !== undefined) return value;
  throw new LeukoscopeError(
    'CVAT_NUMBER',
    `${name} of <${element.name}> must be a number. Received ${shown(element.attributes.get(name) ?? '')}.`,
  );
}
