/**
 * @file Joins what the tiles of one image found, so that a cell on a seam is found once.
 *
 * A finding that touches an inner border of its tile is a piece. Where tiles overlap by more than a
 * cell, every cell is whole in some tile, and the same cell whole in two tiles differs by the noise
 * of the model only. So:
 * 1. a piece is dropped when another tile sees its place without its own border: that tile knows;
 * 2. whole findings of two tiles are one cell where their boxes agree; the one farther from its
 *    tile's border, which saw more of the surroundings, stays;
 * 3. pieces that are left belong to cells larger than the overlap: those that agree in the area
 *    both tiles saw are united.
 * Findings of the same tile are never joined: which of them are doubles is the model's decision.
 */
import {
  type Box,
  boxArea,
  boxIou,
  createMask,
  type PlacedMask,
  type Size,
} from '@leukoscope/core';
import type { ModelFinding } from '../model/leukocyte-model.ts';

/** What one tile found, in pixels of the image. */
export interface TileFindings {
  readonly tile: Box;
  readonly findings: readonly ModelFinding[];
}

/** Options of `mergeTiles`. */
export interface MergeOptions {
  /** Two boxes agree from this IoU on. @default 0.5 */
  readonly iouThreshold?: number;
  /** A box this near to an inner border, in pixels, is cut by it. @default 2 */
  readonly borderMarginPx?: number;
}

interface Candidate {
  readonly finding: ModelFinding;
  readonly tile: Box;
  readonly isPiece: boolean;
  /** Distance of the box from the nearest inner border of its tile. */
  readonly depth: number;
}

/** Join the findings of all tiles; the order is that of rows of tiles. */
export function mergeTiles(
  tiles: readonly TileFindings[],
  size: Size,
  options: MergeOptions = {},
): ModelFinding[] {
  const { iouThreshold = 0.5, borderMarginPx = 2 } = options;
  if (tiles.length === 1) return [...tiles[0]!.findings];
  const candidates = tiles.flatMap(({ tile, findings }) =>
    findings.map((finding): Candidate => {
      const depth = depthIn(tile, finding.box, size);
      return { finding, tile, depth, isPiece: depth <= borderMarginPx };
    }),
  );
  const isSeenWhole = ({ finding, tile }: Candidate) =>
    tiles.some((other) => {
      if (other.tile === tile || !holds(other.tile, finding.box)) return false;
      return depthIn(other.tile, finding.box, size) > borderMarginPx;
    });
  const left = candidates.filter((candidate) => !candidate.isPiece || !isSeenWhole(candidate));
  left.sort(
    (a, b) =>
      Number(a.isPiece) - Number(b.isPiece) ||
      b.depth - a.depth ||
      b.finding.score - a.finding.score ||
      a.finding.box.y1 - b.finding.box.y1 ||
      a.finding.box.x1 - b.finding.box.x1,
  );
  const kept: Candidate[] = [];
  const grid = createNeighbourhood(2 * longestSide(left)); // united pieces grow;
  for (const candidate of left) {
    const twin = grid
      .near(candidate.finding.box)
      .find((index) => isSameCell(kept[index]!, candidate, iouThreshold));
    if (twin === undefined) {
      grid.add(candidate.finding.box, kept.length);
      kept.push(candidate);
    } else if (candidate.isPiece) {
      const united = uniteCandidates(kept[twin]!, candidate);
      kept[twin] = united;
      grid.add(united.finding.box, twin);
    }
  }
  const order = new Map(candidates.map(({ finding }, i) => [finding, i]));
  const rank = ({ finding }: Candidate) => order.get(finding) ?? candidates.length;
  return kept.sort((a, b) => rank(a) - rank(b)).map(({ finding }) => finding);
}

/** Distance of a box from the tile's borders that are not borders of the image. */
function depthIn(tile: Box, box: Box, size: Size): number {
  return Math.min(
    tile.x1 > 0 ? box.x1 - tile.x1 : Number.POSITIVE_INFINITY,
    tile.y1 > 0 ? box.y1 - tile.y1 : Number.POSITIVE_INFINITY,
    tile.x2 < size.width ? tile.x2 - box.x2 : Number.POSITIVE_INFINITY,
    tile.y2 < size.height ? tile.y2 - box.y2 : Number.POSITIVE_INFINITY,
  );
}

