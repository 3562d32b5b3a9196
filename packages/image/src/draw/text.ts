/** @file Text from the bundled outlines of Roboto Medium; no system font is needed. */
import type { Point, RgbRaster } from '@leukoscope/core';
import type { Rgb } from './colour-of-class.ts';
import { type Coverage, coverPolygons } from './coverage.ts';
import { paintCoverageInPlace } from './paint.ts';
import { robotoMedium, unitsPerEm } from './roboto-medium.ts';

/** Options of `drawTextInPlace`. */
export interface TextOptions {
  /** Height of the letters' em in pixels; capitals are 0.71 of it. @default 14 */
  readonly sizePx?: number;
  /** @default [0, 0, 0] */
  readonly colour?: Rgb;
  /** 0..1. @default 1 */
  readonly opacity?: number;
}

interface Glyph {
  readonly advance: number;
  /** Closed polygons in em units. */
  readonly polygons: readonly (readonly Point[])[];
}

/** Height of capitals and distance from the baseline to the lowest descender, in ems. */
export const capHeight = 0.711;
export const descent = 0.21;

let glyphs: ReadonlyMap<string, Glyph> | undefined;

/** Outlines are unpacked on first use: programs that draw nothing do not pay for them. */
function glyphOf(character: string): Glyph {
  glyphs ??= new Map(
    robotoMedium.map(([key, advance, path]) => [
      key,
      { advance: advance / unitsPerEm, polygons: flattenPath(path) },
    ]),
  );
  // A character that the font lacks shows as "?", so that a caption is never silently shorter.
  return glyphs.get(character) ?? glyphs.get('?')!;
}

/** Return the width of a line of text in pixels. */
export function measureText(text: string, sizePx = 14): number {
  let width = 0;
  for (const character of text) width += glyphOf(character).advance;
  return width * sizePx;
}

/** Draw one line of text with its baseline starting at a point. */
export function drawTextInPlace(
  raster: RgbRaster,
  text: string,
  baseline: Point,
  options: TextOptions = {},
): void {
  const { sizePx = 14, colour = [0, 0, 0], opacity = 1 } = options;
  paintCoverageInPlace(raster, coverText(text, baseline, sizePx), colour, opacity);
}

/** Cut a text with an ellipsis so that it is at most `width` pixels wide. */
export function fitText(text: string, width: number, sizePx = 14): string {
  if (measureText(text, sizePx) <= width) return text;
  let cut = Array.from(text);
  while (cut.length > 0 && measureText(`${cut.join('')}…`, sizePx) > width) cut = cut.slice(0, -1);
  return cut.length === 0 ? '' : `${cut.join('').trimEnd()}…`;
}

function coverText(text: string, baseline: Point, sizePx: number): Coverage {
  const polygons: Point[][] = [];
  let x = baseline.x;
  for (const character of text) {
    const glyph = glyphOf(character);
    for (const polygon of glyph.polygons) {
      polygons.push(
        polygon.map((point) => ({ x: x + point.x * sizePx, y: baseline.y + point.y * sizePx })),
      );
    }
    x += glyph.advance * sizePx;
  }
  return coverPolygons(polygons);
}

/** Turn M, L, Q commands into polygons; each quadratic curve becomes six straight pieces. */
function flattenPath(path: string): Point[][] {
  const polygons: Point[][] = [];
  for (const [, letter, numbers] of path.matchAll(/([MLQ])([-\d ]+)/g)) {
    const [a, b, c, d] = numbers!.split(' ').map((text) => Number(text) / unitsPerEm);
    if (letter === 'M') {
      polygons.push([{ x: a!, y: b! }]);
      continue;
    }
    const polygon = polygons.at(-1)!;
    if (letter === 'L') {
      polygon.push({ x: a!, y: b! });
      continue;
    }
    const start = polygon.at(-1)!;
    for (let step = 1; step <= 6; step++) {
      const t = step / 6;
      const u = 1 - t;
      // B(t) = u^2 P0 + 2 u t P1 + t^2 P2
      polygon.push({
        x: u * u * start.x + 2 * u * t * a! + t * t * c!,
        y: u * u * start.y + 2 * u * t * b! + t * t * d!,
      });
    }
  }
  return polygons;
}
