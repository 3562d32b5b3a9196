/**
 * @file What a data set holds, as data and as tables: images, cells per type, sizes of boxes, cells per
 * image, per interference factor, per slide and per split (the interference paper's Table 1 and supplement).
 */
import type { CellClass } from '@leukoscope/core';
import type { Dataset } from '../dataset.ts';
import { boxOf } from '../to-annotations.ts';

/** Count and spread of a measure; undefined numbers where nothing was measured. */
export interface Spread {
  readonly count: number;
  readonly minimum?: number;
  readonly median?: number;
  readonly mean?: number;
  readonly maximum?: number;
}

/** A class with its counts. */
export interface ClassCount {
  readonly name: string;
  readonly cellClass?: CellClass;
  /** Records about single cells. */
  readonly cells: number;
  /** Images that hold such a cell. */
  readonly images: number;
  /** Records about whole images. */
  readonly imageLevel: number;
  /** Side of a square of the box's area, in pixels. */
  readonly boxSide: Spread;
}

/** A group of images with its counts. */
export interface GroupCount {
  readonly name: string;
  readonly images: number;
  readonly cells: number;
}

/** Everything that is counted. */
export interface DatasetStatistics {
  readonly name: string;
  readonly images: number;
  readonly cells: number;
  readonly imagesWithoutCells: number;
  readonly imageLevel: number;
  readonly masks: number;
  readonly crowds: number;
  readonly classes: readonly ClassCount[];
  readonly cellsPerImage: Spread;
  readonly boxWidth: Spread;
  readonly boxHeight: Spread;
  readonly imageSizes: readonly GroupCount[];
  readonly splits: readonly GroupCount[];
  readonly slides: readonly GroupCount[];
  readonly patients: readonly GroupCount[];
  readonly factors: readonly GroupCount[];
}

interface ClassCounter {
  cells: number;
  imageLevel: number;
  readonly images: Set<number>;
  readonly sides: number[];
}

/** Count a data set. */
export function datasetStatistics(dataset: Dataset): DatasetStatistics {
  const { classes, images } = dataset;
  const perClass = classes.map(
    (): ClassCounter => ({ cells: 0, imageLevel: 0, images: new Set(), sides: [] }),
  );
  const [widths, heights, perImage]: [number[], number[], number[]] = [[], [], []];
  let [masks, crowds, imageLevel] = [0, 0, 0];
  images.forEach(({ annotations, size }, i) => {
    let cells = 0;
    for (const record of annotations) {
      const counter = record.classIndex === undefined ? undefined : perClass[record.classIndex];
      const box = boxOf(record, size);
      if (record.mask !== undefined) masks++;
      if (record.isCrowd === true) crowds++;
      if (box === undefined) {
        imageLevel++;
        if (counter !== undefined) counter.imageLevel++;
        continue;
      }
      cells++;
      const [width, height] = [box.x2 - box.x1, box.y2 - box.y1];
      widths.push(width);
      heights.push(height);
      counter?.images.add(i);
      counter?.sides.push(Math.sqrt(width * height));
      if (counter !== undefined) counter.cells++;
    }
    perImage.push(cells);
  });
  const groups = (keysOf: (i: number) => readonly string[]) => countGroups(perImage, keysOf);
  return {
    name: dataset.name,
    images: images.length,
    cells: widths.length,
    imagesWithoutCells: perImage.filter((cells) => cells === 0).length,
    imageLevel,
    masks,
    crowds,
    classes: classes.map(({ name, cellClass }, i) => {
      const counter = perClass[i]!;
      return {
        name,
        ...(cellClass === undefined ? {} : { cellClass }),
        cells: counter.cells,
        images: counter.images.size,
        imageLevel: counter.imageLevel,
        boxSide: spreadOf(counter.sides),
      };
    }),
    cellsPerImage: spreadOf(perImage),
    boxWidth: spreadOf(widths),
    boxHeight: spreadOf(heights),
    imageSizes: groups((i) =>
      images[i]!.size === undefined
        ? ['unknown']
        : [`${images[i]!.size!.width}x${images[i]!.size!.height}`],
    ),
    splits: groups((i) => optional(images[i]!.split)),
    slides: groups((i) => optional(images[i]!.slide)),
    patients: groups((i) => optional(images[i]!.patient)),
    factors: groups((i) => images[i]!.factors ?? []),
  };
}

