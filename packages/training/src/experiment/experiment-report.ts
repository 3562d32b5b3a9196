/** @file An experiment's report: README with the paper's column beside ours, figures, numbers for machines. */
import {
  boxAndWhisker,
  boxPlotFigure,
  type Figure,
  learningCurveFigure,
  mean,
} from '@leukoscope/metrics';
import {
  type Comparison,
  compareVariants,
  gatherMeasures,
  leastPairs,
  pictureValues,
  type VariantMeasure,
} from './compare-variants.ts';
import type { Experiment } from './experiment.ts';
import type { RunResult } from './experiment-results-node.ts';

/** Files of a report. */
export interface ExperimentReport {
  readonly readme: string;
  /** Plain JSON. */
  readonly results: unknown;
  readonly figures: readonly Figure[];
}

/** Report what the finished runs show; `name` is what commands call the experiment. */
export function reportExperiment(
  name: string,
  experiment: Experiment,
  results: readonly RunResult[],
): ExperimentReport {
  const variants = Object.keys(experiment.variants);
  const done = results.filter(({ state }) => state === 'done');
  const given = [...new Set(done.flatMap(({ measures }) => Object.keys(measures)))];
  const measures = experiment.measures ?? given;
  const gathered = gatherMeasures(results, variants, measures);
  const reference = experiment.reference ?? variants[0]!;
  const comparisons = compareVariants(results, variants, measures, reference);
  const figures = figuresOf(results, gathered, measures);
  const facts = {
    name,
    experiment,
    results,
    variants,
    measures,
    gathered,
    reference,
    comparisons,
    figures,
  };
  return {
    figures,
    readme: readmeOf(facts),
    results: {
      format: 1,
      title: experiment.title,
      runs: results.map(
        ({ run, recipeHash, state, step, steps, measures: values, tested, counts }) => ({
          id: run.id,
          variant: run.variant,
          ...(run.fold === undefined ? {} : { fold: run.fold }),
          seed: run.seed,
          state,
          recipe: recipeHash,
          step,
          ...(steps === undefined ? {} : { steps }),
          ...(counts === undefined ? {} : { examples: counts }),
          measures: values,
          ...(tested === undefined ? {} : { tested }),
        }),
      ),
      variants: gathered,
      comparisons,
    },
  };
}

interface Facts {
  readonly name: string;
  readonly experiment: Experiment;
  readonly results: readonly RunResult[];
  readonly variants: readonly string[];
  readonly measures: readonly string[];
  readonly gathered: readonly VariantMeasure[];
  readonly reference: string;
  readonly comparisons: readonly Comparison[];
  readonly figures: readonly Figure[];
}

function figuresOf(
  results: readonly RunResult[],
  gathered: readonly VariantMeasure[],
  measures: readonly string[],
): Figure[] {
  const figures: Figure[] = [];
  if (gathered.some(({ values }) => values.length > 1)) {
    const groups = measures.map((measure) => ({
      label: measure,
      boxes: gathered
        .filter((one) => one.measure === measure)
        .map(({ variant, values }) => ({ series: variant, box: boxAndWhisker(values) })),
    }));
    figures.push(
      boxPlotFigure(
        groups.filter(({ boxes }) => boxes.length > 0),
        { name: 'measures', title: 'Measures of all runs' },
      ),
    );
  }
  for (const measure of measures) {
    const boxes = results.flatMap(({ run, tested }) => {
      const values = [...pictureValues(tested, measure).values()];
      return new Set(values).size > 2 ? [{ series: run.id, box: boxAndWhisker(values) }] : [];
    });
    if (boxes.length === 0) continue;
    const title = `${measure} of each test picture`;
    figures.push(
      boxPlotFigure([{ label: measure, boxes }], { name: `pictures-${measure}`, title }),
    );
  }
  for (const [kind, name] of [
    ['steps', 'loss'] as const,
    ...measures.map((m) => ['validation', m] as const),
  ]) {
    const curves = results.flatMap(({ run, lines }) => {
      const points = lines.flatMap(({ kind: own, step, values }) => {
        const y: number | null | undefined = own === kind ? values[name] : undefined;
        return typeof y === 'number' ? [{ x: step, y }] : [];
      });
      return points.length === 0 ? [] : [{ label: run.id, points }];
    });
    if (curves.length === 0) continue;
    const title = kind === 'steps' ? 'Training loss' : `${name} while training`;
    figures.push(
      learningCurveFigure(curves, { name: `curve-${name}`, title, xTitle: 'Step', yTitle: name }),
    );
  }
  return figures;
}

