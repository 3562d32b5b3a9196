/** @file Random data sets for the property tests of importers and exporters, and for the fuzz script. */
import {
  createMask,
  createRandom,
  encodeRle,
  type Polygon,
  type Random,
  rleBox,
} from '@leukoscope/core';
import type { AnnotationRecord, Dataset, ImageRecord, StoredMask } from '../src/dataset.ts';
import { interferenceFactors, isInterferenceFactor } from '../src/interference-factors.ts';
import { boundsOf } from '../src/formats/yolo-import.ts';

/** What the records of a random data set hold. */
export interface ArbitraryOptions {
  /** @default 'none' */
  readonly masks?: 'none' | 'polygons' | 'holes' | 'rle' | 'mixed';
  /** Ids, area, crowd, score, author, attributes. @default false */
  readonly hasExtras?: boolean;
  /** Slides, patients, factors, splits. @default false */
  readonly hasImageFacts?: boolean;
  /** Boxes on whole pixels. @default false */
  readonly isWhole?: boolean;
}

const names = [
  'WBC',
  'RBC',
  'Band neutrophil',
  'a, "quoted" <&> name',
  'Ünïcode',
  'x y',
  '__proto__',
  '7',
];
const factors = Object.keys(interferenceFactors).filter(isInterferenceFactor);

/** Make a data set from a seed: at least one image with one annotation. */
export function arbitraryDataset(seed: number, options: ArbitraryOptions = {}): Dataset {
  const random = createRandom(seed);
  const classes = random
    .shuffle(names)
    .slice(0, random.integer(1, 6))
    .map((name, i) => ({
      id: i * 3 + random.integer(0, 3),
      name,
      ...(random.chance(0.3) ? { group: 'cell' } : {}),
    }));
  const images = Array.from({ length: random.integer(1, 5) }, (_, i) =>
    arbitraryImage(random, i, classes.length, options),
  );
  return { name: 'memory', classes, images };
}

function arbitraryImage(
  random: Random,
  i: number,
  classCount: number,
  options: ArbitraryOptions,
): ImageRecord {
  const size = { width: random.integer(8, 60), height: random.integer(8, 60) };
  const file = random.chance(0.5) ? `train/images/field ${i}.png` : `fields/f${i}.v1.jpg`;
  const count = i === 0 ? random.integer(1, 6) : random.integer(0, 6);
  return {
    id: options.hasExtras === true ? i * 7 + 1 : file,
    file,
    size,
    ...(file.startsWith('train') ? { split: 'train' } : {}),
    ...(options.hasImageFacts === true
      ? {
          slide: `slide ${i % 2}`,
          patient: 'p, 1',
          split: random.pick(['train', 'val', 'other']),
          factors: random.shuffle(factors).slice(0, 2),
        }
      : {}),
    annotations: Array.from({ length: count }, (_, k) =>
      arbitraryRecord(random, i * 100 + k + 1, classCount, size, options),
    ),
  };
}

function arbitraryRecord(
  random: Random,
  id: number,
  classCount: number,
  size: { width: number; height: number },
  options: ArbitraryOptions,
): AnnotationRecord {
  const { masks = 'none', hasExtras = false, isWhole = false } = options;
  const round = (value: number) => (isWhole ? Math.round(value) : value);
  const x1 = round(random.uniform(0, size.width - 5));
  const y1 = round(random.uniform(0, size.height - 5));
  const box = {
    x1,
    y1,
    x2: round(random.uniform(x1 + 3, size.width)),
    y2: round(random.uniform(y1 + 3, size.height)),
  };
  const kind =
    masks === 'mixed' ? random.pick(['none', 'polygons', 'holes', 'rle'] as const) : masks;
  const mask = kind === 'none' ? undefined : arbitraryMask(random, box, size, kind);
  const tight =
    mask === undefined
      ? box
      : mask.kind === 'rle'
        ? rleBox(mask.rle)!
        : boundsOf(mask.polygons[0]!.outer);
  return {
    classIndex: random.integer(0, classCount),
    box: tight,
    ...(mask === undefined ? {} : { mask }),
    ...(hasExtras
      ? {
          id,
          area: random.uniform(1, 99),
          author: 'Dr. "A", B',
          score: random.next(),
          ...(random.chance(0.2) ? { isCrowd: true } : {}),
          attributes: { difficult: '0', note: 'a <b> & "c"' },
        }
      : {}),
  };
}

function arbitraryMask(
  random: Random,
  { x1, y1, x2, y2 }: { x1: number; y1: number; x2: number; y2: number },
  size: { width: number; height: number },
  kind: 'polygons' | 'holes' | 'rle',
): StoredMask {
  if (kind === 'rle') {
    const mask = createMask(size);
    for (let k = 0; k < 20; k++) {
      mask.data[random.integer(0, size.height) * size.width + random.integer(0, size.width)] = 1;
    }
    return { kind: 'rle', rle: encodeRle(mask) };
  }
  const outer = [x1, y1, x2, y1, x2, y2, (x1 + x2) / 2, y2, x1, y2];
  const [cx, cy] = [(x1 + x2) / 2, (y1 + y2) / 2];
  const polygon: Polygon =
    kind === 'holes' ? { outer, holes: [[cx, cy, cx + 1, cy, cx + 1, cy + 1]] } : { outer };
  return { kind: 'polygons', polygons: [polygon] };
}
