/** @file Runs `evaluate`. */
import { createRandom, LeukoscopeError, type TaxonomyName } from '@leukoscope/core';
import {
  type AnnotationRecord,
  type Dataset,
  type Layout,
  readImageSize,
} from '@leukoscope/datasets';
import {
  type EvaluationReport,
  evaluateClassification,
  evaluateDetections,
  evaluateSegmentation,
  joinReports,
  reportFigures,
  reportToHtml,
} from '@leukoscope/metrics';
import {
  failuresOf,
  type OpenedDataset,
  openDataset,
  type SourceOptions,
} from '../dataset/open-dataset.ts';
import { parseClassRules, selectRecords } from '../dataset/map-classes.ts';
import type { CommandContext, CommandResult } from '../framework/command.ts';
import { type OutputFolder, withOutputFolder } from '../framework/output.ts';
import { plural } from '../framework/text-table.ts';
import { UsageError } from '../framework/usage-error.ts';
import { writeFigures } from '../framework/write-figures.ts';
import { type AlignedClasses, alignClasses } from './align-classes.ts';
import type { EvaluationTask } from './evaluation-tasks.ts';
import { type ImagePair, matchImages } from './match-images.ts';
import {
  classifiedImages,
  contentsOf,
  detectionSetOf,
  type SizedPair,
  segmentedImages,
} from './measured-sets.ts';
import { type OpenedPredictions, openPredictions } from './open-predictions.ts';
import { reportText } from './report-text.ts';

interface Options extends SourceOptions {
  readonly out: string | undefined;
  readonly force: boolean;
  readonly task: readonly EvaluationTask[];
  readonly iou: number;
  readonly score: number;
  readonly anyType: boolean;
  readonly part: 'cell' | 'nucleus';
  readonly taxonomy: TaxonomyName | undefined;
  readonly map: readonly string[];
  readonly resamples: number;
  readonly seed: number;
  readonly title: string | undefined;
  readonly model: string | undefined;
  readonly predictionsFormat: Layout | undefined;
  readonly splitOf: string | undefined;
}

/** Read, measure, write. */
export async function runEvaluate(
  { operands, options }: { readonly operands: readonly string[]; readonly options: Options },
  context: CommandContext,
): Promise<CommandResult> {
  const { out, force } = options;
  if (options.resamples === 1) {
    throw new UsageError('--resamples must be 0 or at least 2. Received 1.');
  }
  if (out === undefined) return evaluate(operands, options, context, undefined);
  return withOutputFolder(out, { force, interrupt: context.io.interrupt }, (output) =>
    evaluate(operands, options, context, output),
  );
}

async function evaluate(
  [predictionPath = '', truthPath = '']: readonly string[],
  options: Options,
  context: CommandContext,
  output: OutputFolder | undefined,
): Promise<CommandResult> {
  const rules = parseClassRules(options.map);
  const truth = await openDataset(truthPath, options, context);
  const chosen = selectRecords(truth.dataset, {
    split: options.splitOf === undefined ? [] : [options.splitOf],
    class: [],
  });
  const predictions = await openPredictions(
    predictionPath,
    { ...truth, dataset: chosen },
    options,
    context,
  );
  const aligned = alignClasses(chosen, predictions.parsed, { ...options, rules });
  const matched = matchImages(aligned.groundTruth, aligned.predictions);
  const tasks = chooseTasks(options.task, aligned, predictions);
  tellLosses(tasks, aligned, matched, context);
  const { unmatched } = aligned;
  const ofAnyClass = matchImages(unmatched.groundTruth, unmatched.predictions);
  // Types of whole images need no sizes, and so no image files.
  const needs = (...kinds: EvaluationTask[]) => tasks.some((task) => kinds.includes(task));
  const pairs: ComparedPairs = {
    types: matched.pairs,
    cells: needs('boxes', 'masks') ? await withSizes(matched.pairs, truth) : [],
    pixels: needs('pixels') ? await withSizes(ofAnyClass.pairs, truth) : [],
  };
  const reports: EvaluationReport[] = [];
  for (const [i, task] of tasks.entries()) {
    const limits = options.resamples === 0 ? '' : `, limits from ${options.resamples} resamples`;
    context.note(`Measuring ${task} (${i + 1} of ${tasks.length})${limits} ...`);
    reports.push(measure(task, pairs, aligned, predictions, options, context));
  }
  const report = joinReports(reports, {
    title: options.title ?? `${truth.dataset.name}: predictions against ground truth`,
    model: options.model ?? predictionPath,
    dataSet: `${truthPath}, ${plural(matched.pairs.length, 'image')}${options.splitOf === undefined ? '' : ` of ${options.splitOf}`}`,
    createdAt: context.io.now().toISOString().slice(0, 16).replace('T', ' '),
    command: context.commandLine,
  });
  if (output !== undefined) {
    await output.write('metrics.json', `${JSON.stringify(report, null, 2)}\n`);
    await output.write('report.html', reportToHtml(report));
    await writeFigures(reportFigures(report), 'figures', output);
  }
  return {
    failures: failuresOf(options, truth.failed, predictions.failed),
    json: { ...report, failed: [...truth.failed, ...predictions.failed] },
    text: (style, columns) =>
      [
        ...report.sections.map((section) => reportText(section, style, columns)),
        ...(output === undefined
          ? []
          : [`Report and figures written to ${options.out}/report.html`]),
      ].join('\n'),
  };
}

