/** @file What the training loop needs to train the refiner: trainer, batches, schedule, validation. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Box, RgbRaster, TensorData } from '@leukoscope/core';
import { decodeRgb } from '@leukoscope/image';
import { buildRefiner, refinerClasses, refinerLoss } from '@leukoscope/models';
import {
  adamW,
  buildInferenceModel,
  cosine,
  createTrainer,
  input,
  readSafetensors,
  type Trainer,
  warmUp,
} from '@leukoscope/nn';
import type { Runtime } from '@leukoscope/nn/runtime';
import {
  type CompactExperiment,
  type LabelledCrop,
  locateCentredCell,
  outlinedBoxInStore,
  plainBatches,
  plainView,
  readRefinerCrops,
  recentreCrop,
  refinerBatches,
  synthesiseCrops,
  type TrainLoopOptions,
} from '@leukoscope/training';
import { cached } from './train-compact-cache.ts';
import { openSets, readSides } from './train-compact-data.ts';
import { scoreCrops } from './train-compact-scores.ts';

/** What the parts of the compact model are prepared from. */
export interface PartOptions {
  readonly experiment: CompactExperiment;
  readonly runtime: Runtime;
  readonly data: string;
  /** Boxes of centred cells by `DATASET/FILE`, drawn by the project's locator. */
  readonly boxes: string | undefined;
  /** Weights of a refiner whose outlines replace the boxes that rules drew. */
  readonly recentre: string | undefined;
  /** Folder for what reading the sets gives. */
  readonly cache: string | undefined;
  readonly say: (text: string) => void;
  /** Weights to begin with instead of random ones. */
  readonly start: ReadonlyMap<string, TensorData> | undefined;
}

/** Steps up to `until` see pictures of this side. */
export interface TrainStage {
  readonly until: number;
  readonly side: number;
}

/** A part that is ready to train, stage by stage. */
export interface PreparedPart {
  readonly stages: readonly TrainStage[];
  prepareStage(
    side: number,
  ): Promise<
    Pick<TrainLoopOptions, 'trainer' | 'batchAt' | 'schedule' | 'validateEvery' | 'validate'>
  >;
}

/** The stages of a recipe whose pictures end at `side`. */
export function stagesOf(
  { beginSmall, steps }: CompactExperiment['refiner']['recipe'],
  side: number,
): TrainStage[] {
  const whole = { until: steps, side };
  return beginSmall === undefined
    ? [whole]
    : [{ until: beginSmall.steps, side: beginSmall.side }, whole];
}

/** Read all crops of an experiment, synthetic ones too. */
export async function readCrops(options: PartOptions): Promise<LabelledCrop[]> {
  const { experiment, boxes, cache } = options;
  const { synthetic, recipe } = experiment.refiner;
  const located: Record<string, Box> =
    boxes === undefined ? {} : JSON.parse(await readFile(boxes, 'utf8'));
  const key = { sets: experiment.sets, seed: recipe.seed, located };
  const real = await cached(cache, 'crops', key, () => readRealCrops(options, located));
  const drawn = await cached(cache, 'synthetic', { synthetic, seed: recipe.seed }, async () =>
    synthesiseCrops(synthetic, recipe.seed),
  );
  if (options.recentre === undefined) return [...real, ...drawn];
  const weights = new Uint8Array(await readFile(options.recentre));
  const hash = createHash('sha256').update(weights).digest('hex');
  const recentred = await cached(cache, 'recentred', { key, hash }, () =>
    recentreAll(options, real, readSafetensors(weights).tensors),
  );
  return [...recentred, ...drawn];
}

/** Cut the crops whose boxes came from rules again, around the outlines that a trained refiner draws. */
async function recentreAll(
  { runtime, experiment, say }: PartOptions,
  crops: readonly LabelledCrop[],
  weights: ReadonlyMap<string, TensorData>,
): Promise<LabelledCrop[]> {
  const isByRule = ({ group }: LabelledCrop) => /^(oi-pbc|marrow)\//.test(group);
  const refined = await runRefiner(
    runtime,
    { weights: async () => new Map(weights) },
    experiment,
    crops.filter(isByRule),
  );
  let moved = 0;
  const again = refined.map(({ crop, mask }): LabelledCrop => {
    const box = outlinedBoxInStore(mask, experiment.refiner.config.cropMargin);
    if (box === undefined) return crop;
    moved++;
    return { ...crop, ...recentreCrop(crop, box) };
  });
  say(`${moved} of ${refined.length} crops cut again around their outlines`);
  return [...crops.filter((crop) => !isByRule(crop)), ...again];
}

