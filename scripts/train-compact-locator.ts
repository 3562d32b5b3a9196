/** @file What the training loop needs to train the locator: trainer, batches, schedule, validation. */
import { averagePrecision, evaluateCoco } from '@leukoscope/metrics';
import { buildLocator, locatorClasses, locatorLoss } from '@leukoscope/models';
import { adamW, cosine, createTrainer, input, warmUp } from '@leukoscope/nn';
import {
  batchesOfSteps,
  composeSamples,
  fieldsOfSamples,
  interfereSamples,
  type LocatorField,
  locatorBatches,
  readLocatorFields,
  readTrainingSamples,
  synthesiseFields,
} from '@leukoscope/training';
import { halfOf } from './evaluate-compact-halves.ts';
import { cached } from './train-compact-cache.ts';
import { decodeBalanced, openSets, readSides } from './train-compact-data.ts';
import { createFieldLocator, type FieldLocator, locatorModel } from './train-compact-locate.ts';
import { type PartOptions, type PreparedPart, stagesOf } from './train-compact-parts.ts';

/** Prepare the locator's training. */
export async function prepareLocator(options: PartOptions): Promise<PreparedPart> {
  const fields = await readFields(options);
  const { recipe, side } = options.experiment.locator;
  return { stages: stagesOf(recipe, side), prepareStage: (s) => prepareStage(options, fields, s) };
}

async function readFields(options: PartOptions): Promise<LocatorField[]> {
  const { experiment, data, cache, say } = options;
  const { recipe, synthetic, sets } = experiment.locator;
  const key = { light: 'balanced', sets, synthetic, seed: recipe.seed };
  const fields = await cached(cache, 'fields', key, async () => {
    const all: LocatorField[] = synthesiseFields(synthetic, recipe.seed);
    const opened = await openSets(data, experiment.sets);
    const sides = await readSides(opened);
    for (const { folder, dataset } of opened) {
      if (!sets.some((name) => name === dataset.name)) continue;
      const reading = { decodeRgb: decodeBalanced, sides };
      for (const field of await readLocatorFields(folder, dataset, reading)) all.push(field);
    }
    return all;
  });
  for (const field of await readInterfered(options)) fields.push(field);
  const count = (side: string) => fields.filter((field) => field.side === side).length;
  say(`${count('train')} fields to train, ${count('val')} to measure`);
  return fields;
}

/** Factors that the outlined training fields are put under; two draws of overlapping cells. */
const factors = [
  'overlapping-leukocytes',
  'overlapping-leukocytes',
  'degenerated-cells',
  'debris',
  'giant-platelets',
  'defocus',
  'low-illumination',
  'ph-low',
] as const;

/** Fields of BCISC under interference, and scenes composed of its cells. */
async function readInterfered({ experiment, data, cache }: PartOptions): Promise<LocatorField[]> {
  const { recipe, composed } = experiment.locator;
  return cached(
    cache,
    'interfered',
    { light: 'balanced', composed, factors, seed: recipe.seed },
    async () => {
      const opened = await openSets(data, experiment.sets);
      const sides = await readSides(opened);
      const { folder, dataset } = opened.find((set) => set.dataset.name === 'bcisc')!;
      const reading = { decodeRgb: decodeBalanced, sides };
      const samples = await readTrainingSamples(folder, dataset, reading, true);
      return [
        ...fieldsOfSamples(interfereSamples(samples, factors, recipe.seed), 'interfered'),
        ...fieldsOfSamples(composeSamples(samples, composed, recipe.seed), 'composed'),
      ];
    },
  );
}

async function prepareStage(
  { experiment, runtime, start }: PartOptions,
  fields: readonly LocatorField[],
  side: number,
) {
  const { config, recipe, workSide, cellSides, colour, cuts, stain, dim, shares } =
    experiment.locator;
  const { batchSize: N, steps } = recipe;
  const h = side / 4;
  const K = locatorClasses.length;
  const trainer = await createTrainer({
    runtime,
    seed: recipe.seed,
    optimiser: adamW({ weightDecay: recipe.weightDecay }),
    clipNorm: recipe.clipNorm,
    averageDecay: recipe.averageDecay,
    ...(start === undefined ? {} : { weights: start }),
    config: { part: 'locator', config },
    build: (scope) => {
      const { loss, heat, reach } = locatorLoss(
        buildLocator(scope, input('image', [N, 3, side, side]), config),
        {
          heat: input('heat_target', [N, K, h, h]),
          reach: input('reach_target', [N, 4, h, h]),
          reachWeight: input('reach_weight', [N, 1, h, h]),
        },
      );
      return { loss, metrics: { heat_loss: heat, reach_loss: reach } };
    },
  });
  // A third of the tuning half: enough to see a trend; evaluate-compact.ts measures all.
  const measured = fields
    .filter((field) => field.side === 'val' && halfOf(field.image) === 'tuning')
    .filter((_, i) => i % 3 === 0);
  return {
    trainer,
    batches: batchesOfSteps(
      locatorBatches({
        fields,
        shares,
        side,
        cellSides: [...cellSides],
        colour,
        cuts,
        stain,
        dim,
        batchSize: N,
        seed: recipe.seed,
      }),
    ),
    schedule: warmUp(cosine(recipe.learningRate, steps, recipe.learningRate / 100), recipe.warmUp),
    validateEvery: recipe.validateEvery,
    validate: async () => {
      const model = locatorModel(config, await trainer.weights('averaged'));
      const locator = createFieldLocator(runtime, model, workSide);
      const scores = await scoreFields(locator, measured);
      await locator.dispose();
      return scores;
    },
  };
}

/** AP50 of every kind that a source knows, and AP75 of leukocytes, by source. */
export async function scoreFields(
  locator: FieldLocator,
  fields: readonly LocatorField[],
): Promise<Record<string, number>> {
  const scores: Record<string, number> = {};
  for (const group of new Set(fields.map((field) => field.group))) {
    const images = [];
    const ofGroup = fields.filter((field) => field.group === group);
    for (const field of ofGroup) {
      const raster = field.levels[0]!;
      const cells = await locator.locate(raster);
      images.push({
        id: field.image,
        size: raster,
        groundTruth: field.cells.map(({ box, kind }) => ({ box, classIndex: kind })),
        detections: cells.map(({ box, score, cellClass }) => ({
          box,
          score,
          // biome-ignore lint/complexity/useIndexOf: the list's own type is narrower than a cell class
          classIndex: locatorClasses.findIndex((known) => known === cellClass),
        })),
      });
    }
    const evaluation = evaluateCoco({ classNames: locatorClasses, images });
    const put = (name: string, classIndex: number, iouThreshold: number) => {
      const value = averagePrecision(evaluation, { classIndex, iouThreshold });
      if (value !== null) scores[`${group}_${name}`] = value;
    };
    put('leukocyte_ap50', 0, 0.5);
    put('leukocyte_ap75', 0, 0.75);
    if (ofGroup[0]!.knows[1] === true) put('erythrocyte_ap50', 1, 0.5);
    if (ofGroup[0]!.knows[2] === true) put('platelet_ap50', 2, 0.5);
  }
  return scores;
}
