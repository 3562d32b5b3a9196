/**
 * @file Box-and-whisker plots (the leukocytemask paper's Fig. 11): one group of boxes per measure or
 * class, one box per method, told apart by hatches. Median a thick line, mean a diamond, outliers rings.
 */
import type { BoxAndWhisker } from '../statistics/box-and-whisker.ts';
import { toCsv } from './csv.ts';
import { type Figure, type FigureOptions, finishFigure } from './figure.ts';
import { layOutFrame, type LegendEntry } from './frame.ts';
import { hatchedRectangle, polygon } from './marks.ts';
import { element, line, rectangle } from './svg.ts';
import { fitText } from './text-width.ts';
import { type FigureTheme, printTheme } from './theme.ts';
import { niceAxis } from './ticks.ts';

/** The boxes of one place on the axis. */
export interface BoxGroup {
  readonly label: string;
  readonly boxes: readonly { readonly series: string; readonly box: BoxAndWhisker }[];
}

/** Settings of the figure. */
export interface BoxPlotOptions extends FigureOptions {
  /** @default 'Value' */
  readonly yTitle?: string;
  /** Bounds that the axis must not pass (0 and 1 for shares). @default none */
  readonly bounds?: { readonly low: number; readonly high: number };
}

/** Draw box plots. */
export function boxPlotFigure(groups: readonly BoxGroup[], options: BoxPlotOptions = {}): Figure {
  const { name = 'box-plot', title = 'Distributions', theme = printTheme } = options;
  const { yTitle = 'Value', bounds } = options;
  const seriesNames = [...new Set(groups.flatMap((group) => group.boxes.map((b) => b.series)))];
  const values = groups.flatMap((group) =>
    group.boxes.flatMap(({ box }) => [box.minimum, box.maximum]),
  );
  const y = niceAxis(Math.min(...values), Math.max(...values), 6);
  if (bounds !== undefined) {
    y.low = Math.max(bounds.low, y.low);
    y.high = Math.min(bounds.high, y.high);
  }
  const width = Math.max(420, 90 + groups.length * Math.max(70, seriesNames.length * 34 + 24));
  const fill = (x: number, top: number, w: number, h: number, s: number): string =>
    s === 0
      ? rectangle(x, top, w, h, { fill: theme.wash })
      : hatchedRectangle(x, top, w, h, s, theme.muted, theme);
  const legend = seriesNames.map(
    (label, s): LegendEntry => ({
      label,
      swatch: (x, at) =>
        fill(x, at - 6, 28, 12, s) +
        rectangle(x, at - 6, 28, 12, { fill: 'none', stroke: theme.ink, 'stroke-width': 1.2 }),
    }),
  );
  const slot = (width - 100) / Math.max(1, groups.length);
  const frame = layOutFrame({
    name,
    title,
    width,
    plotHeight: 280,
    theme,
    legend: seriesNames.length > 1 ? legend : [],
    x: {
      title: '',
      low: 0,
      high: groups.length,
      ticks: groups.map((group, g) => ({ value: g + 0.5, label: fitText(group.label, 11, slot) })),
    },
    y: { title: yTitle, ...y, grid: true },
  });
  const unit = frame.x(1) - frame.x(0);
  const boxWidth = Math.min(36, (unit * 0.72) / seriesNames.length);
  const drawn = groups.flatMap((group, g) =>
    group.boxes.map(({ series, box }) => {
      const s = seriesNames.indexOf(series);
      const centre = frame.x(g + 0.5) + (s - (seriesNames.length - 1) / 2) * boxWidth * 1.15;
      return drawBox(
        box,
        centre,
        boxWidth,
        frame.y,
        (x, top, w, h) => fill(x, top, w, h, s),
        theme,
      );
    }),
  );
  const csv = toCsv(
    [
      'group',
      'series',
      'count',
      'mean',
      'minimum',
      'lower whisker',
      'lower quartile',
      'median',
      'upper quartile',
      'upper whisker',
      'maximum',
    ],
    groups.flatMap((group) =>
      group.boxes.map(({ series, box }) => [
        group.label,
        series,
        box.count,
        box.mean,
        box.minimum,
        box.lowerWhisker,
        box.lowerQuartile,
        box.median,
        box.upperQuartile,
        box.upperWhisker,
        box.maximum,
      ]),
    ),
  );
  const description = `Box-and-whisker plots of ${groups.map((group) => group.label).join(', ')}: quartiles, median, mean (diamond), whiskers to 1.5 interquartile ranges, outliers as rings.`;
  return finishFigure(
    { name, title, description, width, height: frame.height, csv },
    theme,
    [],
    [frame.back, ...drawn, frame.front],
  );
}

function drawBox(
  box: BoxAndWhisker,
  x: number,
  width: number,
  y: (value: number) => number,
  fill: (x: number, top: number, width: number, height: number) => string,
  theme: FigureTheme,
): string {
  const stroke = { stroke: theme.ink, 'stroke-width': 1.2 };
  const half = width / 2;
  const top = y(box.upperQuartile);
  const bottom = y(box.lowerQuartile);
  const middle = y(box.mean);
  const r = 3.4;
  return [
    line(x, y(box.upperWhisker), x, top, stroke),
    line(x, bottom, x, y(box.lowerWhisker), stroke),
    line(x - half / 2, y(box.upperWhisker), x + half / 2, y(box.upperWhisker), stroke),
    line(x - half / 2, y(box.lowerWhisker), x + half / 2, y(box.lowerWhisker), stroke),
    fill(x - half, top, width, bottom - top),
    rectangle(x - half, top, width, bottom - top, { fill: 'none', ...stroke }),
    line(x - half, y(box.median), x + half, y(box.median), {
      stroke: theme.ink,
      'stroke-width': 2.6,
    }),
    polygon(
      [
        [x, middle - r * 1.2],
        [x + r, middle],
        [x, middle + r * 1.2],
        [x - r, middle],
      ],
      { fill: theme.paper, stroke: theme.ink, 'stroke-width': 1.1 },
    ),
    ...box.outliers.map((value) =>
      element('circle', {
        cx: x,
        cy: y(value),
        r: 2.4,
        fill: theme.paper,
        stroke: theme.ink,
        'stroke-width': 1,
      }),
    ),
  ].join('');
}
