/**
 * @file One training run, from a recipe to a model in a folder. The same call goes on where it stopped, and
 * what comes out equals an unbroken run.
 */
import { existsSync } from 'node:fs';
import { LeukoscopeError } from '@leukoscope/core';
import { familyOf } from '@leukoscope/models';
import type { Checkpoint } from '@leukoscope/nn';
import { loadCheckpoint, openRuntime, type Runtime } from '@leukoscope/nn/runtime';
import { cutCrops } from '../data/cut-crops-node.ts';
import { openItems, writeItems } from '../data/item-store-node.ts';
import type { TrainingItem } from '../data/list-items.ts';
import { prepareData } from '../data/prepare-data-node.ts';
import { completeRecipe } from '../recipe/complete-recipe.ts';
import { stagesOf } from '../recipe/recipe-parts.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { freshProgress, parseProgress } from '../run-progress.ts';
import type { LoopEnd } from '../train-loop.ts';
import { readInitialFile } from './initial-weights-node.ts';
import { repairModelFolder } from './model-folder-node.ts';
import {
  checkSameRecipe,
  cutLog,
  openRunFolder,
  type RunFacts,
  type RunFolder,
  readRunFacts,
  runFiles,
} from './run-folder-node.ts';
import type { RunSummary, TrainRunOptions } from './run-options.ts';
import { createRunView } from './run-view-node.ts';
import { testBest } from './test-model-node.ts';
import { readTestResult } from './test-result-node.ts';
import type { RunWork } from './run-work.ts';
import { keepLast, trainStage } from './train-stage-node.ts';

/** Train, or go on. */
export async function trainRun(options: TrainRunOptions): Promise<RunSummary> {
  const folder = await openRunFolder(options.out);
  let runtime: Runtime | undefined;
  try {
    const facts = await prepareRun(folder, options);
    runtime = openRuntime({
      host: 'process',
      spinning: false,
      ...(options.threads === undefined ? {} : { threads: options.threads }),
    });
    return await work(folder, facts, runtime, options);
  } finally {
    await runtime?.close();
    await folder.close();
  }
}

/** Read the data and fill the folder, unless that was done before. */
async function prepareRun(folder: RunFolder, options: TrainRunOptions): Promise<RunFacts> {
  const { recipe: asked, roots, signal, onPrepare, say } = options;
  const known = await readRunFacts(folder.root);
  if (known !== undefined) {
    checkSameRecipe(folder.root, known, asked);
    for (const { name } of known.recipe.data) {
      if (roots.has(name)) continue;
      throw new LeukoscopeError(
        'TRAIN_DATA',
        `the folder of data set ${name} must be named. Received none. Add --data ${name}=DIR.`,
      );
    }
    return known;
  }
  const data = await prepareData(asked, { roots, signal, onProgress: onPrepare });
  const { model, family } = data;
  await folder.makeData();
  const cut = (items: readonly TrainingItem[]) =>
    cutCrops(items, {
      roots,
      home: folder.at('data'),
      padding: model.input.padding,
      light: model.input.light,
      keepsOutlines: model.outlines,
      signal,
      onProgress: (done, total) => onPrepare?.('Cutting out cells', done, total),
    });
  const [train, validation, test] = [
    await cut(data.train),
    await cut(data.validation),
    await cut(data.test),
  ];
  const { recipe, words } = completeRecipe(await withHash(options), {
    title: family.title,
    task: model.task,
    defaults: family.recipe,
    config: { ...model.config },
    trainingSizes: model.trainingSizes,
    data: data.data,
    crops: data.crops,
    trainCount: train.length,
    validationCount: validation.length,
    testCount: test.length,
    mostCells: data.mostCells,
  });
  stagesOf(recipe, model.input);
  const facts: RunFacts = {
    format: 1,
    asked,
    recipe,
    sourceClasses: data.sourceClasses,
    counts: { train: train.length, validation: validation.length, test: test.length },
    words: [...data.words, ...words],
    failed: data.failed.map(
      ({ set, file, line, reason }) =>
        `${set}/${file}${line === undefined ? '' : `:${line}`} ${reason}`,
    ),
  };
  await writeItems(folder.at(runFiles.train), train);
  await writeItems(folder.at(runFiles.validation), validation);
  await writeItems(folder.at(runFiles.test), test);
  await folder.write(runFiles.recipe, `${JSON.stringify(recipe, null, 2)}\n`);
  // Last: its presence says that everything else is whole.
  await folder.write(runFiles.facts, `${JSON.stringify(facts, null, 2)}\n`);
  for (const word of facts.words) say?.(word);
  if (facts.failed.length > 0)
    say?.(
      `${facts.failed.length} pictures or records could not be read and are left out; run.json lists them.`,
    );
  return facts;
}

/** The recipe with the hash of its initial weights, so that it says what it began with. */
async function withHash({ recipe, initial }: TrainRunOptions): Promise<Recipe> {
  if (recipe.initial === undefined) return recipe;
  const { sha256 } = await readInitialFile(initial ?? recipe.initial.file);
  return { ...recipe, initial: { sha256, ...recipe.initial } };
}

async function work(
  folder: RunFolder,
  facts: RunFacts,
  runtime: Runtime,
  options: TrainRunOptions,
): Promise<RunSummary> {
  const { recipe } = facts;
  const model = familyOf(recipe.model.family).configure({
    preset: recipe.model.preset,
    config: recipe.model.config,
  });
  await repairModelFolder(folder.at(runFiles.best));
  const file = folder.at(runFiles.checkpoint);
  let checkpoint: Checkpoint | undefined = existsSync(file)
    ? await loadCheckpoint(file)
    : undefined;
  let progress = checkpoint === undefined ? freshProgress : parseProgress(checkpoint.config);
  const stages = stagesOf(recipe, model.input);
  const lines = await cutLog(folder, checkpoint?.step ?? -1);
  if (checkpoint !== undefined)
    options.say?.(`Going on from step ${checkpoint.step} of ${recipe.steps}.`);
  const train = await openItems(folder.at(runFiles.train));
  const validation = await openItems(folder.at(runFiles.validation));
  const test = await openItems(folder.at(runFiles.test));
  const draw = createRunView(folder, facts, lines);
  const run: RunWork = { folder, facts, model, runtime, options, train, validation, lines, draw };
  let end: LoopEnd = progress.isOver ? 'early' : 'finished';
  try {
    for (const stage of stages) {
      const isDone = checkpoint !== undefined && checkpoint.step >= stage.until;
      const isMeasured = validation.length === 0 || progress.validatedAt === checkpoint?.step;
      if (progress.isOver || (isDone && (isMeasured || checkpoint!.step > stage.until))) continue;
      const result = await trainStage(run, stage, checkpoint, progress);
      ({ checkpoint, progress, end } = result);
      if (end !== 'finished') break;
    }
    if (end !== 'interrupted' && validation.length === 0) await keepLast(run, checkpoint!);
    if (end !== 'interrupted' && test.length > 0) end = await testBest(run, test, progress, end);
  } finally {
    for (const store of [train, validation, test]) await store.close();
  }
  await draw(progress, end);
  return {
    out: folder.root,
    end,
    step: checkpoint?.step ?? 0,
    steps: recipe.steps,
    best: progress.best,
    measures: lines.findLast(({ kind }) => kind === 'validation')?.values,
    tested: await readTestResult(folder.at(runFiles.tested)),
  };
}