/** Write the statistics as Markdown tables. */
export function statisticsText(statistics: DatasetStatistics): string {
  const s = statistics;
  const total = s.cells + s.imageLevel;
  return [
    `# ${s.name}`,
    '',
    table(
      ['', 'count'],
      [
        ['images', s.images],
        ['images without cells', s.imagesWithoutCells],
        ['cells', s.cells],
        ['cells with a mask', s.masks],
        ['crowd regions', s.crowds],
        ['image-level types', s.imageLevel],
      ],
    ),
    '',
    table(
      [
        'class',
        'cell class',
        'cells',
        'image-level',
        'share',
        'images',
        'box side, median (range) px',
      ],
      s.classes.map(({ name, cellClass = 'unknown', cells, imageLevel, images, boxSide }) => [
        name,
        cellClass,
        cells,
        imageLevel,
        total === 0 ? '' : `${((100 * (cells + imageLevel)) / total).toFixed(1)} %`,
        images,
        spreadText(boxSide),
      ]),
    ),
    '',
    table(
      ['measure', 'median (range)', 'mean'],
      [
        ['cells per image', spreadText(s.cellsPerImage), numberText(s.cellsPerImage.mean)],
        ['box width, px', spreadText(s.boxWidth), numberText(s.boxWidth.mean)],
        ['box height, px', spreadText(s.boxHeight), numberText(s.boxHeight.mean)],
      ],
    ),
    ...groupTable('image size', s.imageSizes),
    ...groupTable('split', s.splits),
    ...groupTable('slide', s.slides),
    ...groupTable('patient', s.patients),
    ...groupTable('interference factor', s.factors),
    '',
  ].join('\n');
}

function groupTable(title: string, groups: readonly GroupCount[]): string[] {
  if (groups.length === 0) return [];
  return [
    '',
    table(
      [title, 'images', 'cells'],
      groups.map(({ name, images, cells }) => [name, images, cells]),
    ),
  ];
}

function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) =>
    `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    line(header),
    `|${header.map((_, i) => (i === 0 ? '---|' : '--:|')).join('')}`,
    ...rows.map(line),
  ].join('\n');
}

function countGroups(
  perImage: readonly number[],
  keysOf: (i: number) => readonly string[],
): GroupCount[] {
  const groups = new Map<string, { images: number; cells: number }>();
  perImage.forEach((cells, i) => {
    for (const key of keysOf(i)) {
      const group = groups.get(key) ?? { images: 0, cells: 0 };
      groups.set(key, { images: group.images + 1, cells: group.cells + cells });
    }
  });
  return [...groups]
    .map(([name, counts]) => ({ name, ...counts }))
    .sort((a, b) => b.images - a.images || (a.name < b.name ? -1 : 1));
}

function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) return { count: 0 };
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return {
    count: sorted.length,
    minimum: sorted[0]!,
    median: sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2,
    mean: sorted.reduce((a, b) => a + b, 0) / sorted.length,
    maximum: sorted[sorted.length - 1]!,
  };
}

function spreadText({ minimum, median, maximum }: Spread): string {
  return median === undefined
    ? ''
    : `${numberText(median)} (${numberText(minimum)} to ${numberText(maximum)})`;
}

function numberText(value: number | undefined): string {
  return value === undefined ? '' : String(Math.round(value * 10) / 10);
}

function optional(value: string | undefined): readonly string[] {
  return value === undefined ? [] : [value];
}