function holds(outer: Box, inner: Box): boolean {
  return (
    inner.x1 >= outer.x1 && inner.y1 >= outer.y1 && inner.x2 <= outer.x2 && inner.y2 <= outer.y2
  );
}

function isSameCell(kept: Candidate, candidate: Candidate, iouThreshold: number): boolean {
  if (kept.tile === candidate.tile) return false;
  const a = kept.finding.box;
  const b = candidate.finding.box;
  if (!candidate.isPiece) return boxIou(a, b) >= iouThreshold;
  // Only what both tiles saw can agree.
  const shared = intersect(kept.tile, candidate.tile);
  const pieceA = intersect(a, shared);
  const pieceB = intersect(b, shared);
  if (boxIou(pieceA, pieceB) >= iouThreshold) return true;
  // A sliver at the border of its tile may be a corner of the cell only.
  const overlap = boxArea(intersect(a, b));
  return overlap > 0 && overlap >= iouThreshold * boxArea(b);
}

function intersect(a: Box, b: Box): Box {
  return {
    x1: Math.max(a.x1, b.x1),
    y1: Math.max(a.y1, b.y1),
    x2: Math.min(a.x2, b.x2),
    y2: Math.min(a.y2, b.y2),
  };
}

function bounding(a: Box, b: Box): Box {
  return {
    x1: Math.min(a.x1, b.x1),
    y1: Math.min(a.y1, b.y1),
    x2: Math.max(a.x2, b.x2),
    y2: Math.max(a.y2, b.y2),
  };
}

/** A whole cell swallows a piece of it; two pieces become one, typed as the larger of them. */
function uniteCandidates(kept: Candidate, piece: Candidate): Candidate {
  if (!kept.isPiece) return kept;
  const [larger, smaller] =
    boxArea(kept.finding.box) >= boxArea(piece.finding.box) ? [kept, piece] : [piece, kept];
  const mask = uniteMasks(larger.finding.mask, smaller.finding.mask);
  // Each tile saw a part of the nucleus only.
  const { nucleus: _, ...whole } = larger.finding;
  return {
    ...larger,
    tile: bounding(kept.tile, piece.tile),
    finding: {
      ...whole,
      box: bounding(kept.finding.box, piece.finding.box),
      score: Math.max(kept.finding.score, piece.finding.score),
      ...(mask === undefined ? {} : { mask }),
    },
  };
}

function uniteMasks(a: PlacedMask | undefined, b: PlacedMask | undefined): PlacedMask | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const left = Math.min(a.left, b.left);
  const top = Math.min(a.top, b.top);
  const mask = createMask({
    width: Math.max(a.left + a.mask.width, b.left + b.mask.width) - left,
    height: Math.max(a.top + a.mask.height, b.top + b.mask.height) - top,
  });
  for (const part of [a, b]) {
    for (let y = 0; y < part.mask.height; y++) {
      const start = (part.top - top + y) * mask.width + part.left - left;
      for (let x = 0; x < part.mask.width; x++) {
        mask.data[start + x] = mask.data[start + x]! | part.mask.data[y * part.mask.width + x]!;
      }
    }
  }
  return { left, top, mask };
}

function longestSide(candidates: readonly Candidate[]): number {
  let longest = 1;
  for (const { finding } of candidates) {
    const { x1, y1, x2, y2 } = finding.box;
    longest = Math.max(longest, x2 - x1, y2 - y1);
  }
  return longest;
}

/** Boxes by the square their centre lies in: a whole slide has 100,000 red cells. */
function createNeighbourhood(square: number) {
  const indices = new Map<string, number[]>();
  const placeOf = (box: Box) => ({
    column: Math.floor((box.x1 + box.x2) / 2 / square),
    row: Math.floor((box.y1 + box.y2) / 2 / square),
  });
  return {
    add(box: Box, index: number): void {
      const { column, row } = placeOf(box);
      const key = `${column} ${row}`;
      const list = indices.get(key);
      if (list === undefined) indices.set(key, [index]);
      else list.push(index);
    },
    /** Indices of boxes that may overlap this one, in the order of adding. */
    near(box: Box): number[] {
      const { column, row } = placeOf(box);
      const found = new Set<number>();
      for (let y = row - 1; y <= row + 1; y++) {
        for (let x = column - 1; x <= column + 1; x++) {
          for (const index of indices.get(`${x} ${y}`) ?? []) found.add(index);
        }
      }
      return [...found].sort((a, b) => a - b);
    },
  };
}
