/**
 * @file Fields with boxes for the locator, kept in memory at several sizes.
 *
 * A source may know all three kinds of cell or leukocytes only; where it does not know a kind, the
 * locator is neither praised nor blamed for it.
 */
import {
  type Annotation,
  type Box,
  type CellClass,
  coarsen,
  createRandom,
  halveRaster,
  type RgbRaster,
} from '@leukoscope/core';
import {
  boxOf,
  cellClassOf,
  type Dataset,
  type Folder,
  type SmearLookName,
  smearLooks,
  synthesiseField,
} from '@leukoscope/datasets';
import { balanceField } from '@leukoscope/image';
import { locatorClasses } from '@leukoscope/models';
import { type HeldApart, imageKey, type Side } from './hold-apart.ts';

const classes: readonly CellClass[] = locatorClasses;

/** One cell of a field. */
export interface FieldCell {
  readonly box: Box;
  /** Position in `locatorClasses`. */
  readonly kind: number;
}

/** A field: each level of `levels` is half as large as the one before, the first as large as `cells` says. */
export interface LocatorField {
  readonly levels: readonly RgbRaster[];
  readonly cells: readonly FieldCell[];
  /** Which of `locatorClasses` the source would have marked. */
  readonly knows: readonly boolean[];
  readonly group: string;
  readonly side: Exclude<Side, 'dropped'>;
  /** `DATASET/FILE`. */
  readonly image: string;
}

/** What reading needs from outside. */
export interface FieldReading {
  /** Decode an image, no larger than needed. */
  readonly decodeRgb: (bytes: Uint8Array) => Promise<RgbRaster>;
  readonly sides: HeldApart;
}

/** Read a set with boxes into fields. */
export async function readLocatorFields(
  folder: Folder,
  dataset: Dataset,
  { decodeRgb, sides }: FieldReading,
): Promise<LocatorField[]> {
  const fields: LocatorField[] = [];
  // BCISC marks leukocytes alone.
  const knows = locatorClasses.map((kind) => kind === 'leukocyte' || dataset.name !== 'bcisc');
  for (const image of dataset.images) {
    const key = imageKey(dataset.name, image.file);
    const side = sides[key];
    if (side === undefined || side === 'dropped') continue;
    const raster = await decodeRgb(await folder.read(image.file));
    const cells = image.annotations.flatMap((record) => {
      const box = boxOf(record, raster);
      const cellClass = cellClassOf(dataset, record);
      const kind = cellClass === undefined ? undefined : coarsen(cellClass, classes);
      return box === undefined || kind === undefined ? [] : [{ box, kind: classes.indexOf(kind) }];
    });
    fields.push({ levels: pyramid(raster), cells, knows, group: dataset.name, side, image: key });
  }
  return fields;
}

/** Draw synthetic fields of all looks at several magnifications. */
export function synthesiseFields(count: number, seed: number): LocatorField[] {
  const looks = Object.keys(smearLooks).filter((name): name is SmearLookName => name in smearLooks);
  const random = createRandom(seed).fork('synthetic fields');
  return Array.from({ length: count }, (_, i) => {
    const draw = random.fork(i);
    const { raster, annotations } = synthesiseField({
      seed: draw.integer(0, 2 ** 31),
      size: { width: 512, height: 448 },
      look: looks[i % looks.length]!,
      pixelsPerMicron: Math.exp(draw.uniform(Math.log(2.5), Math.log(9))),
    });
    const cells = annotations.flatMap(({ box, cellClass }) => {
      // Smudges and artefacts are background to the locator; nucleated red cells are leukocytes to it.
      const coarse = cellClass === 'erythroblast' ? 'leukocyte' : cellClass;
      const kind = coarse === undefined ? undefined : coarsen(coarse, classes);
      return box === undefined || kind === undefined ? [] : [{ box, kind: classes.indexOf(kind) }];
    });
    return {
      levels: pyramid(balanceField(raster)),
      cells,
      knows: locatorClasses.map(() => true),
      group: 'synthetic',
      side: 'train',
      image: `synthetic/${i}`,
    };
  });
}

/** Make fields of samples whose leukocytes are boxed. */
export function fieldsOfSamples(
  samples: readonly { raster: RgbRaster; annotations: readonly Annotation[]; image: string }[],
  group: string,
): LocatorField[] {
  return samples.map(({ raster, annotations, image }) => ({
    levels: pyramid(balanceField(raster)),
    cells: annotations.flatMap(({ box, cellClass }) => {
      const isLeukocyte =
        cellClass !== undefined && coarsen(cellClass, ['leukocyte']) !== undefined;
      return box === undefined || !isLeukocyte ? [] : [{ box, kind: 0 }];
    }),
    knows: locatorClasses.map((kind) => kind === 'leukocyte'),
    group,
    side: 'train',
    image,
  }));
}

/** Halve until the longer side is below 200 pixels. */
function pyramid(raster: RgbRaster): RgbRaster[] {
  const levels = [raster];
  for (;;) {
    const last = levels.at(-1)!;
    if (Math.max(last.width, last.height) < 200) return levels;
    levels.push(halveRaster(last));
  }
}
