/**
 * @file The parts that figures with two axes share: title, axes with ticks and titles, grid, legend, and
 * the scales from data to pixels. Margins follow from the width of the labels, so nothing overlaps.
 */
import { fitText, textWidth, wrapText } from './text-width.ts';
import { element, line, rectangle, text } from './svg.ts';
import type { FigureTheme } from './theme.ts';
import type { Tick } from './ticks.ts';

/** One axis. */
export interface Axis {
  readonly title: string;
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly Tick[];
  /** Draw a faint line across at each tick. @default false */
  readonly grid?: boolean;
}

/** One line of a legend; `swatch` draws its sign in the 26 pixels right of x, around y. */
export interface LegendEntry {
  readonly label: string;
  /** A number in a column of its own, in legends at the right. @default none */
  readonly value?: string;
  readonly swatch: (x: number, y: number) => string;
}

/** What a frame is made of. */
export interface FrameOptions {
  readonly name: string;
  readonly title: string;
  readonly width: number;
  /** Height of the plot itself. */
  readonly plotHeight: number;
  readonly x: Axis;
  readonly y: Axis;
  readonly theme: FigureTheme;
  readonly legend?: readonly LegendEntry[];
  /** @default 'top' */
  readonly legendPlace?: 'top' | 'right';
  /** Headings over the labels and the values of a legend at the right. @default none */
  readonly legendTitle?: { readonly label: string; readonly value?: string };
  /** Room at the right for labels of lines. @default 0 */
  readonly rightRoom?: number;
}

/** A laid out frame. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly height: number;
  x(value: number): number;
  y(value: number): number;
  /** Grid and background: draw it below the data. */
  readonly back: string;
  /** Axes, labels and legend: draw it above the data. */
  readonly front: string;
  /** A clip path that keeps data inside the plot; refer to it with `url(#id)`. */
  readonly clip: { readonly definition: string; readonly id: string };
}

/** Sizes of letters in pixels. */
export const fontSizes = { title: 14, axis: 12, tick: 11, legend: 11, note: 11 } as const;

const edge = 12;
const swatchWidth = 34;

/** Lay out and draw a frame. */
export function layOutFrame(options: FrameOptions): Frame {
  const { name, title, width, plotHeight, x, y, theme, legend = [] } = options;
  const { legendPlace = 'top', legendTitle, rightRoom = 0 } = options;
  const head: string[] = [];
  let cursor = edge;
  for (const row of wrapText(title, fontSizes.title, width - 2 * edge, 'bold')) {
    cursor += fontSizes.title + 2;
    head.push(
      text(row, { x: edge, y: cursor - 3, size: fontSizes.title, weight: 'bold', fill: theme.ink }),
    );
  }
  cursor += 8;
  if (legendPlace === 'top' && legend.length > 0) {
    const drawn = drawTopLegend(legend, cursor, width, theme);
    head.push(drawn.svg);
    cursor = drawn.bottom;
  }
  const labelWidth = Math.max(0, ...y.ticks.map((tick) => textWidth(tick.label, fontSizes.tick)));
  const left = Math.ceil(edge + fontSizes.axis + 8 + labelWidth + 8);
  const columns = measureRightLegend(legend, legendTitle);
  const sideRoom = legendPlace === 'right' && legend.length > 0 ? columns.width + 18 : 0;
  const lastTick = x.ticks.at(-1);
  const overhang = lastTick === undefined ? 0 : textWidth(lastTick.label, fontSizes.tick) / 2;
  const right = Math.floor(width - edge - Math.max(overhang, rightRoom, sideRoom));
  const top = cursor + 6;
  const bottom = top + plotHeight;
  const scaleX = (value: number) => left + ((value - x.low) / (x.high - x.low)) * (right - left);
  const scaleY = (value: number) => bottom - ((value - y.low) / (y.high - y.low)) * (bottom - top);
  const front = [...head, drawAxes({ left, right, top, bottom, x, y, scaleX, scaleY, theme })];
  if (sideRoom > 0)
    front.push(drawRightLegend(legend, legendTitle, columns, right + 16, top, theme));
  const clipId = `${name}-clip`;
  return {
    left,
    top,
    right,
    bottom,
    height: Math.ceil(bottom + 18 + (x.title === '' ? 0 : fontSizes.axis + 8) + edge),
    x: scaleX,
    y: scaleY,
    back: drawGrid({ left, right, top, bottom, x, y, scaleX, scaleY, theme }),
    front: front.join(''),
    clip: {
      id: `url(#${clipId})`,
      definition: element(
        'clipPath',
        { id: clipId },
        // Half a marker may stand over the edge.
        rectangle(left - 4, top - 4, right - left + 8, bottom - top + 8, {}),
      ),
    },
  };
}

