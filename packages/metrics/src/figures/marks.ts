/** @file Dashes, markers and hatches, so that series can be told apart without colour. */
import { type Attributes, element, line, rectangle } from './svg.ts';
import type { FigureTheme } from './theme.ts';

/** SVG dash patterns, solid first. */
export const dashes: readonly (string | undefined)[] = [
  undefined,
  '7 3',
  '2 2.5',
  '9 3 2 3',
  '5 2 1.5 2 1.5 2',
  '12 3',
];

const markerKinds = [
  'circle',
  'square',
  'triangle',
  'diamond',
  'cross',
  'open-circle',
  'plus',
  'open-square',
] as const;

/** A marker by the number of its series. */
export function marker(
  series: number,
  x: number,
  y: number,
  colour: string,
  theme: FigureTheme,
  radius = 3,
): string {
  const kind = markerKinds[series % markerKinds.length]!;
  const filled: Attributes = { fill: colour, stroke: theme.paper, 'stroke-width': 0.6 };
  const open: Attributes = { fill: theme.paper, stroke: colour, 'stroke-width': 1.3 };
  const stroke: Attributes = { stroke: colour, 'stroke-width': 1.5 };
  const r = radius;
  switch (kind) {
    case 'circle':
      return element('circle', { cx: x, cy: y, r, ...filled });
    case 'open-circle':
      return element('circle', { cx: x, cy: y, r: r * 0.9, ...open });
    case 'square':
      return rectangle(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8, filled);
    case 'open-square':
      return rectangle(x - r * 0.8, y - r * 0.8, r * 1.6, r * 1.6, open);
    case 'triangle':
      return polygon(
        [
          [x, y - r * 1.2],
          [x + r * 1.1, y + r * 0.8],
          [x - r * 1.1, y + r * 0.8],
        ],
        filled,
      );
    case 'diamond':
      return polygon(
        [
          [x, y - r * 1.3],
          [x + r * 1.1, y],
          [x, y + r * 1.3],
          [x - r * 1.1, y],
        ],
        filled,
      );
    case 'cross':
      return line(x - r, y - r, x + r, y + r, stroke) + line(x - r, y + r, x + r, y - r, stroke);
    case 'plus':
      return (
        line(x - r * 1.2, y, x + r * 1.2, y, stroke) + line(x, y - r * 1.2, x, y + r * 1.2, stroke)
      );
  }
}

/** A closed shape. */
export function polygon(
  points: readonly (readonly [number, number])[],
  attributes: Attributes,
): string {
  const path = points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(2)} ${y.toFixed(2)}`);
  return element('path', { d: `${path.join('')}Z`, ...attributes });
}

/** A rectangle filled for series 0, hatched differently for each further one. */
export function hatchedRectangle(
  x: number,
  y: number,
  width: number,
  height: number,
  series: number,
  colour: string,
  theme: FigureTheme,
): string {
  const outline: Attributes = { stroke: colour, 'stroke-width': 1 };
  if (series % 5 === 0) return rectangle(x, y, width, height, { fill: colour, ...outline });
  const [w, h] = [Math.max(0, width), Math.max(0, height)];
  const area = { x, y, width: w, height: h };
  // Lines are cut to the rectangle here: SVG patterns show seams between tiles in several renderers.
  const strokes = [
    [],
    slanted(area, 1, 5),
    slanted(area, -1, 5),
    levelLines(area, 4),
    [...slanted(area, 1, 6), ...slanted(area, -1, 6)],
  ][series % 5]!;
  const path = strokes.map(([x1, y1, x2, y2]) => {
    return `M${x1.toFixed(2)} ${y1.toFixed(2)}L${x2.toFixed(2)} ${y2.toFixed(2)}`;
  });
  return (
    rectangle(x, y, w, h, { fill: theme.paper, ...outline }) +
    (path.length === 0
      ? ''
      : element('path', { d: path.join(''), stroke: colour, 'stroke-width': 1.2, fill: 'none' }))
  );
}

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
type Stroke = readonly [number, number, number, number];

/** Lines at 45 degrees, rising (1) or falling (-1), cut to an area. */
function slanted(area: Area, direction: 1 | -1, distance: number): Stroke[] {
  const { x, y, width, height } = area;
  const step = distance * Math.SQRT2;
  const strokes: Stroke[] = [];
  // With u from the left and v from the bottom (rising) or the top (falling): v = u - offset.
  for (let offset = -height + step / 2; offset < width; offset += step) {
    const from = Math.max(0, offset);
    const to = Math.min(width, offset + height);
    const at = (u: number) => (direction === 1 ? y + height - (u - offset) : y + (u - offset));
    strokes.push([x + from, at(from), x + to, at(to)]);
  }
  return strokes;
}

function levelLines({ x, y, width, height }: Area, distance: number): Stroke[] {
  const count = Math.max(1, Math.round(height / distance));
  return Array.from({ length: count - 1 }, (_, i): Stroke => {
    const at = y + ((i + 1) * height) / count;
    return [x, at, x + width, at];
  });
}
