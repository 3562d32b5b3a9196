/** @file The control chart: shares over time between their control limits. */
import type { ControlChart } from '../statistics/control-chart.ts';
import { toCsv } from './csv.ts';
import type { Figure, FigureOptions } from './figure.ts';
import { lineFigure } from './line-figure.ts';
import { printTheme } from './theme.ts';
import { niceAxis } from './ticks.ts';

/** Draw a chart whose periods have names; periods in which nothing was counted are left out. */
export function controlFigure(
  { centre, points }: ControlChart,
  periods: readonly string[],
  options: FigureOptions & { readonly what?: string } = {},
): Figure {
  const { name = 'control-chart', title = 'Control chart', theme = printTheme } = options;
  const { what = 'Share' } = options;
  const counted = points.flatMap((point, i) =>
    point === null ? [] : [{ ...point, x: i + 1, period: periods[i] ?? String(i + 1) }],
  );
  const line = (pick: (point: (typeof counted)[number]) => number) =>
    counted.map((point) => ({ x: point.x, y: 100 * pick(point) }));
  const out = counted.filter(({ isOut }) => isOut);
  const [accent, second] = theme.series;
  const most = Math.max(...counted.flatMap(({ share, limits }) => [share, limits.high]));
  const bare = { colour: second!, marker: null };
  return lineFigure({
    name,
    title,
    description: `${what} of ${counted.length} periods around ${(100 * centre).toFixed(1)} %; beyond the limits: ${out.length === 0 ? 'none' : out.map(({ period }) => period).join(', ')}.`,
    x: { title: 'Period', ...niceAxis(1, Math.max(2, points.length)) },
    y: { title: `${what} (%)`, grid: true, ...niceAxis(0, Math.max(1, 100 * most)) },
    series: [
      { label: what, points: line(({ share }) => share), colour: accent!, dash: 0, marker: 0 },
      { label: 'Mean', points: line(() => centre), dash: 1, ...bare },
      { label: 'Upper limit', points: line(({ limits }) => limits.high), dash: 2, ...bare },
      { label: 'Lower limit', points: line(({ limits }) => limits.low), dash: 3, ...bare },
    ],
    theme,
    width: 600,
    plotHeight: 220,
    markersPerLine: counted.length,
    csv: toCsv(
      ['period', 'share', 'low', 'high', 'is_out'],
      counted.map(({ period, share, limits, isOut }) => [
        period,
        share,
        limits.low,
        limits.high,
        isOut ? 1 : 0,
      ]),
    ),
  });
}
