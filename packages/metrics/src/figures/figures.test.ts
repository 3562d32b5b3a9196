import { createRandom } from '@leukoscope/core';
import { describe, expect, test } from 'vitest';
import { labelsOutside, overlappingLabels, readLabels } from '../../test/svg-labels.ts';
import { scoreCalibration } from '../classification/calibration.ts';
import { confusionMatrix } from '../classification/confusion-matrix.ts';
import { rocCurve } from '../classification/roc.ts';
import { blandAltman } from '../statistics/bland-altman.ts';
import { boxAndWhisker } from '../statistics/box-and-whisker.ts';
import { demingRegression } from '../statistics/method-regression.ts';
import { blandAltmanFigure, regressionFigure } from './agreement-figures.ts';
import { barFigure } from './bar-figure.ts';
import { boxPlotFigure } from './box-plot-figure.ts';
import { confusionFigure } from './confusion-figure.ts';
import { learningCurveFigure, precisionRecallFigure, rocFigure } from './curve-figures.ts';
import type { Figure } from './figure.ts';
import { reliabilityFigure } from './reliability-figure.ts';
import { paretoFront, scatterFigure } from './scatter-figure.ts';
import { pageTheme } from './theme.ts';

const random = createRandom(11);
const longNames = [
  'Blast',
  'Polychromatic normoblast with a very long name indeed',
  'Segmented neutrophil',
  'Reactive lymphocyte & <others>',
  'Eosinophil',
];
const recall = Array.from({ length: 101 }, (_, i) => i / 100);
const curves = Array.from({ length: 10 }, (_, t) => ({
  iouThreshold: 0.5 + 0.05 * t,
  recall,
  precision: recall.map((r) => Math.max(0, 1 - r ** (8 - 0.7 * t) - 0.02 * t)),
  averagePrecision: 0.9 - 0.05 * t,
}));
const reference = Array.from({ length: 40 }, () => random.uniform(20, 75));
const method = reference.map((value) => value * 1.04 + random.normal(0, 2));
const scores = Array.from({ length: 12_000 }, () => random.next());
const boxes = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    series: `Method ${i + 1}`,
    box: boxAndWhisker(Array.from({ length: 30 }, () => random.normal(0.9, 0.03))),
  }));
const matrix = confusionMatrix(
  Array.from({ length: 900 }, () => random.integer(0, 5)),
  Array.from({ length: 900 }, () => random.integer(0, 5)),
  longNames,
);

const figures: Record<string, (options: object) => Figure> = {
  'precision-recall curves': (options) => precisionRecallFigure(curves, options),
  'ROC curves': (options) =>
    rocFigure(
      longNames.map((label) => ({
        label,
        curve: rocCurve(
          scores.slice(0, 200).map((s) => s > random.next()),
          scores.slice(0, 200),
        )!,
      })),
      options,
    ),
  'learning curves': (options) =>
    learningCurveFigure(
      longNames.map((label, n) => ({
        label,
        points: recall.map((x) => ({ x: 400 * x, y: Math.exp(-x * n) * 12_345 })),
      })),
      options,
    ),
  'a confusion matrix': (options) => confusionFigure(matrix, options),
  "a detector's confusion matrix": (options) =>
    confusionFigure(
      {
        ...matrix,
        missed: [1, 20, 300, 4000, 50_000],
        spurious: [0, 0, 1, 2, 3],
        iouThreshold: 0.5,
        scoreThreshold: 0.5,
      },
      options,
    ),
  'box plots of one series': (options) =>
    boxPlotFigure(
      ['Precision', 'Dice', 'mIoU', 'Boundary F1'].map((label) => ({ label, boxes: boxes(1) })),
      options,
    ),
  'box plots of five series': (options) =>
    boxPlotFigure(
      ['Precision', 'Dice'].map((label) => ({ label, boxes: boxes(5) })),
      options,
    ),
  bars: (options) =>
    barFigure(
      longNames.map((label, i) => ({
        label,
        bars: [
          { series: 'AP50', value: i === 2 ? null : 0.9, low: 0.8, high: 1 },
          { series: 'AP', value: 0.2 * i },
        ],
      })),
      { ...options, highest: 1, xTitle: 'Average precision' },
    ),
  'bars below zero': (options) =>
    barFigure([{ label: 'a', bars: [{ series: 's', value: -0.3 }] }], options),
  'bars that are all 0': (options) =>
    barFigure(
      ['one', 'two', 'three', 'four'].map((label) => ({
        label,
        bars: [{ series: 's', value: 0 }],
      })),
      options,
    ),
  'a reliability diagram': (options) =>
    reliabilityFigure(
      scoreCalibration(
        scores,
        scores.map((score) => random.next() < score ** 2),
      ),
      options,
    ),
  'a Bland-Altman plot': (options) =>
    blandAltmanFigure(blandAltman(reference, method), { unit: '%', ...options }),
  'a Bland-Altman plot of methods that agree': (options) =>
    blandAltmanFigure(
      blandAltman(
        reference,
        reference.map((v, i) => v + (i % 2) * 1e-3),
      ),
      options,
    ),
  'scattered points': (options) =>
    scatterFigure(
      longNames.map((label, i) => ({ label, x: 12 * (i + 1), y: 0.5 + 0.1 * ((i * 2) % 5) })),
      { ...options, xTitle: 'ms a field', yTitle: 'AP' },
    ),
  'a regression plot': (options) =>
    regressionFigure(reference, method, demingRegression(reference, method), options),
};

test('the front are points that no other beats, and equals stand both', () => {
  const points = [
    { label: 'slow and good', x: 9, y: 0.9 },
    { label: 'fast', x: 1, y: 0.5 },
    { label: 'beaten', x: 2, y: 0.4 },
    { label: 'as fast', x: 1, y: 0.5 },
    { label: 'slow and no better', x: 10, y: 0.9 },
  ];
  expect(paretoFront(points).map(({ label }) => label)).toEqual([
    'fast',
    'as fast',
    'slow and good',
  ]);
});

describe.each(Object.entries(figures))('%s', (_, draw) => {
  const figure = draw({
    title: 'A title that is so long that it has to be broken into two or more lines of text',
  });

  test('keep all labels inside and apart', () => {
    const labels = readLabels(figure.svg);
    expect(labels.length).toBeGreaterThan(5);
    expect(labelsOutside(labels, figure.width, figure.height)).toEqual([]);
    expect(overlappingLabels(labels)).toEqual([]);
  });

  test('are well-formed, without numbers that are not numbers', () => {
    expect(figure.svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(figure.svg.match(/<others>/)).toBeNull();
    const open = figure.svg.match(/<[a-zA-Z][^>]*[^/]>/g)!.length;
    expect(figure.svg.match(/<\//g)!.length).toBe(open);
  });

  test('carry their numbers as CSV, and say what is seen', () => {
    const rows = figure.csv.trimEnd().split('\r\n');
    expect(rows.length).toBeGreaterThan(1);
    expect(figure.description.length).toBeGreaterThan(10);
    expect(figure.svg).toContain('<desc');
  });

  test('take name and theme', () => {
    const other = draw({ name: 'other-name', theme: pageTheme });
    expect(other.name).toBe('other-name');
    expect(other.svg).toContain('id="other-name-title"');
    expect(other.svg).toContain('var(--figure-ink, #1a1d21)');
    expect(figure.svg).not.toContain('var(');
  });
});
