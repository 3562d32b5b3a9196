/**
 * @file Finds the places of cells in a raster with the compact model's locator.
 *
 * A first look at a small input finds large cells and tells how large cells are here; where they came out small, a
 * second look at a larger input finds them all, and tells neighbours apart.
 */
import { type Box, halveRaster, type RgbRaster } from '@leukoscope/core';
import { boxToImage, type Gains, placementOf, resizeRaster } from '@leukoscope/image';
import { decodeLocator, fillValue, type LocatedCell } from '@leukoscope/models';
import type { ModelSession } from '../../model/model-session.ts';
import { leukocyteSide } from '../../tiles/cell-size.ts';
import type { LocatorSettings } from './locate-refine-settings.ts';

/** Sides of inputs are multiples of this: the locator's coarsest stride. */
const step = 64;
/** A second look is taken where leukocytes measure less than this in the input of the first. */
const leastSeen = 40;
/** How large leukocytes are to be in the second look. */
const goodSeen = 56;
/** Only places this certain say how large cells are. */
const certainScore = 0.3;

/** Find the cells of a raster, in its pixels. */
export async function locateCells(
  session: ModelSession,
  raster: RgbRaster,
  gains: Gains,
  locator: LocatorSettings,
): Promise<LocatedCell[]> {
  const levels = halvings(raster, locator.side);
  const look = async (side: number) => {
    // The smallest that needs no enlarging; a picture smaller than the input does.
    const level = Math.max(
      0,
      levels.findLastIndex((half) => longerSide(half) >= side),
    );
    const cells = await lookOnce(session, levels[level]!, gains, side, locator);
    return cells.map((cell) => ({ ...cell, box: enlarged(cell.box, 2 ** level) }));
  };
  const first = await look(locator.side);
  const wanted = closerSide(first, longerSide(raster), locator);
  return wanted === undefined ? first : look(wanted);
}

/** The raster, and its halves down to the last that is no smaller than `least`. */
function halvings(raster: RgbRaster, least: number): RgbRaster[] {
  const levels = [raster];
  for (let last = raster; longerSide(last) >= 2 * least; levels.push(last))
    last = halveRaster(last);
  return levels;
}

function longerSide({ width, height }: RgbRaster): number {
  return Math.max(width, height);
}

function enlarged({ x1, y1, x2, y2 }: Box, times: number): Box {
  return { x1: x1 * times, y1: y1 * times, x2: x2 * times, y2: y2 * times };
}

/** The input's longer side for a second look at a raster, or undefined when the first will do. */
export function closerSide(
  cells: readonly LocatedCell[],
  longer: number,
  { side, largestSide }: Pick<LocatorSettings, 'side' | 'largestSide'>,
): number | undefined {
  const px = leukocyteSide(cells.filter(({ score }) => score >= certainScore));
  const seen = px === undefined ? undefined : (px * side) / longer;
  if (seen !== undefined && seen >= leastSeen) return undefined;
  // Nothing to go by: look twice as closely.
  const wanted = seen === undefined ? 2 * side : (side * goodSeen) / seen;
  // Enlarging beyond the raster's own pixels shows nothing new.
  const whole = step * Math.round(Math.min(wanted, largestSide, longer) / step);
  return whole > side ? whole : undefined;
}

async function lookOnce(
  session: ModelSession,
  raster: RgbRaster,
  gains: Gains,
  side: number,
  { scoreThreshold, iouThreshold }: LocatorSettings,
): Promise<LocatedCell[]> {
  const longer = longerSide(raster);
  const upTo = (length: number) => step * Math.max(1, Math.ceil((length * side) / longer / step));
  const [width, height] = [upTo(raster.width), upTo(raster.height)];
  const placement = placementOf(raster, { width, height }, 'letterbox');
  const { data } = resizeRaster(raster, placement.content);
  const lit = gains.map((gain) =>
    Float32Array.from({ length: 256 }, (_, value) => Math.min(255, value * gain)),
  ) as [Float32Array, Float32Array, Float32Array];
  const { left, top, content } = placement;
  const plane = width * height;
  // Beside the picture it is grey in any light.
  const planes = new Float32Array(3 * plane).fill(fillValue);
  for (let y = 0, from = 0; y < content.height; y++) {
    const row = (top + y) * width + left;
    for (let i = row; i < row + content.width; i++, from += 3) {
      planes[i] = lit[0][data[from]!]!;
      planes[i + plane] = lit[1][data[from + 1]!]!;
      planes[i + 2 * plane] = lit[2][data[from + 2]!]!;
    }
  }
  const { heat, reach } = await session.run({
    image: { dtype: 'float32', shape: [1, 3, height, width], data: planes },
  });
  return decodeLocator(heat!, reach!, 0, { scoreThreshold, iouThreshold })
    .map((cell) => ({ ...cell, box: boxToImage(cell.box, placement) }))
    .filter(({ box }) => box.x2 - box.x1 >= 1 && box.y2 - box.y1 >= 1);
}
