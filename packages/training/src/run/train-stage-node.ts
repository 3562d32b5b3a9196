/** @file One stage of a run: a trainer, its data, what measures it, and what is kept of it. */
import { LeukoscopeError } from '@leukoscope/core';
import type { BatchPlan, ConfiguredModel, ReaderName, Task } from '@leukoscope/models';
import {
  buildInferenceModel,
  type Checkpoint,
  createScope,
  createTrainer,
  type ParameterSpec,
  type Trainer,
} from '@leukoscope/nn';
import { saveCheckpoint } from '@leukoscope/nn/runtime';
import { drawOrder, poolsOf } from '../data/draw-order.ts';
import type { ItemStore } from '../data/item-store-node.ts';
import { trainingStream } from '../data/training-stream-node.ts';
import { bestRuleOf, type RunRecipe } from '../recipe/complete-recipe.ts';
import { augmentationOf, optimiserOf, type Stage, scheduleOf } from '../recipe/recipe-parts.ts';
import type { RunProgress } from '../run-progress.ts';
import { type LoopEnd, runTrainLoop } from '../train-loop.ts';
import type { Measurement } from '../validate/measurement.ts';
import { type InitialWeights, initialWeights } from './initial-weights-node.ts';
import { measureSide, streamSource } from './measure-side-node.ts';
import { modelCard } from './model-card.ts';
import { type DescriptionFacts, keepModel, withDescription } from './model-folder-node.ts';
import { runFiles } from './run-folder-node.ts';
import type { RunWork } from './run-work.ts';

const redrawSeconds = 10;

/** Train one stage, from a checkpoint where there is one. */
export async function trainStage(
  run: RunWork,
  stage: Stage,
  checkpoint: Checkpoint | undefined,
  progress: RunProgress,
): Promise<{ checkpoint: Checkpoint; progress: RunProgress; end: LoopEnd }> {
  const { folder, facts, options, lines } = run;
  const { recipe } = facts;
  const { trainer, plan } = await stageTrainer(run, stage, checkpoint);
  let last = { checkpoint: await trainer.checkpoint(), progress };
  let drawnAt = Number.NEGATIVE_INFINITY;
  const rule = bestRuleOf(recipe);
  let measured: Measured | undefined;
  try {
    const end = await runTrainLoop({
      trainer,
      batches: trainingStream({
        ...streamSource(run, run.train),
        plan,
        accumulate: recipe.accumulate,
        steps: recipe.steps,
        seed: recipe.seed,
        augmentation: augmentationOf(recipe),
        order: orderOf(recipe, run.train),
      }),
      schedule: scheduleOf(recipe),
      steps: stage.until,
      progress,
      // A short run has a curve too.
      logEvery: Math.min(20, Math.max(1, Math.floor(recipe.steps / 50))),
      ...(run.validation.length === 0
        ? {}
        : {
            best: rule,
            validateEvery: recipe.validation.every,
            validate: async () => {
              measured = await measure(run, trainer);
              return measured.measurement.values;
            },
            keepBest: () => keep(run, measured!, trainer.step, measured!.measurement),
          }),
      save: async (_, reached) => {
        last = {
          checkpoint: { ...(await trainer.checkpoint()), config: reached },
          progress: reached,
        };
        await saveCheckpoint(folder.at(runFiles.checkpoint), last.checkpoint);
        await run.draw(reached, undefined);
      },
      log(line) {
        lines.push(line);
        folder.appendLog(line);
        options.onLine?.(line);
      },
      onStep: (step, report) => {
        options.onStep?.(step, recipe.steps, report['loss']!);
        const now = options.clock();
        if (now - drawnAt < redrawSeconds) return;
        drawnAt = now;
        // What cannot be drawn must not end a run; the next save says so.
        run.draw(last.progress, undefined).catch(() => {});
      },
      clock: options.clock,
      signal: options.signal,
    });
    return { ...last, end };
  } finally {
    await trainer.dispose();
  }
}

/** Keep the weights of a run that nothing measures. */
export async function keepLast(run: RunWork, checkpoint: Checkpoint): Promise<void> {
  const size = run.model.input.size;
  const stage = { until: checkpoint.step, size, frozen: [] };
  const { trainer } = await stageTrainer(run, stage, checkpoint);
  try {
    await keep(run, await exported(run, trainer), checkpoint.step, undefined);
  } finally {
    await trainer.dispose();
  }
}

