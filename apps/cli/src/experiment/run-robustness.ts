/** @file Runs `experiment robustness`: clean and interfered pictures through a model, measured condition by condition. */
import { type Box, createRandom, LeukoscopeError, messageOf, type Sample } from '@leukoscope/core';
import {
  applyInterference,
  type ImportIssue,
  type InterferenceFactor,
  interferenceFactors,
  isInterferenceFactor,
  type Severity,
  severities,
} from '@leukoscope/datasets';
import { toCsv } from '@leukoscope/metrics';
import {
  analyseImage,
  type FusionMethod,
  isModelFault,
  type LeukocyteModel,
} from '@leukoscope/pipeline';
import { openModel } from '@leukoscope/pipeline/node';
import {
  type ConditionMeasurer,
  type ConditionScores,
  type CountedShare,
  measureCondition,
  sumShares,
} from '@leukoscope/training';
import { selectRecords } from '../dataset/map-classes.ts';
import {
  failuresOf,
  openDataset,
  type OpenedDataset,
  tellIssues,
} from '../dataset/open-dataset.ts';
import { loadSample } from '../dataset/samples.ts';
import type { pixelOptions, sourceOptions } from '../dataset/source-options.ts';
import type { CommandContext, CommandResult, OptionValues } from '../framework/command.ts';
import { withOutputFolder } from '../framework/output.ts';
import { isAbort } from '../framework/report-error.ts';
import type { Style } from '../framework/style.ts';
import { plural, textTable } from '../framework/text-table.ts';
import type { writeOptions } from '../framework/write-options.ts';
import { checkFusion } from '../model/check-fusion.ts';
import { tellOldFormat } from '../model/tell-old-format.ts';

type Options = OptionValues<typeof sourceOptions & typeof pixelOptions & typeof writeOptions> & {
  readonly out: string;
  readonly factor: readonly InterferenceFactor[];
  readonly score: number;
  readonly split: readonly string[];
  readonly seed: number;
  readonly fuse: FusionMethod | undefined;
  readonly threads: number | undefined;
  readonly provider: 'cpu' | 'cuda' | 'webgpu' | undefined;
};

/** A factor in a grade, and what was measured. */
interface GradedScores extends ConditionScores {
  readonly factor: InterferenceFactor;
  readonly grade: Severity;
  /** Pictures on which the factor cannot be put, such as overlapping leukocytes where there are none. */
  readonly withoutCells: number;
}

// Whole precision-recall curves want weak findings too.
const weakest = 0.05;

/** Measure, answer, write. */
export async function runRobustness(
  { operands, options }: { readonly operands: readonly string[]; readonly options: Options },
  context: CommandContext,
): Promise<CommandResult> {
  const [modelName = '', location = ''] = operands;
  const { out, force, fuse, threads, provider } = options;
  checkFusion(modelName, fuse);
  return withOutputFolder(out, { force, interrupt: context.io.interrupt }, async (output) => {
    const opened = await openDataset(location, options, context);
    const onOldFormat = tellOldFormat(context);
    const model = await openModel(modelName, { threads, provider, fuse, onOldFormat });
    try {
      const { clean, graded, failed } = await measureAll(model, opened, options, context);
      const answers = answerQuestions(graded);
      tellIssues('Images that could not be measured', failed, context);
      const { name, hash } = model.facts;
      const { seed, score: scoreThreshold } = options;
      const result = {
        model: { name, hash },
        seed,
        scoreThreshold,
        clean,
        factors: graded,
        questions: answers,
      };
      await output.write('robustness.json', `${JSON.stringify(result, null, 2)}\n`);
      await output.write('robustness.csv', tableOf(clean, graded));
      return {
        failures: failuresOf(options, opened.failed, failed),
        json: { out, ...result, failed: [...opened.failed, ...failed] },
        text: (style, columns) => textOf(name, clean, graded, answers, style, columns, out),
      };
    } finally {
      await model.close();
    }
  });
}

async function measureAll(
  model: LeukocyteModel,
  { dataset, folder }: OpenedDataset,
  options: Options,
  context: CommandContext,
) {
  const { images } = selectRecords(dataset, { split: options.split, class: [] });
  const factors =
    options.factor.length > 0
      ? [...new Set(options.factor)]
      : Object.keys(interferenceFactors).filter(isInterferenceFactor);
  const meter = () => measureCondition(model.facts.classes, { scoreThreshold: options.score });
  const cleanMeter = meter();
  const conditions = factors.flatMap((factor) =>
    severities.map((grade) => ({ factor, grade, meter: meter(), withoutCells: 0 })),
  );
  const failed: ImportIssue[] = [];
  const progress = context.progress('Measuring', images.length * (conditions.length + 1));
  let done = 0;
  const look = async (meterOf: ConditionMeasurer, sample: Sample, inClean?: readonly Box[]) => {
    context.signal.throwIfAborted();
    const { signal } = context;
    const { findings } = await analyseImage(sample.raster, model, {
      scoreThreshold: weakest,
      signal,
    });
    return meterOf.add(sample, findings, inClean);
  };
  try {
    for (const [i, image] of images.entries()) {
      try {
        const sample = await loadSample(folder, dataset, image, options.maxMegapixels);
        const extra = await look(cleanMeter, sample);
        progress.update(++done);
        for (const condition of conditions) {
          // The seed of an image is its name: a selection changes nothing for the others.
          const random = createRandom(options.seed).fork(image.file);
          const changed = interfered(sample, condition.factor, condition.grade, random);
          if (changed === undefined) condition.withoutCells += 1;
          else await look(condition.meter, changed, extra);
          progress.update(++done);
        }
      } catch (error) {
        if (isAbort(error) || isModelFault(error)) throw error;
        failed.push({ file: image.file, reason: messageOf(error) });
      }
      done = (i + 1) * (conditions.length + 1);
    }
  } finally {
    progress.finish();
  }
  const graded = conditions.map(
    ({ factor, grade, withoutCells, meter: own }): GradedScores => ({
      factor,
      grade,
      withoutCells,
      ...own.finish(),
    }),
  );
  return { clean: cleanMeter.finish(), graded, failed };
}

