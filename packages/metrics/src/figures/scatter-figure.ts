/** @file Things by two numbers, such as accuracy over cost: a marker each, those that no other beats joined by a line. */
import { toCsv } from './csv.ts';
import { type Figure, type FigureOptions, finishFigure } from './figure.ts';
import { layOutFrame, type LegendEntry } from './frame.ts';
import { marker } from './marks.ts';
import { element } from './svg.ts';
import { printTheme } from './theme.ts';
import { niceAxis } from './ticks.ts';

/** One marker. */
export interface ScatterPoint {
  readonly label: string;
  readonly x: number;
  readonly y: number;
}

/** Return the points that no other is at least as low in x and as high in y as, and better in one; by rising x. */
export function paretoFront<T extends ScatterPoint>(points: readonly T[]): T[] {
  const beats = (a: ScatterPoint, b: ScatterPoint) =>
    a.x <= b.x && a.y >= b.y && (a.x < b.x || a.y > b.y);
  return points
    .filter((point) => !points.some((other) => beats(other, point)))
    .sort((a, b) => a.x - b.x);
}

/** Draw the points; low x and high y are good. */
export function scatterFigure(
  points: readonly ScatterPoint[],
  options: FigureOptions & { readonly xTitle: string; readonly yTitle: string },
): Figure {
  const { name = 'scatter', title = 'Comparison', theme = printTheme, xTitle, yTitle } = options;
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const colourOf = (i: number) => theme.series[i % theme.series.length]!;
  const legend = points.map(
    ({ label }, i): LegendEntry => ({
      label,
      swatch: (x, y) => marker(i, x + 13, y, colourOf(i), theme, 4),
    }),
  );
  const width = 640;
  const frame = layOutFrame({
    name,
    title,
    width,
    plotHeight: 300,
    theme,
    x: { title: xTitle, ...niceAxis(0, Math.max(...xs)), grid: true },
    y: { title: yTitle, ...niceAxis(Math.min(...ys), Math.max(...ys)), grid: true },
    legend,
    legendPlace: 'right',
  });
  const front = paretoFront(points);
  const path = front.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${frame.x(x)} ${frame.y(y)}`);
  const line = element('path', {
    d: path.join(' '),
    fill: 'none',
    stroke: theme.muted,
    'stroke-width': 1.2,
    'stroke-dasharray': '4 3',
  });
  const csv = toCsv(
    ['label', xTitle, yTitle],
    points.map(({ label, x, y }) => [label, x, y]),
  );
  const description = `${points.length} points; no other beats ${front.map(({ label }) => label).join(', ')}.`;
  return finishFigure(
    { name, title, description, width, height: frame.height, csv },
    theme,
    [],
    [
      frame.back,
      line,
      ...points.map(({ x, y }, i) => marker(i, frame.x(x), frame.y(y), colourOf(i), theme, 4)),
      frame.front,
    ],
  );
}
