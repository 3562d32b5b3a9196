/** @file An experiment's report: README with the paper's column beside ours, figures, numbers for machines. */
import {
  boxAndWhisker,
  boxPlotFigure,
  type Figure,
  learningCurveFigure,
} from '@leukoscope/metrics';
import {
  type Comparison,
  compareVariants,
  gatherMeasures,
  leastPairs,
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

/** Report what the finished runs show. */
export function reportExperiment(
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
      runs: results.map(({ run, state, step, steps, measures: values, counts }) => ({
        id: run.id,
        variant: run.variant,
        ...(run.fold === undefined ? {} : { fold: run.fold }),
        seed: run.seed,
        state,
        step,
        ...(steps === undefined ? {} : { steps }),
        ...(counts === undefined ? {} : { examples: counts }),
        measures: values,
      })),
      variants: gathered,
      comparisons,
    },
  };
}

interface Facts {
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
  const { experiment, results, figures } = facts;
  const { paper } = experiment;
  const open = results.filter(({ state }) => state !== 'done');
  return [
    `# ${experiment.title}`,
    '',
    ...(experiment.question === '' ? [] : [experiment.question, '']),
    'Written by `leukoscope experiment report` from `experiment.json` and its runs.',
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
    'Each number is that of the best validation of a run, which chose its weights; over several runs the mean ± standard deviation.',
    '',
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

function resultTable({ experiment, variants, measures, gathered, results }: Facts): string[] {
  const paper = experiment.paper?.values ?? {};
  const isTold = (measure: string) => variants.some((v) => paper[v]?.[measure] !== undefined);
  const columns = measures.flatMap((measure) =>
    isTold(measure) ? [measure, `${measure}, paper`] : [measure],
  );
  const rows = variants.map((variant) => {
    const runs = results.filter(({ run, state }) => run.variant === variant && state === 'done');
    const cells = measures.flatMap((measure) => {
      const found = gathered.find((one) => one.variant === variant && one.measure === measure);
      const told = paper[variant]?.[measure];
      const own = found === undefined ? '–' : valueText(found);
      return isTold(measure) ? [own, told === undefined ? '–' : String(told)] : [own];
    });
    return `| ${[variant, String(runs.length), ...cells].join(' | ')} |`;
  });
  return [
    `| ${['variant', 'runs', ...columns].join(' | ')} |`,
    `|${'---|'.repeat(columns.length + 2)}`,
    ...rows,
  ];
}

function significance({ comparisons, reference, variants }: Facts): string[] {
  if (variants.length < 2) return [];
  const head = ['## Against chance', ''];
  if (comparisons.length === 0) {
    return [
      ...head,
      `Fewer than ${leastPairs} pairs of runs: whether the variants differ by more than chance cannot be told.`,
      '',
    ];
  }
  return [
    ...head,
    `Each variant against ${reference}, run by run of the same fold and seed; P corrected by Holm over the variants of a measure.`,
    '',
    '| variant | measure | pairs | difference | P (signed ranks) | P (paired t) |',
    '|---|---|---|---|---|---|',
    ...comparisons.map(
      ({ variant, measure, pairs, difference, wilcoxonP, pairedTP }) =>
        `| ${variant} | ${measure} | ${pairs} | ${difference >= 0 ? '+' : '−'}${Math.abs(difference).toFixed(4)} | ${pText(wilcoxonP)} | ${pText(pairedTP)} |`,
    ),
    '',
  ];
}

const valueText = ({ values, mean, deviation }: VariantMeasure) =>
  values.length === 1 ? mean.toFixed(4) : `${mean.toFixed(4)} ± ${deviation.toFixed(4)}`;

const pText = (p: number) => (p < 0.0001 ? '< .0001' : p.toFixed(4));
