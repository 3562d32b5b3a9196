/** @file Writes SVG as text: elements, escaped content, numbers of at most two decimals. */
import { escapeMarkup } from '@leukoscope/core';
import { knownTextWidth } from './text-width.ts';

/** Attributes of an element; undefined ones are left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** Where and how a text stands. */
export interface TextOptions {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly fill: string;
  /** @default 'start' */
  readonly anchor?: 'start' | 'middle' | 'end';
  /** @default 'regular' */
  readonly weight?: 'regular' | 'bold';
  /** Degrees around (x, y), clockwise. @default 0 */
  readonly rotate?: number;
  /** Whether y is the baseline or the middle of the letters. @default 'baseline' */
  readonly align?: 'baseline' | 'middle';
}

/** Write one element. */
export function element(name: string, attributes: Attributes, ...children: string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeXml(valueText(value!))}"`)
    .join('');
  const inner = children.join('');
  return inner === '' ? `<${name}${written}/>` : `<${name}${written}>${inner}</${name}>`;
}

/** Write one line of text. */
export function text(content: string, options: TextOptions): string {
  if (content === '') return '';
  const { x, y, size, fill, anchor = 'start', weight = 'regular', rotate = 0 } = options;
  // Half the height of capital letters: renderers differ in what they make of dominant-baseline.
  const dy = options.align === 'middle' ? size * 0.35 : 0;
  return element(
    'text',
    {
      x,
      y: y + dy,
      'font-size': size,
      fill,
      'text-anchor': anchor === 'start' ? undefined : anchor,
      'font-weight': weight === 'bold' ? 700 : undefined,
      // Where a reader's machine has only wider letters, they are squeezed instead of overlapping.
      textLength: knownTextWidth(content, size, weight),
      lengthAdjust: 'spacingAndGlyphs',
      transform:
        rotate === 0 ? undefined : `rotate(${valueText(rotate)} ${valueText(x)} ${valueText(y)})`,
    },
    escapeXml(content),
  );
}

/** Write a straight line. */
export function line(
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  attributes: Attributes,
): string {
  return element('line', { x1, y1, x2, y2, ...attributes });
}

/** Write a line through points. */
export function polyline(
  points: readonly (readonly [number, number])[],
  attributes: Attributes,
): string {
  const written = points.map(([x, y]) => `${valueText(x)},${valueText(y)}`).join(' ');
  return element('polyline', { points: written, fill: 'none', ...attributes });
}

/** Write an upright rectangle. */
export function rectangle(
  x: number,
  y: number,
  width: number,
  height: number,
  attributes: Attributes,
): string {
  return element('rect', {
    x,
    y,
    width: Math.max(0, width),
    height: Math.max(0, height),
    ...attributes,
  });
}

/** Make a text safe inside XML and HTML, also in attributes; characters that XML forbids are dropped. */
export function escapeXml(content: string): string {
  return escapeMarkup(
    content.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, ''),
  );
}

function valueText(value: string | number): string {
  return typeof value === 'number' ? String(Math.round(value * 100) / 100) : value;
}