/** The images as each kind of measurement takes them. */
interface ComparedPairs {
  readonly types: readonly ImagePair[];
  readonly cells: readonly SizedPair[];
  readonly pixels: readonly SizedPair[];
}

function measure(
  task: EvaluationTask,
  pairs: ComparedPairs,
  aligned: AlignedClasses,
  predictions: OpenedPredictions,
  options: Options,
  context: CommandContext,
): EvaluationReport {
  const { resamples, seed, iou, score, part } = options;
  const bootstrap = resamples === 0 ? {} : { random: createRandom(seed).fork(task), resamples };
  switch (task) {
    case 'boxes':
    case 'masks': {
      const overlap = task === 'boxes' ? 'box' : 'mask';
      const set = detectionSetOf(pairs.cells, aligned.names, overlap, predictions);
      return evaluateDetections(set, {
        overlap,
        iouThreshold: iou,
        scoreThreshold: score,
        ...bootstrap,
      });
    }
    case 'pixels': {
      const progress = context.progress('Comparing pixels', pairs.pixels.length);
      try {
        const images = segmentedImages(pairs.pixels, part, score, (done) => progress.update(done));
        return evaluateSegmentation(images, bootstrap);
      } finally {
        progress.finish();
      }
    }
    case 'types': {
      const probabilities = probabilitiesIn(aligned, predictions);
      const { cells, undecided, unanswered } = classifiedImages(
        pairs.types,
        aligned.names,
        probabilities,
      );
      if (undecided > 0)
        context.note(`${plural(undecided, 'image')} without one single type left out.`);
      if (unanswered > 0)
        context.warn(`${plural(unanswered, 'image')} without a prediction count as wrong.`);
      if (cells.groundTruth.length === 0) {
        throw new LeukoscopeError(
          'CLI_TASK',
          'Images must have one type each to measure types. Found none. Measure boxes instead: --task boxes.',
        );
      }
      return evaluateClassification(cells, bootstrap);
    }
  }
}

/** Look probabilities up by image, in the order of the aligned classes; several of one class are added. */
function probabilitiesIn(
  { names, columns }: AlignedClasses,
  { probabilities }: OpenedPredictions,
): ((file: string) => readonly number[] | undefined) | undefined {
  if (probabilities === undefined) return undefined;
  return (file) => {
    const given = probabilities.get(file);
    if (given === undefined) return undefined;
    const vector = new Array<number>(names.length).fill(0);
    given.forEach((value, i) => {
      const column = columns[i];
      if (column !== undefined) vector[column]! += value;
    });
    return vector;
  };
}

