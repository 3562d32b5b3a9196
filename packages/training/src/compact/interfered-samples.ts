/**
 * @file Training fields under interference: leukocytes that touch and overlap, degenerated ones, debris,
 * giant platelets; and scenes composed of many cells on fields whose own cells were covered.
 *
 * Only fields that train are read; every change follows from the seed.
 */
import {
  createRandom,
  createRgbRaster,
  halveRaster,
  type Random,
  type RgbRaster,
  type Sample,
} from '@leukoscope/core';
import {
  applyInterference,
  composeScene,
  cutOutCells,
  type Dataset,
  eraseCells,
  type Folder,
  type InterferenceFactor,
  planResize,
  type Severity,
  toAnnotations,
} from '@leukoscope/datasets';
import { type HeldApart, imageKey } from './hold-apart.ts';

/** A field with its masks, and where it came from. */
export interface TrainingSample extends Sample {
  readonly raster: RgbRaster;
  /** `DATASET/FILE`. */
  readonly image: string;
}

/** Read the fields of a set that train and have a size and cells; at half their size when asked. */
export async function readTrainingSamples(
  folder: Folder,
  dataset: Dataset,
  { decodeRgb, sides }: SampleReading,
  isHalved: boolean,
): Promise<TrainingSample[]> {
  const samples: TrainingSample[] = [];
  for (const image of dataset.images) {
    const key = imageKey(dataset.name, image.file);
    if (sides[key] !== 'train' || image.size === undefined) continue;
    const whole = await decodeRgb(await folder.read(image.file));
    const raster = isHalved ? halveRaster(whole) : whole;
    const { width, height } = raster;
    const one = planResize({ ...dataset, images: [{ ...image, size: whole }] }, { width, height });
    const annotations = toAnnotations(one.dataset, one.dataset.images[0]!);
    if (annotations.length > 0) samples.push({ raster, annotations, image: key });
  }
  return samples;
}

/** What reading samples needs from outside. */
export interface SampleReading {
  readonly decodeRgb: (bytes: Uint8Array) => Promise<RgbRaster>;
  readonly sides: HeldApart;
}

/** Put every sample under each of these factors in turn, at a severity of its own. */
export function interfereSamples(
  samples: readonly TrainingSample[],
  factors: readonly InterferenceFactor[],
  seed: number,
): TrainingSample[] {
  const random = createRandom(seed).fork('interfere');
  return samples.flatMap((sample) =>
    factors.map((factor, i): TrainingSample => {
      const own = random.fork(sample.image).fork(i);
      const severity = (1 + own.integer(0, 5)) as Severity;
      return { ...applyInterference(sample, factor, severity, own), image: sample.image };
    }),
  );
}

/** Lay cells of all samples close together on fields whose own cells were covered. */
export function composeSamples(
  samples: readonly TrainingSample[],
  count: number,
  seed: number,
): TrainingSample[] {
  const random = createRandom(seed).fork('compose');
  const cutOuts = samples.flatMap((sample) => cutOutCells(sample).cutOuts);
  return Array.from({ length: count }, (_, i) => {
    const own = random.fork(i);
    const from = own.pick(samples);
    const background = coverCells(from, own);
    const scene = composeScene(cutOuts, background, {
      seed: own.integer(0, 2 ** 31),
      count: 2 + own.integer(0, 6),
      overlap: 0.7,
      cutOff: 0.2,
      scale: [0.85, 1.15],
    });
    return { raster: scene.raster, annotations: scene.annotations, image: from.image };
  });
}

function coverCells(sample: TrainingSample, random: Random): RgbRaster {
  const erased = eraseCells(sample, { seed: random.integer(0, 2 ** 31) });
  return createRgbRaster(sample.raster, Uint8Array.from(erased.data));
}
