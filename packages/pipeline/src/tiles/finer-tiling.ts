/**
 * @file Decides whether a model saw an image too coarsely, from what it found there.
 *
 * A network works at one size; a large tile is made smaller for it, and cells below the size it was trained
 * on are missed. Magnifications differ, so nobody knows before the first look how large cells are: the cells of that
 * look tell. Where they come out small, or there are none at all, the image is looked at again in smaller tiles.
 */
import type { Finding } from '@leukoscope/core';
import type { Tiling } from '../model/leukocyte-model.ts';
import { leukocyteSide } from './cell-size.ts';

/** What a look at an image was like, in pixels of the image unless said otherwise. */
export interface Look {
  /** Longer side of what the network saw at once. */
  readonly shownSide: number;
  /** Longer side of the network's input, in its own pixels. */
  readonly workSide: number;
}

/** Leukocytes are found well from this many pixels of the network's input on. */
const leastLeukocyte = 32;
/** How large leukocytes are to be in the next look. */
const goodLeukocyte = 46;
/** Smaller tiles would show single cells. */
const leastSide = 256;
/** Tiles overlap by this share: a cell of twice the usual size still fits. */
const overlapShare = 0.4;

/** Return smaller tiles for another look, or undefined when this one will do. */
export function finerTiling(findings: readonly Finding[], look: Look): Tiling | undefined {
  const { shownSide, workSide } = look;
  // Enlarging shows nothing new.
  if (shownSide <= Math.max(leastSide, workSide)) return undefined;
  const whole = findings.filter(({ isIncomplete }) => !isIncomplete);
  const side = sideFor(leukocyteSide(whole), look);
  if (side === undefined) return undefined;
  const tile = Math.max(leastSide, Math.round(side));
  return { side: tile, overlap: Math.round(overlapShare * tile) };
}

function sideFor(leukocytePx: number | undefined, look: Look): number | undefined {
  const { shownSide, workSide } = look;
  // Nothing to go by: look twice as closely.
  if (leukocytePx === undefined) return shownSide / 2;
  const seenPx = (leukocytePx * workSide) / shownSide;
  return seenPx >= leastLeukocyte ? undefined : (leukocytePx * workSide) / goodLeukocyte;
}
