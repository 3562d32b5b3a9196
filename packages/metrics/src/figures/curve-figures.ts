/** @file Precision-recall, ROC and learning curves. */
import type { RocCurve } from '../classification/roc.ts';
import type { PrecisionRecallCurve } from '../detection/precision-recall-curves.ts';
import { toCsv } from './csv.ts';
import type { Figure, FigureOptions } from './figure.ts';
import { type LineSeries, lineFigure } from './line-figure.ts';
import { printTheme } from './theme.ts';
import { niceAxis, niceTicks, scoreText } from './ticks.ts';

const unitTicks = niceTicks(0, 1, 5);

/** Draw one precision-recall curve per IoU threshold, strong for lenient, pale for strict. */
export function precisionRecallFigure(
  curves: readonly PrecisionRecallCurve[],
  options: FigureOptions = {},
): Figure {
  const { name = 'precision-recall', title = 'Precision and recall', theme = printTheme } = options;
  const series = curves.map((curve, i): LineSeries => {
    const step = curves.length <= 1 ? 0 : (i * (theme.ramp.length - 1)) / (curves.length - 1);
    return {
      label: curve.iouThreshold.toFixed(2),
      value: scoreText(curve.averagePrecision),
      points: untilZero(curve.recall.map((recall, r) => ({ x: recall, y: curve.precision[r]! }))),
      colour: theme.ramp[Math.round(step)]!,
      dash: i % 3,
      marker: i,
    };
  });
  return lineFigure({
    name,
    title,
    theme,
    series,
    description: `Precision over recall at ${curves.length} IoU thresholds.`,
    x: { title: 'Recall', low: 0, high: 1, ticks: unitTicks, grid: true },
    y: { title: 'Precision', low: 0, high: 1, ticks: unitTicks, grid: true },
    width: 560,
    plotHeight: 330,
    legendPlace: 'right',
    legendTitle: { label: 'IoU', value: 'AP' },
    csv: toCsv(
      ['IoU threshold', 'recall', 'precision'],
      curves.flatMap((c) => c.recall.map((recall, r) => [c.iouThreshold, recall, c.precision[r]!])),
    ),
    markersPerLine: 5,
  });
}

/** Draw one ROC curve per class (or one for a binary score). */
export function rocFigure(
  curves: readonly { readonly label: string; readonly curve: Omit<RocCurve, 'thresholds'> }[],
  options: FigureOptions = {},
): Figure {
  const { name = 'roc', title = 'Receiver operating characteristic', theme = printTheme } = options;
  return lineFigure({
    name,
    title,
    theme,
    series: curves.map(({ label, curve }, i) => ({
      label,
      value: scoreText(curve.area),
      points: curve.falsePositiveRate.map((rate, p) => ({
        x: rate,
        y: curve.truePositiveRate[p]!,
      })),
      colour: theme.series[i % theme.series.length]!,
      dash: i,
      marker: i,
    })),
    description: `True positive rate over false positive rate of ${curves.length} classes, each against the rest.`,
    x: {
      title: 'False positive rate (1 − specificity)',
      low: 0,
      high: 1,
      ticks: unitTicks,
      grid: true,
    },
    y: { title: 'True positive rate (sensitivity)', low: 0, high: 1, ticks: unitTicks, grid: true },
    width: 600,
    plotHeight: 340,
    legendPlace: 'right',
    legendTitle: { label: 'Class', value: 'Area' },
    diagonal: true,
    markersPerLine: 5,
  });
}

/** One curve of a training run. */
export interface LearningCurve {
  readonly label: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** Draw quantities over epochs or steps. */
export function learningCurveFigure(
  curves: readonly LearningCurve[],
  options: FigureOptions & { readonly xTitle?: string; readonly yTitle?: string } = {},
): Figure {
  const { name = 'learning-curve', title = 'Learning curve', theme = printTheme } = options;
  const { xTitle = 'Epoch', yTitle = 'Loss' } = options;
  const finite = curves.map((curve) => ({
    ...curve,
    points: curve.points.filter((point) => Number.isFinite(point.x) && Number.isFinite(point.y)),
  }));
  const xs = finite.flatMap((curve) => curve.points.map((point) => point.x));
  const ys = finite.flatMap((curve) => curve.points.map((point) => point.y));
  const [lowX, highX] = xs.length === 0 ? [0, 1] : [Math.min(...xs), Math.max(...xs)];
  const y = ys.length === 0 ? niceAxis(0, 1) : niceAxis(Math.min(...ys), Math.max(...ys));
  return lineFigure({
    name,
    title,
    theme,
    series: finite.map((curve, i) => ({
      ...curve,
      colour: theme.series[i % theme.series.length]!,
      dash: i,
      marker: i,
    })),
    description: `${yTitle} over ${xTitle.toLowerCase()} of ${curves.map((curve) => curve.label).join(', ')}.`,
    x: {
      title: xTitle,
      low: lowX,
      high: highX > lowX ? highX : lowX + 1,
      ticks: niceTicks(lowX, highX > lowX ? highX : lowX + 1, 6),
    },
    y: { title: yTitle, ...y, grid: true },
    width: 560,
    plotHeight: 300,
  });
}

/** Recall that is never reached has precision 0: end the line there instead of drawing along the axis. */
function untilZero(points: readonly { readonly x: number; readonly y: number }[]) {
  const end = points.findIndex((point) => point.y === 0);
  return end < 0 ? points : points.slice(0, end + 1);
}
