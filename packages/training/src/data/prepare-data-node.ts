/** @file From a recipe's data sets to the examples of both sides, with words about what was found. */
import { LeukoscopeError } from '@leukoscope/core';
import {
  type DatasetClass,
  type ImportIssue,
  importDataset,
  type Layout,
} from '@leukoscope/datasets';
import { openFolder } from '@leukoscope/datasets/node';
import { decodeImage } from '@leukoscope/image';
import { type ConfiguredModel, familyOf, type RegisteredFamily } from '@leukoscope/models';
import type { DataChoice, Recipe, SplitRule } from '../recipe/recipe.ts';
import { assignSides, type Side } from './assign-sides.ts';
import { chooseClasses } from './choose-classes.ts';
import { locateCentred } from './centred-cells-node.ts';
import { findCopies, noCopies } from './find-copies-node.ts';
import { itemsOf, type TrainingItem } from './list-items.ts';
import {
  chosenPart,
  dataFault,
  joinClasses,
  type OpenedSet,
  type PrepareOptions,
  splitsOf,
} from './opened-set.ts';

/** Data that are ready. */
export interface PreparedData {
  readonly family: RegisteredFamily;
  readonly model: ConfiguredModel;
  readonly data: readonly (DataChoice & { readonly split: SplitRule })[];
  readonly crops: Recipe['crops'];
  readonly sourceClasses: readonly DatasetClass[];
  readonly train: readonly TrainingItem[];
  readonly validation: readonly TrainingItem[];
  /** Measured once, with the weights that validation chose. */
  readonly test: readonly TrainingItem[];
  /** Cells of the fullest training picture. */
  readonly mostCells: number;
  /** What was chosen and found, one sentence each. */
  readonly words: readonly string[];
  readonly failed: readonly (ImportIssue & { readonly set: string })[];
}

type MeasuredOrTrained = Exclude<Side, 'left-out'>;

const defaultShare = 0.2;
const defaultMargin = 1.5;

/** Read, divide and list. */
export async function prepareData(recipe: Recipe, options: PrepareOptions): Promise<PreparedData> {
  const family = familyOf(recipe.model.family);
  const words: string[] = [];
  const failed: (ImportIssue & { set: string })[] = [];
  const opened: OpenedSet[] = [];
  for (const choice of recipe.data) {
    const { set, issues } = await openSet(choice, options);
    opened.push(set);
    failed.push(...issues.map((issue) => ({ ...issue, set: choice.name })));
  }
  const model = configure(recipe, family, opened, words);
  const sets = opened.map((set) => ({ ...set, rule: ruleOf(set, words) }));
  const crops = cropsOf(recipe, model, opened, words);
  const found =
    recipe.copies === 'ignore'
      ? { groups: noCopies(sets), unreadable: sets.map(() => new Map<string, string>()) }
      : await findCopies(sets, {
          signal: options.signal,
          onProgress: (done, total) => options.onProgress?.('Looking at pictures', done, total),
        });
  const { sides, copiesLeftOut } = assignSides(sets, found.groups);
  const { classes: sourceClasses, moved } = joinClasses(sets);
  const rules = { task: model.task, classes: model.classes, sourceClasses, crops };
  const items: Readonly<Record<MeasuredOrTrained, TrainingItem[]>> = {
    train: [],
    validation: [],
    test: [],
  };
  sets.forEach(({ choice, dataset }, s) => {
    dataset.images.forEach((image, i) => {
      const reason = found.unreadable[s]!.get(image.file);
      if (reason !== undefined) failed.push({ set: choice.name, file: image.file, reason });
      const side = sides[s]![i]!;
      if (reason !== undefined || side === 'left-out') return;
      items[side].push(...itemsOf(choice.name, moved(s, image), rules));
    });
  });
  if (copiesLeftOut > 0) {
    words.push(
      `${copiesLeftOut} pictures show the same as one that is kept further apart from training, and are left out.`,
    );
  }
  checkExamples(model, family.keepsClasses, items, words);
  return {
    family,
    model,
    data: sets.map(({ choice, rule }) => ({ ...choice, split: rule })),
    crops,
    sourceClasses,
    ...items,
    mostCells: Math.max(1, ...countCells(items.train)),
    words,
    failed,
  };
}

async function openSet(choice: DataChoice, options: PrepareOptions) {
  const { roots, onProgress, signal } = options;
  const root = roots.get(choice.name);
  if (root === undefined) {
    throw new LeukoscopeError(
      'TRAIN_DATA',
      `the folder of data set ${choice.name} must be named. Received none. Add --data ${choice.name}=DIR.`,
    );
  }
  const folder = await openFolder(root);
  let reads = 0;
  const counted: typeof folder = {
    ...folder,
    read(file, range) {
      signal?.throwIfAborted();
      onProgress?.(`Reading files of ${choice.name}`, ++reads, undefined);
      return folder.read(file, range);
    },
  };
  const { parsed, failed } = await importDataset(counted, {
    name: choice.name,
    ...(choice.layout === undefined ? {} : { layout: parseLayout(choice.layout) }),
    ...(choice.maskKind === undefined ? {} : { maskKind: choice.maskKind }),
    decodeImage: (bytes) => decodeImage(bytes),
  });
  const dataset = chosenPart(parsed, choice);
  const located = await locateCentred(dataset, choice, folder, options);
  return { set: { choice, root, dataset: located }, issues: failed };
}