interface AxesPart {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly x: Axis;
  readonly y: Axis;
  readonly theme: FigureTheme;
  scaleX(value: number): number;
  scaleY(value: number): number;
}

function drawGrid({ left, right, top, bottom, x, y, scaleX, scaleY, theme }: AxesPart): string {
  const style = { stroke: theme.grid, 'stroke-width': 1 };
  const rows = y.grid === true ? y.ticks.map((tick) => scaleY(tick.value)) : [];
  const columns = x.grid === true ? x.ticks.map((tick) => scaleX(tick.value)) : [];
  return [
    ...rows.map((at) => line(left, at, right, at, style)),
    ...columns.map((at) => line(at, top, at, bottom, style)),
  ].join('');
}

function drawAxes({ left, right, top, bottom, x, y, scaleX, scaleY, theme }: AxesPart): string {
  const axis = { stroke: theme.ink, 'stroke-width': 1 };
  const size = fontSizes.tick;
  const parts = [line(left, bottom, right, bottom, axis), line(left, top, left, bottom, axis)];
  for (const { value, label } of x.ticks) {
    const at = scaleX(value);
    parts.push(line(at, bottom, at, bottom + 4, axis));
    parts.push(text(label, { x: at, y: bottom + 16, size, anchor: 'middle', fill: theme.ink }));
  }
  for (const { value, label } of y.ticks) {
    const at = scaleY(value);
    parts.push(line(left - 4, at, left, at, axis));
    parts.push(
      text(label, { x: left - 8, y: at, size, anchor: 'end', fill: theme.ink, align: 'middle' }),
    );
  }
  const middle = (left + right) / 2;
  parts.push(
    text(x.title, {
      x: middle,
      y: bottom + 20 + fontSizes.axis + 4,
      size: fontSizes.axis,
      anchor: 'middle',
      fill: theme.ink,
    }),
  );
  const centre = (top + bottom) / 2;
  const title = fitText(y.title, fontSizes.axis, bottom - top + 30);
  parts.push(
    text(title, {
      x: edge + fontSizes.axis - 2,
      y: centre,
      size: fontSizes.axis,
      anchor: 'middle',
      rotate: -90,
      fill: theme.ink,
    }),
  );
  return parts.join('');
}

/** Draw a legend in rows under the title. */
export function drawTopLegend(
  legend: readonly LegendEntry[],
  top: number,
  width: number,
  theme: FigureTheme,
): { svg: string; bottom: number } {
  const parts: string[] = [];
  let x = edge;
  let y = top + 8;
  for (const { label, swatch } of legend) {
    const needed = swatchWidth + textWidth(label, fontSizes.legend) + 18;
    if (x > edge && x + needed - 18 > width - edge) {
      x = edge;
      y += 18;
    }
    parts.push(swatch(x, y));
    parts.push(
      text(label, {
        x: x + swatchWidth,
        y,
        size: fontSizes.legend,
        fill: theme.ink,
        align: 'middle',
      }),
    );
    x += needed;
  }
  return { svg: parts.join(''), bottom: y + 14 };
}

interface LegendColumns {
  readonly label: number;
  readonly width: number;
}

function measureRightLegend(
  legend: readonly LegendEntry[],
  title: FrameOptions['legendTitle'],
): LegendColumns {
  const size = fontSizes.legend;
  const widest = (texts: readonly string[], heading: string | undefined): number =>
    Math.max(0, ...texts.map((t) => textWidth(t, size)), textWidth(heading ?? '', size, 'bold'));
  const label = Math.max(
    swatchWidth +
      widest(
        legend.map((entry) => entry.label),
        undefined,
      ),
    widest([], title?.label),
  );
  const value = widest(
    legend.map((entry) => entry.value ?? ''),
    title?.value,
  );
  return { label, width: label + (value === 0 ? 0 : value + 14) };
}

function drawRightLegend(
  legend: readonly LegendEntry[],
  title: FrameOptions['legendTitle'],
  columns: LegendColumns,
  x: number,
  top: number,
  theme: FigureTheme,
): string {
  const parts: string[] = [];
  const style = { size: fontSizes.legend, fill: theme.ink, align: 'middle' } as const;
  const end = x + columns.width;
  let y = top + 8;
  if (title !== undefined) {
    parts.push(text(title.label, { ...style, x, y, weight: 'bold' }));
    parts.push(text(title.value ?? '', { ...style, x: end, y, anchor: 'end', weight: 'bold' }));
    y += 20;
  }
  for (const { label, value, swatch } of legend) {
    parts.push(swatch(x, y), text(label, { ...style, x: x + swatchWidth, y }));
    if (value !== undefined) parts.push(text(value, { ...style, x: end, y, anchor: 'end' }));
    y += 18;
  }
  return parts.join('');
}