function readmeOf(facts: Facts): string {
  const { name, experiment, results, figures } = facts;
  const { paper } = experiment;
  const open = results.filter(({ state }) => state !== 'done');
  return [
    `# ${experiment.title}`,
    '',
    ...(experiment.question === '' ? [] : [experiment.question, '']),
    'Written by `leukoscope experiment report` from `experiment.json`, which holds all that decides the result, and its runs:',
    '',
    '```sh',
    `leukoscope experiment run ${name}${dataOf(results)}`,
    `leukoscope experiment report ${name}`,
    '```',
    '',
    '## Result',
    '',
    ...(open.length === 0
      ? []
      : [
          `Not all runs are finished: ${open.map(({ run, state, step, steps }) => `${run.id} (${state === 'begun' ? `step ${step} of ${steps}` : state})`).join(', ')}.`,
          '',
        ]),
    ...resultTable(facts),
    '',
    ...keptWords(results),
    ...readingOf(results),
    ...extremes(facts),
    ...significance(facts),
    ...(paper === undefined
      ? []
      : [
          '## The paper',
          '',
          `${paper.source}.${paper.differs.length === 0 ? '' : ' What differs here:'}`,
          '',
          ...paper.differs.map((text) => `- ${text}`),
          ...(paper.differs.length === 0 ? [] : ['']),
        ]),
    '## Figures',
    '',
    ...figures.map(({ name, title }) => `![${title}](figures/${name}.svg)`),
    '',
  ].join('\n');
}

/** Where the data sets are named on the command line. */
function keptWords(results: readonly RunResult[]): string[] {
  const kept = results.filter(({ isKept }) => isKept).map(({ run }) => run.id);
  return kept.length === 0
    ? []
    : [
        `As reported before, by the same recipes, of runs that lie elsewhere: ${kept.join(', ')}.`,
        '',
      ];
}

function dataOf(results: readonly RunResult[]): string {
  const sets = results.flatMap(({ run }) =>
    run.recipe.data.flatMap(({ name, centred }) => [
      name,
      ...(centred?.boxes === undefined ? [] : [centred.boxes]),
    ]),
  );
  return [...new Set(sets)].map((set) => ` --data ${set}=DIR`).join('');
}

/** What the numbers of the table are. */
function readingOf(results: readonly RunResult[]): string[] {
  const done = results.filter(({ state }) => state === 'done');
  const tested = done.flatMap((result) => result.tested ?? []);
  const several = 'over several runs the mean ± standard deviation';
  if (tested.length === 0 || tested.length < done.length) {
    return [
      `Each number is that of the best validation of a run, which chose its weights; ${several}.`,
      '',
    ];
  }
  const sizes = [...new Set(tested.map(({ examples, groups }) => `${examples} (${groups})`))];
  return [
    `Each number is of the test side, measured once at the end with the weights that validation chose: ${sizes.join(', ')} examples (slides, patients or pictures that were drawn again for the 95 % limits in brackets); ${several}.`,
    '',
  ];
}

const extremeCount = 3;

