/** @file Method comparisons: the Bland-Altman plot, and the regression plot with its line of identity. */
import type { BlandAltman } from '../statistics/bland-altman.ts';
import type { MethodRegression } from '../statistics/method-regression.ts';
import { toCsv } from './csv.ts';
import { type Figure, type FigureOptions, finishFigure } from './figure.ts';
import { fontSizes, layOutFrame, type LegendEntry } from './frame.ts';
import { element, line, rectangle, text } from './svg.ts';
import { type FigureTheme, printTheme } from './theme.ts';
import { niceAxis, numberText } from './ticks.ts';

/** Draw differences over means, with bias, limits of agreement and their confidence bands. */
export function blandAltmanFigure(
  agreement: BlandAltman,
  options: FigureOptions & { readonly unit?: string } = {},
): Figure {
  const { name = 'bland-altman', title = 'Agreement', theme = printTheme, unit = '' } = options;
  const suffix = unit === '' ? '' : ` (${unit})`;
  const { points, bias, lowerLimit, upperLimit } = agreement;
  const means = points.map((point) => point.mean);
  const differences = points.map((point) => point.difference);
  const x = niceAxis(Math.min(...means), Math.max(...means));
  const y = niceAxis(
    Math.min(lowerLimit.low, ...differences),
    Math.max(upperLimit.high, ...differences),
    6,
  );
  const width = 600;
  const frame = layOutFrame({
    name,
    title,
    width,
    plotHeight: 300,
    theme,
    rightRoom: 96,
    x: { title: `Mean of both methods${suffix}`, ...x },
    y: { title: `Method − reference${suffix}`, ...y },
  });
  const lines = [
    { label: 'Upper limit', estimate: upperLimit, dash: '6 4' },
    { label: 'Bias', estimate: bias, dash: undefined },
    { label: 'Lower limit', estimate: lowerLimit, dash: '6 4' },
  ];
  const bands = lines.map(({ estimate }) =>
    rectangle(
      frame.left,
      frame.y(estimate.high),
      frame.right - frame.left,
      frame.y(estimate.low) - frame.y(estimate.high),
      { fill: theme.wash },
    ),
  );
  const strokes = lines.map(({ estimate, dash }) =>
    line(frame.left, frame.y(estimate.value), frame.right, frame.y(estimate.value), {
      stroke: theme.ink,
      'stroke-width': 1.4,
      'stroke-dasharray': dash,
    }),
  );
  const zero =
    y.low < 0 && y.high > 0
      ? line(frame.left, frame.y(0), frame.right, frame.y(0), {
          stroke: theme.muted,
          'stroke-width': 1,
          'stroke-dasharray': '1 3',
        })
      : '';
  // Two rows of text each: push labels of close lines apart.
  const places = spread(
    lines.map(({ estimate }) => frame.y(estimate.value)),
    32,
  );
  const labels = lines.map(({ label, estimate }, i) => {
    const at = { x: frame.right + 8, size: fontSizes.note, fill: theme.ink };
    return (
      text(label, { ...at, y: places[i]! - 3 }) +
      text(numberText(estimate.value, 2), { ...at, y: places[i]! + 11, weight: 'bold' })
    );
  });
  const csv = toCsv(
    ['mean', 'difference'],
    points.map((point) => [point.mean, point.difference]),
  );
  const description = `Differences over means of ${points.length} samples: bias ${numberText(bias.value, 2)}, limits of agreement ${numberText(lowerLimit.value, 2)} to ${numberText(upperLimit.value, 2)}.`;
  return finishFigure(
    { name, title, description, width, height: frame.height, csv },
    theme,
    [],
    [
      ...bands,
      zero,
      ...strokes,
      ...dots(
        means.map((m, i) => [frame.x(m), frame.y(differences[i]!)]),
        theme,
      ),
      ...labels,
      frame.front,
    ],
  );
}

/** Draw a method over its reference, with the fitted line and the line of identity. */
export function regressionFigure(
  x: readonly number[],
  y: readonly number[],
  fit: MethodRegression,
  options: FigureOptions & { readonly xTitle?: string; readonly yTitle?: string } = {},
): Figure {
  const { name = 'regression', title = 'Method comparison', theme = printTheme } = options;
  const { xTitle = 'Reference', yTitle = 'Method' } = options;
  const range = niceAxis(Math.min(...x, ...y), Math.max(...x, ...y), 6);
  const { slope, intercept } = fit;
  const fitted = (value: number) => intercept.value + slope.value * value;
  const solid = { stroke: theme.series[0]!, 'stroke-width': 1.8 };
  const dotted = { stroke: theme.muted, 'stroke-width': 1.2, 'stroke-dasharray': '4 3' };
  const kind = fit.method === 'deming' ? 'Deming' : 'Passing-Bablok';
  const sign = intercept.value < 0 ? '−' : '+';
  const legend: LegendEntry[] = [
    {
      label: `${kind}: y = ${numberText(slope.value, 3)} x ${sign} ${numberText(Math.abs(intercept.value), 2)}`,
      swatch: (left, at) => line(left, at, left + 28, at, solid),
    },
    { label: 'Identity', swatch: (left, at) => line(left, at, left + 28, at, dotted) },
  ];
  const width = 460;
  const frame = layOutFrame({
    name,
    title,
    width,
    plotHeight: 360,
    theme,
    legend,
    x: { title: xTitle, ...range, grid: true },
    y: { title: yTitle, ...range, grid: true },
  });
  const across = (at: (value: number) => number, style: Record<string, string | number>) =>
    line(
      frame.x(range.low),
      frame.y(at(range.low)),
      frame.x(range.high),
      frame.y(at(range.high)),
      style,
    );
  const notes = [
    `slope ${numberText(slope.value, 3)} (${numberText(slope.low, 3)} to ${numberText(slope.high, 3)})`,
    `intercept ${numberText(intercept.value, 2)} (${numberText(intercept.low, 2)} to ${numberText(intercept.high, 2)})`,
    `n = ${x.length}`,
  ].map((row, i) =>
    text(row, {
      x: frame.left + 10,
      y: frame.top + 16 + i * 15,
      size: fontSizes.note,
      fill: theme.ink,
    }),
  );
  const csv = toCsv(
    [xTitle, yTitle],
    x.map((value, i) => [value, y[i]!]),
  );
  const description = `${yTitle} over ${xTitle.toLowerCase()} of ${x.length} samples with a ${kind} line of slope ${numberText(slope.value, 3)}.`;
  return finishFigure(
    { name, title, description, width, height: frame.height, csv },
    theme,
    [frame.clip.definition],
    [
      frame.back,
      element(
        'g',
        { 'clip-path': frame.clip.id },
        across((value) => value, dotted),
        across(fitted, solid),
      ),
      ...dots(
        x.map((value, i) => [frame.x(value), frame.y(y[i]!)]),
        theme,
      ),
      ...notes,
      frame.front,
    ],
  );
}

function dots(points: readonly (readonly [number, number])[], theme: FigureTheme): string[] {
  return points.map(([cx, cy]) =>
    element('circle', {
      cx,
      cy,
      r: 3,
      fill: theme.ink,
      'fill-opacity': 0.35,
      stroke: theme.ink,
      'stroke-width': 1,
    }),
  );
}

/** Move places of falling order apart until neighbours have the wanted distance, around the middle one. */
function spread(places: readonly number[], distance: number): number[] {
  const [upper, middle, lower] = places as readonly [number, number, number];
  return [Math.min(upper, middle - distance), middle, Math.max(lower, middle + distance)];
}
