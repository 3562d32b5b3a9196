/**
 * @file Reads the public sets into labelled crops for the refiner.
 *
 * Each set teaches what it knows: BCISC outlines and five types; PBC images and marrow patches fine
 * types; TXL-PBC and BCCD boxes of leukocytes without a type, red cells and platelets. Boxes of OI-PBC
 * are never read here (they carry no licence): its cells are located by `locate`.
 */
import {
  type Annotation,
  type Box,
  boxIou,
  coarsen,
  createRandom,
  type Random,
  type RgbRaster,
} from '@leukoscope/core';
import {
  boxOf,
  cellClassOf,
  type Dataset,
  type Folder,
  type ImageRecord,
  storedMaskToPlaced,
} from '@leukoscope/datasets';
import type { CellKnowledge } from '@leukoscope/models';
import { type CellCrop, cutCellCrop } from './cell-crop.ts';
import { type HeldApart, imageKey, type Side } from './hold-apart.ts';

/** A crop with what is known of it. */
export interface LabelledCrop extends CellCrop {
  readonly knowledge: CellKnowledge;
  /** The set it comes from, and which crops of a set are drawn together: `txl-pbc/leukocyte`. */
  readonly group: string;
  readonly side: Exclude<Side, 'dropped'>;
  /** `DATASET/FILE`. */
  readonly image: string;
}

/** What reading needs from outside. */
export interface CropReading {
  readonly decodeRgb: (bytes: Uint8Array) => Promise<RgbRaster>;
  /** The box of the centred cell of an image that has a type and no box of its own. */
  readonly locate: (raster: RgbRaster, image: string) => Box;
  readonly sides: HeldApart;
  readonly seed: number;
}

/** Read one set into crops. */
export async function readRefinerCrops(
  folder: Folder,
  dataset: Dataset,
  reading: CropReading,
): Promise<LabelledCrop[]> {
  const crops: LabelledCrop[] = [];
  const random = createRandom(reading.seed).fork(dataset.name);
  for (const image of dataset.images) {
    const key = imageKey(dataset.name, image.file);
    const side = reading.sides[key];
    if (side === undefined || side === 'dropped') continue;
    const raster = await reading.decodeRgb(await folder.read(image.file));
    const add = (crop: CellCrop, knowledge: CellKnowledge, part: string) =>
      crops.push({ ...crop, knowledge, group: `${dataset.name}/${part}`, side, image: key });
    const draw = random.fork(image.file);
    if (dataset.name === 'bcisc') addFieldCrops(raster, dataset, image, draw, add);
    else if (dataset.name === 'txl-pbc' || dataset.name === 'bccd')
      addBoxedCrops(raster, dataset, image, draw, add);
    else addCentredCrop(raster, dataset, image, reading.locate(raster, key), add);
  }
  return crops;
}

type Add = (crop: CellCrop, knowledge: CellKnowledge, part: string) => void;

/** Crops of samples whose leukocytes are outlined and typed; what is hardly seen is left out. */
export function cropsOfSamples(
  samples: readonly { raster: RgbRaster; annotations: readonly Annotation[]; image: string }[],
  part: string,
): LabelledCrop[] {
  return samples.flatMap(({ raster, annotations, image }) =>
    annotations.flatMap(({ box, mask, cellClass }): LabelledCrop[] => {
      const isLeukocyte =
        cellClass !== undefined && coarsen(cellClass, ['leukocyte']) !== undefined;
      if (box === undefined || mask === undefined || !isLeukocyte) return [];
      if (Math.min(box.x2 - box.x1, box.y2 - box.y1) < 12) return [];
      const group = `${image.split('/')[0]}/${part}`;
      return [
        { ...cutCellCrop(raster, box, mask), knowledge: cellClass, group, side: 'train', image },
      ];
    }),
  );
}

/** Cells with outline and type, and places of the field where no leukocyte is. */
function addFieldCrops(
  raster: RgbRaster,
  dataset: Dataset,
  image: ImageRecord,
  random: Random,
  add: Add,
): void {
  const boxes: Box[] = [];
  for (const record of image.annotations) {
    const box = boxOf(record, raster);
    const cellClass = cellClassOf(dataset, record);
    if (box === undefined || cellClass === undefined) continue;
    boxes.push(box);
    const mask = record.mask === undefined ? undefined : storedMaskToPlaced(record.mask, raster);
    add(cutCellCrop(raster, box, mask), cellClass, 'cell');
  }
  for (let i = 0; i < 2; i++) {
    const box = emptyPlace(raster, boxes, random);
    if (box !== undefined) add(cutCellCrop(raster, box), 'not-nucleated', 'elsewhere');
  }
}

/** A square of a cell's size that touches no leukocyte. */
function emptyPlace(raster: RgbRaster, boxes: readonly Box[], random: Random): Box | undefined {
  for (let attempt = 0; attempt < 20; attempt++) {
    const size = random.uniform(25, 130);
    const x1 = random.uniform(0, raster.width - size);
    const y1 = random.uniform(0, raster.height - size);
    const box = { x1, y1, x2: x1 + size, y2: y1 + size };
    if (boxes.every((other) => boxIou(box, other) === 0)) return box;
  }
  return undefined;
}

/** Boxes of three kinds; a lone leukocyte takes the image's type where the source names one. */
function addBoxedCrops(
  raster: RgbRaster,
  dataset: Dataset,
  image: ImageRecord,
  random: Random,
  add: Add,
): void {
  const boxed = image.annotations.filter((record) => record.box !== undefined);
  const types = image.annotations.flatMap((record) =>
    record.box === undefined ? [cellClassOf(dataset, record)] : [],
  );
  const ofKind = (kind: string) =>
    random.shuffle(
      boxed.flatMap((record) => (cellClassOf(dataset, record) === kind ? [record.box!] : [])),
    );
  const leukocytes = ofKind('leukocyte');
  const [onlyType] = types;
  for (const box of leukocytes) {
    const isTyped = leukocytes.length === 1 && types.length === 1 && onlyType !== undefined;
    const crop = cutCellCrop(raster, box);
    if (isTyped) add(crop, onlyType, 'typed');
    else add(crop, 'nucleated', 'leukocyte');
  }
  for (const box of ofKind('erythrocyte').slice(0, 1))
    add(cutCellCrop(raster, box), 'erythrocyte', 'erythrocyte');
  for (const box of ofKind('platelet').slice(0, 1))
    add(cutCellCrop(raster, box), 'platelet', 'platelet');
}

function addCentredCrop(
  raster: RgbRaster,
  dataset: Dataset,
  image: ImageRecord,
  box: Box,
  add: Add,
): void {
  const record = image.annotations.find(({ box: own }) => own === undefined);
  const cellClass = record === undefined ? undefined : cellClassOf(dataset, record);
  if (cellClass === undefined) return;
  add(cutCellCrop(raster, box), cellClass, cellClass);
}