/** The best and the worst pictures of each variant by the first measure that is told of each. */
function extremes({ results, measures }: Facts): string[] {
  const measure = measures.find((name) =>
    results.some(({ tested }) => new Set(pictureValues(tested, name).values()).size > 2),
  );
  if (measure === undefined) return [];
  const rows = results.flatMap(({ run, tested }) => {
    const sorted = [...pictureValues(tested, measure)].sort(([, a], [, b]) => b - a);
    if (sorted.length < 2 * extremeCount) return [];
    const text = (some: typeof sorted) =>
      some.map(([picture, value]) => `${picture} ${value.toFixed(4)}`).join(', ');
    return [
      `| ${run.id} | ${text(sorted.slice(0, extremeCount))} | ${text(sorted.slice(-extremeCount).reverse())} |`,
    ];
  });
  return [
    `## Best and worst pictures by ${measure}`,
    '',
    '| run | best | worst |',
    '|---|---|---|',
    ...rows,
    '',
  ];
}

function resultTable({ experiment, variants, measures, gathered, results }: Facts): string[] {
  const paper = experiment.paper?.values ?? {};
  const isTold = (measure: string) => variants.some((v) => paper[v]?.[measure] !== undefined);
  const columns = measures.flatMap((measure) =>
    isTold(measure) ? [measure, `${measure}, paper`] : [measure],
  );
  const rows = variants.map((variant) => {
    const runs = results.filter(({ run, state }) => run.variant === variant && state === 'done');
    const limits = runs.length === 1 ? runs[0]!.tested?.limits : undefined;
    const cells = measures.flatMap((measure) => {
      const found = gathered.find((one) => one.variant === variant && one.measure === measure);
      const told = paper[variant]?.[measure];
      const own = found === undefined ? '–' : valueText(found, limits?.[measure]);
      return isTold(measure) ? [own, told === undefined ? '–' : String(told)] : [own];
    });
    return `| ${[variant, String(runs.length), minutesOf(runs), ...cells].join(' | ')} |`;
  });
  return [
    `| ${['variant', 'runs', 'minutes', ...columns].join(' | ')} |`,
    `|${'---|'.repeat(columns.length + 3)}`,
    ...rows,
  ];
}

/** How long a run trained, measuring included, in the mean. */
function minutesOf(runs: readonly RunResult[]): string {
  const seconds = runs.flatMap(({ lines }) => {
    // Each time that a run goes on, its clock begins anew.
    const ends = lines.filter((_, i) => i === lines.length - 1 || lines[i + 1]!.kind === 'start');
    return ends.length === 0 ? [] : [ends.reduce((sum, line) => sum + line.seconds, 0)];
  });
  return seconds.length === 0 ? '–' : (mean(seconds) / 60).toFixed(0);
}

function significance({ comparisons, reference, variants }: Facts): string[] {
  if (variants.length < 2) return [];
  const head = ['## Against chance', ''];
  if (comparisons.length === 0) {
    return [
      ...head,
      `Fewer than ${leastPairs} pairs: whether the variants differ by more than chance cannot be told.`,
      '',
    ];
  }
  return [
    ...head,
    `Each variant against ${reference}, in pairs of test pictures where a measure is told of each, else of runs of the same fold and seed; P corrected by Holm over the variants of a measure.`,
    '',
    '| variant | measure | pairs | difference | P (signed ranks) | P (paired t) |',
    '|---|---|---|---|---|---|',
    ...comparisons.map(
      ({ variant, measure, unit, pairs, difference, wilcoxonP, pairedTP }) =>
        `| ${variant} | ${measure} | ${pairs} ${unit} | ${difference >= 0 ? '+' : '−'}${Math.abs(difference).toFixed(4)} | ${pText(wilcoxonP)} | ${pText(pairedTP)} |`,
    ),
    '',
  ];
}

function valueText(
  { values, mean, deviation }: VariantMeasure,
  limits: { readonly low: number; readonly high: number } | undefined,
): string {
  if (values.length > 1) return `${mean.toFixed(4)} ± ${deviation.toFixed(4)}`;
  if (limits === undefined) return mean.toFixed(4);
  return `${mean.toFixed(4)} (${limits.low.toFixed(4)} to ${limits.high.toFixed(4)})`;
}

const pText = (p: number) => (p < 0.0001 ? '< .0001' : p.toFixed(4));
