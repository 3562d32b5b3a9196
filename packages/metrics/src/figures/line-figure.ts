/**
 * @file Figures of lines over two axes: the drawing behind precision-recall, ROC and learning curves.
 * Each line has its own colour, dash and marker; markers of neighbouring lines are staggered.
 */
import { toCsv } from './csv.ts';
import { type Figure, finishFigure } from './figure.ts';
import { type Axis, layOutFrame, type LegendEntry } from './frame.ts';
import { dashes, marker } from './marks.ts';
import { element, line, polyline } from './svg.ts';
import type { FigureTheme } from './theme.ts';

/** One line. */
export interface LineSeries {
  readonly label: string;
  /** A number for the legend. @default none */
  readonly value?: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
  readonly colour: string;
  /** Number of its dash. */
  readonly dash: number;
  /** Number of its marker, or null for a bare line. */
  readonly marker: number | null;
}

/** A whole line figure. */
export interface LineFigureOptions {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly LineSeries[];
  readonly theme: FigureTheme;
  readonly width: number;
  readonly plotHeight: number;
  readonly legendPlace?: 'top' | 'right';
  readonly legendTitle?: { readonly label: string; readonly value?: string };
  /** A thin dotted line from corner to corner (chance, identity). @default false */
  readonly diagonal?: boolean;
  /** Markers drawn on one line. @default 8 */
  readonly markersPerLine?: number;
  /** @default the points of all series */
  readonly csv?: string;
}

/** Draw the figure. */
export function lineFigure(options: LineFigureOptions): Figure {
  const { name, title, description, x, y, series, theme, width, plotHeight } = options;
  const { legendPlace = 'top', legendTitle, diagonal = false, markersPerLine = 8 } = options;
  const legend = series.map(
    (one): LegendEntry => ({
      label: one.label,
      ...(one.value === undefined ? {} : { value: one.value }),
      swatch: (left, at) =>
        line(left, at, left + 28, at, strokeOf(one)) +
        (one.marker === null ? '' : marker(one.marker, left + 14, at, one.colour, theme)),
    }),
  );
  const frame = layOutFrame({
    name,
    title,
    width,
    plotHeight,
    x,
    y,
    theme,
    legend: series.length > 1 || legendTitle !== undefined ? legend : [],
    legendPlace,
    ...(legendTitle === undefined ? {} : { legendTitle }),
  });
  const drawn = series.map((one, s) => {
    const pixels = one.points.map((point) => [frame.x(point.x), frame.y(point.y)] as const);
    const marks =
      one.marker === null
        ? []
        : spacedAlong(pixels, markersPerLine, (s + 0.5) / series.length).map(([left, top]) =>
            marker(one.marker!, left, top, one.colour, theme),
          );
    return polyline(pixels, strokeOf(one)) + marks.join('');
  });
  const guide = diagonal
    ? line(frame.x(x.low), frame.y(y.low), frame.x(x.high), frame.y(y.high), {
        stroke: theme.muted,
        'stroke-width': 1,
        'stroke-dasharray': '1 3',
      })
    : '';
  const csv =
    options.csv ??
    toCsv(
      ['series', x.title, y.title],
      series.flatMap((one) => one.points.map((point) => [one.label, point.x, point.y])),
    );
  return finishFigure(
    { name, title, description, width, height: frame.height, csv },
    theme,
    [frame.clip.definition],
    [frame.back, guide, element('g', { 'clip-path': frame.clip.id }, ...drawn), frame.front],
  );
}

function strokeOf(one: LineSeries) {
  return {
    stroke: one.colour,
    'stroke-width': 1.6,
    'stroke-dasharray': dashes[one.dash % dashes.length],
    'stroke-linejoin': 'round',
  };
}

/** Return points evenly spaced along a line by length; the phase (0..1) staggers several lines. */
function spacedAlong(
  points: readonly (readonly [number, number])[],
  count: number,
  phase: number,
): (readonly [number, number])[] {
  const lengths = [0];
  for (let i = 1; i < points.length; i++) {
    const [x0, y0] = points[i - 1]!;
    const [x1, y1] = points[i]!;
    lengths.push(lengths[i - 1]! + Math.hypot(x1 - x0, y1 - y0));
  }
  const total = lengths.at(-1) ?? 0;
  if (total === 0) return points.slice(0, 1);
  // Few points: mark them all, because each is a measurement.
  if (points.length <= count * 2) return [...points];
  const found: (readonly [number, number])[] = [];
  for (let m = 0, i = 1; m < count; m++) {
    const wanted = ((m + phase) / count) * total;
    while (lengths[i]! < wanted) i++;
    const share = (wanted - lengths[i - 1]!) / (lengths[i]! - lengths[i - 1]! || 1);
    const [x0, y0] = points[i - 1]!;
    const [x1, y1] = points[i]!;
    found.push([x0 + share * (x1 - x0), y0 + share * (y1 - y0)]);
  }
  return found;
}