/** The importers refuse layouts that they do not know. */
function parseLayout(layout: string): Layout {
  return layout as Layout;
}

function configure(
  recipe: Recipe,
  family: RegisteredFamily,
  sets: readonly OpenedSet[],
  words: string[],
): ConfiguredModel {
  const { preset, config } = recipe.model;
  if (config['classes'] !== undefined || family.keepsClasses)
    return family.configure({ preset, config });
  const classes = chooseClasses(sets);
  words.push(`Classes: ${classes.join(', ')}; the kinds of cell that the data name.`);
  return family.configure({ preset, config: { ...config, classes } });
}

function ruleOf({ choice, dataset }: OpenedSet, words: string[]): SplitRule {
  if (choice.split !== undefined) return choice.split;
  const say = (text: string) =>
    words.push(`${choice.name}: ${dataset.images.length} pictures, ${text}.`);
  const splits = splitsOf(dataset);
  const validation = splits.filter((name) => /^val/i.test(name));
  const test = splits.filter((name) => /^test/i.test(name));
  if (splits.includes('train') && validation.length > 0) {
    const tests = test.length === 0 ? '' : `, ${test.join(', ')} tests`;
    say(`divided as the source says: train trains, ${validation.join(', ')} measures${tests}`);
    return { by: 'sets', train: ['train'], validation, test };
  }
  const slides = new Set(dataset.images.map(({ slide }) => slide));
  const percent = `${Math.round(defaultShare * 100)} % of them measure`;
  if (!slides.has(undefined) && slides.size >= 5) {
    say(`${percent}; a slide never lies on both sides`);
    return { by: 'slide', validation: defaultShare, test: 0, seed: 0 };
  }
  say(`${percent}, drawn by chance with the same mix of types`);
  return { by: 'ratio', validation: defaultShare, test: 0, seed: 0 };
}

function cropsOf(
  recipe: Recipe,
  { task }: ConfiguredModel,
  sets: readonly OpenedSet[],
  words: string[],
): Recipe['crops'] {
  const partly = sets.find(({ choice }) => choice.unmarked !== undefined);
  if (partly !== undefined && (task === 'classes' || task === 'pixels')) {
    throw dataFault(
      `unmarked of data set ${partly.choice.name} must go with a detector`,
      `a model that gives ${task}`,
    );
  }
  if (task !== 'classes') {
    if (recipe.crops === undefined) return undefined;
    throw dataFault('crops must go with a model that types single cells', `one that gives ${task}`);
  }
  if (recipe.crops !== undefined) return recipe.crops;
  const hasBoxes = sets.some(({ dataset }) =>
    dataset.images.some(({ annotations }) =>
      annotations.some(({ box, mask, classIndex }) => classIndex !== undefined && (box ?? mask)),
    ),
  );
  if (!hasBoxes) return undefined;
  words.push(`Trained on cut-out cells: a square of ${defaultMargin} times the cell around each.`);
  return { margin: defaultMargin, surroundings: 1 };
}

/** An example without a type that the model knows teaches a classifier nothing; a class without one, neither. */
function checkExamples(
  { task, classes }: ConfiguredModel,
  keepsClasses: boolean,
  { train, validation, test }: Pick<PreparedData, MeasuredOrTrained>,
  words: string[],
): void {
  if (train.length === 0) {
    throw dataFault(
      `data must hold examples of ${classes.join(', ')} to train on`,
      'none',
      'Check with leukoscope dataset stats what the data name, and the split rules.',
    );
  }
  if (task !== 'classes') return;
  const count = (items: readonly TrainingItem[], k: number) =>
    items.filter(({ classIndex }) => classIndex === k).length;
  const empty = classes.filter((_, k) => count(train, k) === 0);
  if (empty.length > 0 && keepsClasses)
    words.push(`Nothing trains ${empty.join(', ')}: no example is of that type exactly.`);
  else if (empty.length > 0) {
    const waiting = empty.filter((kind) => count(validation, classes.indexOf(kind)) > 0);
    throw dataFault(
      'every class must have examples to train on',
      `none of ${empty.join(', ')}${waiting.length > 0 ? ` (all of ${waiting.join(', ')} measure)` : ''}`,
      'Take another split rule or seed, or leave the class out of the model.',
    );
  }
  const unmeasured = classes.filter((_, k) => count(validation, k) === 0);
  if (validation.length > 0 && unmeasured.length > 0)
    words.push(`Nothing measures ${unmeasured.join(', ')}: no example lies on that side.`);
  const untested = classes.filter((_, k) => count(test, k) === 0);
  if (test.length > 0 && untested.length > 0)
    words.push(`Nothing tests ${untested.join(', ')}: no example lies on that side.`);
}

const countCells = (items: readonly TrainingItem[]) =>
  items
    .map(({ image }) => image.annotations.length)
    .reduce<number[]>(
      // One number instead of a spread of 100,000 arguments.
      (most, count) => [Math.max(most[0] ?? 0, count)],
      [],
    );