function chooseTasks(
  asked: readonly EvaluationTask[],
  { groundTruth, predictions, unmatched }: AlignedClasses,
  opened: OpenedPredictions,
): readonly EvaluationTask[] {
  const own = contentsOf(recordsOf(groundTruth));
  const theirs = contentsOf(recordsOf(predictions));
  const ownPixels = contentsOf(recordsOf(unmatched.groundTruth));
  const theirPixels = contentsOf(recordsOf(unmatched.predictions));
  const maskedOwn = own.cells > 0 && own.masks === own.cells;
  const possible: Record<EvaluationTask, boolean> = {
    boxes: own.cells > 0 && (theirs.cells > 0 || theirs.types + theirPixels.cells === 0),
    masks: maskedOwn && theirs.masks > 0 && theirs.masks === theirs.cells,
    pixels: ownPixels.masks > 0 && theirPixels.masks > 0,
    types: theirs.types > 0 || opened.probabilities !== undefined,
  };
  const lacking: Record<EvaluationTask, string> = {
    boxes: 'boxes on both sides',
    masks: 'a mask at every cell of both sides',
    pixels: 'masks on both sides',
    types: 'types of whole images among the predictions',
  };
  for (const task of asked) {
    if (possible[task] || (task === 'types' && theirs.cells > 0)) continue;
    throw new LeukoscopeError(
      'CLI_TASK',
      `--task ${task} must have ${lacking[task]}. Received ${own.cells} cells (${own.masks} masks) and ${theirs.cells} predicted (${theirs.masks} masks, ${theirs.types} types of whole images).`,
    );
  }
  const tasks =
    asked.length > 0
      ? asked
      : (['boxes', 'masks', 'pixels', 'types'] as const).filter((task) => possible[task]);
  if (tasks.length > 0) return [...new Set(tasks)];
  throw new LeukoscopeError(
    'CLI_TASK',
    `Predictions and ground truth must have something in common to measure. Received ${own.cells} cells (${own.masks} masks, ${own.types} types of whole images) and ${theirs.cells} predicted (${theirs.masks} masks, ${theirs.types} types of whole images).`,
  );
}

function recordsOf({ images }: Dataset): AnnotationRecord[] {
  return images.flatMap(({ annotations }) => annotations);
}

function tellLosses(
  tasks: readonly EvaluationTask[],
  { leftOut, predictions, groundTruth }: AlignedClasses,
  { withoutPrediction, strays }: ReturnType<typeof matchImages>,
  context: CommandContext,
): void {
  const isTyped = tasks.some((task) => task !== 'pixels');
  const list = (counts: ReadonlyMap<string, number>) =>
    [...counts].map(([name, count]) => `${count} ${name}`).join(', ');
  if (leftOut.groundTruth.size > 0)
    context.warn(
      `Cells outside the classes are left out of the ground truth: ${list(leftOut.groundTruth)}.`,
    );
  if (leftOut.predictions.size > 0 && isTyped)
    context.warn(
      `Predictions of classes that the ground truth does not have are left out: ${list(leftOut.predictions)}. Make both sides as coarse with --taxonomy, or rename with --map.`,
    );
  const nameless = recordsOf(groundTruth).filter(
    ({ classIndex }) => classIndex === undefined,
  ).length;
  if (nameless > 0 && isTyped)
    context.warn(
      `${plural(nameless, 'cell')} without a class in the ground truth are left out; --any-type takes them.`,
    );
  if (withoutPrediction > 0)
    context.note(
      `${plural(withoutPrediction, 'image')} without predictions: all their cells are missed.`,
    );
  if (strays.length > 0)
    context.warn(
      `Predictions for ${plural(strays.length, 'image')} that the ground truth does not have are left out: ${strays.slice(0, 3).join(', ')}${strays.length > 3 ? ', ...' : ''}.`,
    );
  const predicted = recordsOf(predictions);
  if (isTyped && predicted.length > 0 && predicted.every(({ score }) => score === undefined))
    context.warn(
      'Predictions carry no scores: all count as certain, and AP is that of one working point.',
    );
}

/** Sizes that neither side says are read from the images. */
async function withSizes(
  pairs: readonly ImagePair[],
  { folder }: OpenedDataset,
): Promise<SizedPair[]> {
  const sized: SizedPair[] = [];
  for (const pair of pairs) {
    const { file } = pair.groundTruth;
    const size = pair.size ?? (await readImageSize((range) => folder.read(file, range), file));
    sized.push({ ...pair, size });
  }
  return sized;
}
