/**
 * @file Pictures for contact sheets: whole images, or crops around cells, brought to the sheet's size
 * first and drawn on afterwards, so that lines and names are equally sharp on large and small images.
 */
import {
  type Box,
  type CellClass,
  cellClasses,
  decodePlacedRle,
  maskToPolygons,
  type RgbRaster,
  type Size,
} from '@leukoscope/core';
import {
  type AnnotationRecord,
  type Dataset,
  type DatasetClass,
  type ImageRecord,
  scaleRecord,
  toAnnotations,
} from '@leukoscope/datasets';
import {
  colourOfClass,
  type ContactSheetItem,
  cropRaster,
  drawOverlay,
  type LegendEntry,
  type OverlayCell,
  placementOf,
  resizeRaster,
  toRgbRaster,
  unknownColour,
} from '@leukoscope/image';

/** How cells are drawn. */
export interface ItemOptions {
  /** Side of the square on the sheet, in pixels. */
  readonly sizePx: number;
  /** @default 'few': names where at most this many cells do not cover the picture with them */
  readonly labels?: 'all' | 'few' | 'none';
  /** @default 'without-mask' */
  readonly boxes?: 'always' | 'without-mask' | 'never';
}

// More names than this hide the cells that they name.
const mostLabels = 6;
const lineWidth = 1.6;

/** Draw a whole image with its cells. */
export function imageItem(
  raster: RgbRaster,
  dataset: Dataset,
  image: ImageRecord,
  options: ItemOptions,
): ContactSheetItem {
  const { sizePx, boxes = 'without-mask' } = options;
  const { content } = placementOf(raster, { width: sizePx, height: sizePx }, 'letterbox');
  const small = toRgbRaster(resizeRaster(raster, content));
  const cells = overlayCells(dataset, image, raster, content, options);
  return {
    raster: drawOverlay(small, cells, { lineWidth, textSizePx: 12, boxes }),
    caption: captionOf(dataset, image),
    colour: barColour(dataset, image),
  };
}

/** Draw the surroundings of one cell. */
export function cellItem(
  raster: RgbRaster,
  dataset: Dataset,
  image: ImageRecord,
  record: AnnotationRecord & { readonly box: Box },
  options: ItemOptions & { readonly caption?: string },
): ContactSheetItem {
  const { sizePx } = options;
  const window = squareAround(record.box);
  const crop = cropRaster(raster, window, { padding: [255, 255, 255] });
  const side = { width: sizePx, height: sizePx };
  const small = toRgbRaster(resizeRaster(crop, side));
  const shifted = shiftRecord(record, -window.x1, -window.y1);
  const alone = { ...image, annotations: [shifted] };
  const cells =
    shifted.mask === undefined
      ? []
      : overlayCells(dataset, alone, crop, side, { sizePx, labels: 'none' });
  const cellClass = classOf(dataset, record)?.cellClass;
  return {
    raster: drawOverlay(small, cells, { lineWidth, fillOpacity: 0, boxes: 'never', labels: false }),
    caption: options.caption ?? `${baseOf(image.file)}`,
    colour: colourOfClass(cellClass),
  };
}

/** Write a legend of the classes that occur. */
export function legendOf(dataset: Dataset, used: ReadonlySet<number>): LegendEntry[] {
  return dataset.classes.flatMap(({ name, cellClass }, i) =>
    used.has(i) ? [{ name, colour: colourOfClass(cellClass) }] : [],
  );
}

/** Return the class of a record as the source calls it. */
export function classOf(dataset: Dataset, record: AnnotationRecord): DatasetClass | undefined {
  return record.classIndex === undefined ? undefined : dataset.classes[record.classIndex];
}

/** Return the file name without folders. */
export function baseOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}

function overlayCells(
  dataset: Dataset,
  image: ImageRecord,
  from: Size,
  to: Size,
  { labels = 'few' }: ItemOptions,
): OverlayCell[] {
  const records = image.annotations
    .filter(({ box, mask }) => box !== undefined || mask !== undefined)
    .map((record) => scaleRecord(record, from, to));
  const drawn = toAnnotations(dataset, { ...image, size: to, annotations: records });
  const named = labels === 'all' || (labels === 'few' && records.length <= mostLabels);
  return drawn.map(({ box, mask, cellClass }, i) => {
    const own = classOf(dataset, records[i]!);
    const name = own === undefined ? 'no class' : shortName(own.name, cellClass);
    return {
      box,
      mask,
      cellClass,
      colour: cellClass === undefined ? unknownColour : undefined,
      label: named ? name : '',
    };
  });
}

function shortName(name: string, cellClass: CellClass | undefined): string {
  return cellClass === undefined ? name : cellClasses[cellClass].name;
}

/** The types of whole images stand in the caption, since they have no place in the picture. */
function captionOf(dataset: Dataset, image: ImageRecord): string {
  const types = image.annotations
    .filter(({ box, mask }) => box === undefined && mask === undefined)
    .map((record) => classOf(dataset, record)?.name ?? 'no class');
  return [baseOf(image.file), ...new Set(types)].join(' · ');
}

function barColour(dataset: Dataset, image: ImageRecord) {
  const whole = image.annotations.find(({ box, mask }) => box === undefined && mask === undefined);
  return whole === undefined ? undefined : colourOfClass(classOf(dataset, whole)?.cellClass);
}

/** A square of whole pixels, a quarter wider than the cell. */
function squareAround({ x1, y1, x2, y2 }: Box): Box {
  const side = Math.max(8, Math.ceil(Math.max(x2 - x1, y2 - y1) * 1.25));
  const left = Math.round((x1 + x2 - side) / 2);
  const top = Math.round((y1 + y2 - side) / 2);
  return { x1: left, y1: top, x2: left + side, y2: top + side };
}

function shiftRecord(
  record: AnnotationRecord & { readonly box: Box },
  dx: number,
  dy: number,
): AnnotationRecord {
  const { box, mask, nucleus: _, ...rest } = record;
  const moved = {
    x1: box.x1 + dx,
    y1: box.y1 + dy,
    x2: box.x2 + dx,
    y2: box.y2 + dy,
  };
  const shiftRing = (ring: readonly number[]) =>
    ring.map((value, i) => value + (i % 2 === 0 ? dx : dy));
  if (mask === undefined) return { ...rest, box: moved };
  // Run lengths belong to a whole image; as outlines they can be moved.
  const placed = mask.kind === 'rle' ? decodePlacedRle(mask.rle) : undefined;
  const given =
    mask.kind === 'polygons' ? mask.polygons : placed === undefined ? [] : maskToPolygons(placed);
  const polygons = given.map(({ outer, holes }) =>
    holes === undefined
      ? { outer: shiftRing(outer) }
      : { outer: shiftRing(outer), holes: holes.map(shiftRing) },
  );
  return { ...rest, box: moved, mask: { kind: 'polygons', polygons } };
}
