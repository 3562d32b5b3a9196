/** @file What the training loop needs to train the refiner: trainer, batches, schedule, validation. */
import { buildRefiner, refinerClasses, refinerLoss } from '@leukoscope/models';
import { adamW, cosine, createTrainer, input, warmUp } from '@leukoscope/nn';
import { batchesOfSteps, type LabelledCrop, refinerBatches } from '@leukoscope/training';
import { halfOf } from './evaluate-compact-halves.ts';
import { readCrops } from './train-compact-crops.ts';
import { type PartOptions, type PreparedPart, stagesOf } from './train-compact-parts.ts';
import { runRefiner } from './train-compact-run-refiner.ts';
import { scoreCrops } from './train-compact-scores.ts';

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
  // Half of the tuning half: enough to see a trend; evaluate-compact.ts measures all.
  const measured = crops
    .filter(({ side, image }) => side === 'val' && halfOf(image) === 'tuning')
    .filter((_, i) => i % 2 === 0);
  return {
    trainer,
    batches: batchesOfSteps(
      refinerBatches({ crops, shares, config, variation, batchSize: N, seed: recipe.seed }),
    ),
    schedule: warmUp(cosine(recipe.learningRate, steps, recipe.learningRate / 100), recipe.warmUp),
    validateEvery: recipe.validateEvery,
    validate: async () => scoreCrops(await runRefiner(runtime, trainer, experiment, measured, S)),
  };
}