async function readRealCrops(
  { experiment, data, say }: PartOptions,
  located: Readonly<Record<string, Box>>,
): Promise<LabelledCrop[]> {
  const sets = await openSets(data, experiment.sets);
  const sides = await readSides(sets);
  const crops: LabelledCrop[] = [];
  for (const { folder, dataset } of sets) {
    const read = await readRefinerCrops(folder, dataset, {
      decodeRgb: (bytes) => decodeRgb(bytes),
      locate: (raster, image) => located[image] ?? firstBox(raster, image),
      sides,
      seed: experiment.refiner.recipe.seed,
    });
    const count = (side: string) => read.filter((crop) => crop.side === side).length;
    say(`${dataset.name}: ${count('train')} crops to train, ${count('val')} to measure`);
    for (const crop of read) crops.push(crop);
  }
  return crops;
}

/** A centred cell's box before there is a locator; marrow patches are cut so that the cell fills them. */
function firstBox(raster: RgbRaster, image: string): Box {
  if (!image.startsWith('marrow/')) return locateCentredCell(raster);
  const { width, height } = raster;
  return { x1: 0.12 * width, y1: 0.12 * height, x2: 0.88 * width, y2: 0.88 * height };
}

/** Prepare the refiner's training. */
export async function prepareRefiner(options: PartOptions): Promise<PreparedPart> {
  const crops = await readCrops(options);
  return {
    stages: stagesOf(options.experiment.refiner.recipe, options.experiment.refiner.config.side),
    prepareStage: (side) => prepareStage(options, crops, side),
  };
}

async function prepareStage(options: PartOptions, crops: readonly LabelledCrop[], S: number) {
  const { experiment, runtime } = options;
  const { recipe, variation, labelSmoothing, maskShare, shares } = experiment.refiner;
  const config = { ...experiment.refiner.config, side: S };
  const { batchSize: N, steps } = recipe;
  const trainer = await createTrainer({
    runtime,
    seed: recipe.seed,
    optimiser: adamW({ weightDecay: recipe.weightDecay }),
    clipNorm: recipe.clipNorm,
    averageDecay: recipe.averageDecay,
    ...(options.start === undefined ? {} : { weights: options.start }),
    config: { part: 'refiner', config },
    build: (scope) => {
      const outputs = buildRefiner(scope, input('image', [N, 3, S, S]), config);
      const { loss, type, mask } = refinerLoss(
        outputs,
        {
          allowed: input('allowed', [N, refinerClasses.length]),
          typeWeight: input('type_weight', [N]),
          mask: input('mask_target', [N, 1, S / 2, S / 2]),
          maskWeight: input('mask_weight', [N]),
        },
        { labelSmoothing, maskShare },
      );
      return { loss, metrics: { type_loss: type, mask_loss: mask } };
    },
  });
  // Every third: enough to see a trend; evaluate-compact.ts measures all.
  const measured = crops.filter(({ side }) => side === 'val').filter((_, i) => i % 3 === 0);
  return {
    trainer,
    batchAt: refinerBatches({ crops, shares, config, variation, batchSize: N, seed: recipe.seed }),
    schedule: warmUp(cosine(recipe.learningRate, steps, recipe.learningRate / 100), recipe.warmUp),
    validateEvery: recipe.validateEvery,
    validate: async () => scoreCrops(await runRefiner(runtime, trainer, experiment, measured, S)),
  };
}

/** What the refiner says of one crop. */
export interface RefinedCrop {
  readonly crop: LabelledCrop;
  readonly logits: Float32Array;
  /** Logits of the mask, [S / 2, S / 2]. */
  readonly mask: Float32Array;
  /** The mask that the crop's own should give, same size. */
  readonly maskTarget: Float32Array;
}

const inferenceBatch = 16;

/** Run the averaged weights on plain views of crops. */
export async function runRefiner(
  runtime: Runtime,
  trainer: Pick<Trainer, 'weights'>,
  experiment: CompactExperiment,
  crops: readonly LabelledCrop[],
  side = experiment.refiner.config.side,
): Promise<RefinedCrop[]> {
  const config = { ...experiment.refiner.config, side };
  const N = inferenceBatch;
  const model = buildInferenceModel(
    (scope) => {
      const { logits, mask } = buildRefiner(
        scope,
        input('image', [N, 3, config.side, config.side]),
        config,
      );
      return { logits, mask };
    },
    await trainer.weights('averaged'),
  );
  const session = await runtime.load(model);
  const refined: RefinedCrop[] = [];
  for (const batch of plainBatches(crops, config, N, plainView)) {
    const { logits, mask } = await session.run({ image: batch['image']! });
    const rows = (data: ArrayLike<number>, n: number, size: number) =>
      Float32Array.from({ length: size }, (_, i) => data[n * size + i] as number);
    for (let n = 0; n < N && refined.length < crops.length; n++) {
      refined.push({
        crop: crops[refined.length]!,
        logits: rows(logits!.data as Float32Array, n, refinerClasses.length),
        mask: rows(mask!.data as Float32Array, n, config.side ** 2 / 4),
        maskTarget: rows(batch['mask_target']!.data as Float32Array, n, config.side ** 2 / 4),
      });
    }
  }
  await session.dispose();
  return refined;
}
