/**
 * @file Horizontal bars, one group per class: AP by type, errors by kind, counts. The value stands at the
 * end of each bar; several series differ in their hatch; limits are drawn as whiskers.
 */
import { toCsv } from './csv.ts';
import { type Figure, type FigureOptions, finishFigure } from './figure.ts';
import { drawTopLegend, fontSizes, type LegendEntry } from './frame.ts';
import { hatchedRectangle } from './marks.ts';
import { line, text } from './svg.ts';
import { fitText, textWidth, wrapText } from './text-width.ts';
import { printTheme } from './theme.ts';
import { niceAxis, niceTicks, scoreText } from './ticks.ts';

/** One bar. */
export interface Bar {
  readonly series: string;
  /** Null: nothing to measure. */
  readonly value: number | null;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

/** The bars of one class. */
export interface BarGroup {
  readonly label: string;
  readonly bars: readonly Bar[];
}

/** Settings of the figure. */
export interface BarFigureOptions extends FigureOptions {
  readonly xTitle?: string;
  /** Right end of the axis. @default the next round number above the largest value */
  readonly highest?: number;
  /** @default three decimals */
  readonly format?: (value: number) => string;
}

const edge = 12;

/** Draw bars. */
export function barFigure(groups: readonly BarGroup[], options: BarFigureOptions = {}): Figure {
  const { name = 'bars', title = 'By type', theme = printTheme, xTitle = '' } = options;
  const { format = scoreText } = options;
  const width = 560;
  const seriesNames = [...new Set(groups.flatMap((group) => group.bars.map((bar) => bar.series)))];
  const values = groups.flatMap((g) =>
    g.bars.flatMap((bar) => [bar.value ?? 0, bar.high ?? 0, bar.low ?? 0]),
  );
  // Bars that are all 0 still need an axis.
  const range = niceAxis(Math.min(0, ...values), Math.max(0, ...values) || 0.1);
  const high = options.highest ?? range.high;
  const low = range.low;
  const barHeight = seriesNames.length > 1 ? 13 : 17;
  const groupHeight = barHeight * seriesNames.length + 11;
  const labelRoom = Math.min(
    190,
    Math.max(...groups.map((g) => textWidth(g.label, fontSizes.tick))),
  );
  const valueRoom =
    Math.max(
      ...groups.flatMap((g) =>
        g.bars.map((bar) =>
          textWidth(bar.value === null ? '–' : format(bar.value), fontSizes.tick),
        ),
      ),
    ) + 12;
  const left = edge + labelRoom + 8;
  const right = width - edge - valueRoom;
  const drawing: string[] = [];
  let top = edge;
  for (const row of wrapText(title, fontSizes.title, width - 2 * edge, 'bold')) {
    top += fontSizes.title + 2;
    drawing.push(
      text(row, { x: edge, y: top - 3, size: fontSizes.title, weight: 'bold', fill: theme.ink }),
    );
  }
  top += 8;
  const drawBar = (x: number, y: number, w: number, h: number, s: number): string =>
    hatchedRectangle(x, y, w, h, s, theme.series[s % theme.series.length]!, theme);
  if (seriesNames.length > 1) {
    const legend = seriesNames.map(
      (label, s): LegendEntry => ({
        label,
        swatch: (x, y) => drawBar(x, y - 6, 28, 12, s),
      }),
    );
    const drawn = drawTopLegend(legend, top, width, theme);
    drawing.push(drawn.svg);
    top = drawn.bottom;
  }
  top += 4;
  const bottom = top + groups.length * groupHeight + 6;
  const x = (value: number) => left + ((value - low) / (high - low)) * (right - left);
  for (const tick of niceTicks(low, high)) {
    const at = x(tick.value);
    drawing.push(line(at, top, at, bottom, { stroke: theme.grid, 'stroke-width': 1 }));
    drawing.push(
      text(tick.label, {
        x: at,
        y: bottom + 15,
        size: fontSizes.tick,
        anchor: 'middle',
        fill: theme.ink,
      }),
    );
  }
  groups.forEach((group, g) => {
    const y = top + g * groupHeight + 8;
    const label = fitText(group.label, fontSizes.tick, labelRoom + 1);
    const middle = y + (barHeight * seriesNames.length) / 2;
    drawing.push(
      text(label, {
        x: left - 8,
        y: middle,
        size: fontSizes.tick,
        anchor: 'end',
        fill: theme.ink,
        align: 'middle',
      }),
    );
    group.bars.forEach((bar) => {
      const s = seriesNames.indexOf(bar.series);
      const barTop = y + s * barHeight;
      const centre = barTop + barHeight / 2;
      const value = bar.value ?? 0;
      const end = x(Math.min(high, value));
      if (bar.value !== null) {
        drawing.push(
          drawBar(Math.min(x(0), end), barTop + 1, Math.abs(end - x(0)), barHeight - 3, s),
        );
      }
      const reach = bar.high === undefined ? end : Math.max(end, x(Math.min(high, bar.high)));
      if (bar.low !== undefined && bar.high !== undefined) {
        const stroke = { stroke: theme.ink, 'stroke-width': 1.2 };
        const [from, to] = [x(Math.max(low, bar.low)), x(Math.min(high, bar.high))];
        drawing.push(
          line(from, centre, to, centre, stroke),
          line(from, centre - 3, from, centre + 3, stroke),
          line(to, centre - 3, to, centre + 3, stroke),
        );
      }
      const at = Math.max(reach, x(0)) + 6;
      const written = bar.value === null ? '–' : format(bar.value);
      drawing.push(
        text(written, { x: at, y: centre, size: fontSizes.tick, fill: theme.ink, align: 'middle' }),
      );
    });
  });
  drawing.push(line(x(0), top, x(0), bottom, { stroke: theme.ink, 'stroke-width': 1 }));
  const titleRoom = xTitle === '' ? 0 : 18;
  if (xTitle !== '') {
    drawing.push(
      text(xTitle, {
        x: (left + right) / 2,
        y: bottom + 34,
        size: fontSizes.axis,
        anchor: 'middle',
        fill: theme.ink,
      }),
    );
  }
  const csv = toCsv(
    ['group', 'series', 'value', 'low', 'high'],
    groups.flatMap((g) =>
      g.bars.map((bar) => [g.label, bar.series, bar.value, bar.low ?? null, bar.high ?? null]),
    ),
  );
  const description = `Bars of ${seriesNames.join(', ')} for ${groups.map((g) => g.label).join(', ')}.`;
  return finishFigure(
    { name, title, description, width, height: Math.ceil(bottom + 22 + titleRoom + edge), csv },
    theme,
    [],
    drawing,
  );
}