/** Undefined where a picture holds no cell that the factor could be put on, or that tells its scale. */
function interfered(...[sample, factor, grade, random]: Parameters<typeof applyInterference>) {
  try {
    return applyInterference(sample, factor, grade, random);
  } catch (error) {
    const code = error instanceof LeukoscopeError ? error.code : undefined;
    if (code === 'INTERFERENCE_NO_CELL' || code === 'INTERFERENCE_SCALE') return undefined;
    throw error;
  }
}

/** The paper's four questions over all grades; those whose factor was not asked for are left out. */
function answerQuestions(graded: readonly GradedScores[]): Answer[] {
  return questions.flatMap(({ key, text, factor, part }): Answer[] => {
    const own = graded.filter((scores) => scores.factor === factor);
    return own.length === 0 ? [] : [{ key, text, ...sumShares(own.map((scores) => scores[part])) }];
  });
}

interface Answer extends CountedShare {
  readonly key: string;
  readonly text: string;
}

const questions = [
  {
    key: 'overly-stained',
    text: 'Leukocytes found and typed in overly stained pictures',
    factor: 'ph-high',
    part: 'right',
  },
  {
    key: 'overlapping',
    text: 'Overlapping leukocytes found and typed',
    factor: 'overlapping-leukocytes',
    part: 'touching',
  },
  {
    key: 'debris',
    text: 'Pictures whose debris is taken for a leukocyte',
    factor: 'debris',
    part: 'misled',
  },
  {
    key: 'incomplete',
    text: 'Leukocytes cut by the border found and typed',
    factor: 'incomplete-cells',
    part: 'cut',
  },
] as const;

const csvColumns = [
  'factor',
  'grade',
  'images',
  'AP',
  'AP50',
  ...(['found', 'right', 'touching', 'cut', 'misled'] as const).flatMap((part) => [
    part,
    `${part}_of`,
  ]),
];

function tableOf(clean: ConditionScores, graded: readonly GradedScores[]): string {
  const row = (factor: string, grade: number, scores: ConditionScores) => [
    factor,
    grade,
    scores.images,
    Number.isNaN(scores.AP) ? '' : Number(scores.AP.toFixed(5)),
    Number.isNaN(scores.AP50) ? '' : Number(scores.AP50.toFixed(5)),
    ...[scores.found, scores.right, scores.touching, scores.cut, scores.misled].flatMap(
      ({ count, of }) => [count, of],
    ),
  ];
  return toCsv(csvColumns, [
    row('clean', 0, clean),
    ...graded.map((scores) => row(scores.factor, scores.grade, scores)),
  ]);
}

function textOf(
  name: string,
  clean: ConditionScores,
  graded: readonly GradedScores[],
  answers: readonly Answer[],
  style: Style,
  columns: number | undefined,
  out: string,
): string {
  const factors = [...new Set(graded.map(({ factor }) => factor))];
  const rows = factors.map((factor) => [
    interferenceFactors[factor].name,
    ...graded
      .filter((scores) => scores.factor === factor)
      .map(({ right, AP50 }) => `${percent(right.share)} / ${decimal(AP50)}`),
  ]);
  const lines = answers.map((answer) => `  ${answer.text}: ${shareText(answer)}`);
  return [
    `${style.bold(name)} on ${plural(clean.images, 'image')}: right ${percent(clean.right.share)} of ${plural(clean.right.of, 'leukocyte')}, AP50 ${decimal(clean.AP50)}`,
    'Right / AP50 by grade:',
    textTable(['factor', '1', '2', '3', '4', '5'], rows, style, columns),
    ...(lines.length === 0 ? [] : ["The paper's questions, over all grades:", ...lines]),
    `Written to ${out}/robustness.csv and ${out}/robustness.json`,
  ].join('\n');
}

function shareText({ count, of, limits }: CountedShare): string {
  if (limits === undefined) return 'none to count';
  return `${percent(count / of)} (${percent(limits.low)} to ${percent(limits.high)}; ${count} of ${of})`;
}

function percent(share: number | undefined): string {
  return share === undefined ? '–' : `${(100 * share).toFixed(1)} %`;
}

function decimal(value: number): string {
  return Number.isNaN(value) ? '–' : value.toFixed(3);
}