async function stageTrainer(run: RunWork, stage: Stage, checkpoint: Checkpoint | undefined) {
  const { facts, model, runtime, options } = run;
  const { recipe } = facts;
  const plan: BatchPlan = {
    count: recipe.batchSize,
    size: stage.size,
    mostCells: recipe.mostCells,
  };
  const frozen = [...model.frozen, ...stage.frozen];
  const scope = createScope({ mode: 'train', frozen });
  model.training(scope, plan);
  const parameters = [...scope.declared.parameters.values()];
  checkFrozen(stage.frozen, parameters);
  const initial = checkpoint === undefined ? await readInitial(run, parameters) : undefined;
  const trainer = await createTrainer({
    runtime,
    seed: recipe.seed,
    optimiser: optimiserOf(recipe),
    clipNorm: recipe.clipNorm,
    averageDecay: recipe.averageDecay,
    accumulate: recipe.accumulate,
    rateFactors: recipe.rates,
    frozen,
    ...(initial === undefined ? {} : { weights: initial.weights }),
    build: (own) => model.training(own, plan),
  });
  if (checkpoint !== undefined) await trainer.restore(checkpoint, { carryOver: true });
  if (initial !== undefined) options.say?.(`Initial weights: ${initial.match}`);
  return { trainer, plan };
}

async function readInitial(
  { facts, model, options, folder }: RunWork,
  parameters: readonly ParameterSpec[],
): Promise<InitialWeights | undefined> {
  const { initial } = facts.recipe;
  if (initial === undefined) return undefined;
  const place = options.initial ?? initial.file;
  const found = await initialWeights(place, initial, model, parameters);
  await folder.write('initial-weights.txt', `${found.parent.hash} ${place}\n${found.match}\n`);
  return found;
}

/** A name that freezes nothing is a mistake that costs a whole run. */
function checkFrozen(names: readonly string[], parameters: readonly ParameterSpec[]): void {
  for (const name of names) {
    if (parameters.some(({ key }) => key === name || key.startsWith(`${name}.`))) continue;
    const heads = [...new Set(parameters.map(({ key }) => key.split('.')[0]))];
    throw new LeukoscopeError(
      'TRAIN_RECIPE',
      `frozen of a stage must lead the names of parameters. Received ${JSON.stringify(name)}, where they begin with ${heads.join(', ')}.`,
    );
  }
}

interface Exported {
  readonly network: Uint8Array;
  readonly weights: Awaited<ReturnType<Trainer['weights']>>;
}

interface Measured extends Exported {
  readonly measurement: Measurement;
}

/** The network as it would ship. */
async function exported({ model, facts }: RunWork, trainer: Trainer): Promise<Exported> {
  const weights = await trainer.weights(
    facts.recipe.averageDecay === undefined ? 'current' : 'averaged',
  );
  const network = buildInferenceModel((scope) => model.inference(scope), weights, {
    name: facts.recipe.name,
  });
  return { network, weights };
}

async function measure(run: RunWork, trainer: Trainer): Promise<Measured> {
  const { facts, model, validation } = run;
  const { network, weights } = await exported(run, trainer);
  const measured = await measureSide(run, validation, {
    network: withDescription(network, descriptionFacts(facts.recipe, model)),
    most: facts.recipe.validation.most,
  });
  return { measurement: measured.finish(), network, weights };
}

async function keep(
  run: RunWork,
  { network, weights }: Exported,
  step: number,
  measurement: Measurement | undefined,
): Promise<void> {
  const { folder, facts, model } = run;
  await keepModel(folder.at(runFiles.best), {
    facts: descriptionFacts(facts.recipe, model, measurement),
    network,
    weights,
    step,
    card: modelCard({ run: facts, model, step, measurement }),
  });
}

const readers: Readonly<Record<Task, ReaderName>> = {
  classes: 'classes',
  boxes: 'boxes',
  instances: 'boxes',
  pixels: 'pixels',
};

function descriptionFacts(
  recipe: RunRecipe,
  model: ConfiguredModel,
  { temperature = 1, scoreThreshold = 0.5 }: Partial<Measurement> = {},
): DescriptionFacts {
  const { initial } = recipe;
  return {
    format: 2,
    name: recipe.name,
    reader: readers[model.task],
    family: { name: model.family, config: { ...model.config } },
    classes: model.classes,
    input: model.input,
    settings: recipe.crops === undefined ? {} : { crop: 'square', cropMargin: recipe.crops.margin },
    calibration: { temperature, scoreThreshold },
    ...(initial?.sha256 === undefined
      ? {}
      : { parent: { name: initial.file, hash: initial.sha256 } }),
  };
}

function orderOf(recipe: RunRecipe, { length, sets, classIndexes }: ItemStore) {
  const shares = new Map(
    recipe.data.flatMap(({ name, share }) => (share === undefined ? [] : [[name, share] as const])),
  );
  const pools = poolsOf({ sets, classIndexes, shares, byType: recipe.draw === 'types' });
  return drawOrder({ seed: recipe.seed, length, pools });
}
