/**
 * @file Composes scenes from a user's own cells and backgrounds: crowded, overlapping, cut off.
 *
 * Masked cells are cut out as optical densities, laid turned, mirrored and scaled onto a background,
 * and take on its light, so that slides of different brightness and tint mix. Masks are those of the
 * visible parts, boxes their tight boxes. The same seed gives the same bytes.
 */
import {
  type Annotation,
  checkSize,
  createRandom,
  createRgbRaster,
  LeukoscopeError,
  type Random,
  type RgbRaster,
  type Sample,
  type Size,
} from '@leukoscope/core';
import { cropRaster } from '@leukoscope/image';
import { checkBetween, checkCount, checkPositive } from './check-options.ts';
import { type CellCutOut, cutOutCell } from './cut-out.ts';
import { estimateLight } from './estimate-light.ts';
import { layOutCells } from './layout.ts';
import { OwnerMap, type SyntheticCell } from './owner-map.ts';
import { pasteInPlace } from './paste.ts';

/** Cells to paste, and what was not usable. */
export interface CutOutResult {
  readonly cutOuts: readonly CellCutOut[];
  /** Annotations without a mask, by position, with the reason. */
  readonly failed: readonly { readonly index: number; readonly reason: string }[];
}

/** What a composed scene looks like. */
export interface SceneOptions {
  readonly seed: number;
  /** Size of the scene; at most that of the background. @default that of the background */
  readonly size?: Size;
  /** Number of cells to paste. @default 5 */
  readonly count?: number;
  /** Probability that a cell overlaps another. @default 0.3 */
  readonly overlap?: number;
  /** Probability that the border cuts a cell, 25 to 50 % of it staying. @default 0.1 */
  readonly cutOff?: number;
  /** Whether cells are turned by any angle and mirrored. @default true */
  readonly turn?: boolean;
  /** Lowest and highest scale. @default [0.95, 1.05] */
  readonly scale?: readonly [number, number];
}

/** A composed example; `cells[i]` belongs to `annotations[i]`. */
export interface ComposedScene extends Sample {
  readonly raster: RgbRaster;
  readonly cells: readonly SyntheticCell[];
}

/** Cut every masked, whole cell out of a sample; cells that the border cuts are no use as whole ones. */
export function cutOutCells(
  sample: Sample,
  options: { readonly feather?: number } = {},
): CutOutResult {
  const cutOuts: CellCutOut[] = [];
  const failed: { index: number; reason: string }[] = [];
  sample.annotations.forEach((annotation, index) => {
    const { mask } = annotation;
    if (mask === undefined) {
      failed.push({ index, reason: 'has no mask' });
    } else if (annotation.isCrowd === true) {
      failed.push({ index, reason: 'is a crowd' });
    } else if (touchesBorder(annotation, sample.raster)) {
      failed.push({ index, reason: 'touches the border of its picture' });
    } else {
      cutOuts.push(cutOutCell(sample, annotation, mask, options));
    }
  });
  return { cutOuts, failed };
}

/** Paste cells onto a background, which should hold no leukocytes (see `eraseCells`). */
export function composeScene(
  cutOuts: readonly CellCutOut[],
  background: RgbRaster,
  options: SceneOptions,
): ComposedScene {
  const { seed, size = background, count = 5, overlap = 0.3, cutOff = 0.1 } = options;
  const { turn = true, scale = [0.95, 1.05] } = options;
  checkCount('count', count);
  checkBetween('overlap', overlap, 0, 1);
  checkBetween('cutOff', cutOff, 0, 1);
  checkPositive('scale', scale[0]);
  if (cutOuts.length === 0 && count > 0) {
    throw new LeukoscopeError(
      'SYNTHESIS_NO_CELLS',
      'cutOuts must hold at least one cell. Received none. Give samples whose annotations have masks.',
    );
  }
  const random = createRandom(seed).fork('scene');
  const raster = windowOf(background, size, random.fork('window'));
  const light = estimateLight(raster);
  const chosen = Array.from({ length: count }, (_, i) => {
    const own = random.fork(`cell ${i}`);
    return { cutOut: own.pick(cutOuts), zoom: own.uniform(...scale), own };
  });
  const radii = chosen.map(
    ({ cutOut, zoom }) => (Math.max(cutOut.width, cutOut.height) / 2) * zoom,
  );
  const layout = { overlap, cutOff, centred: false };
  const places = layOutCells(radii, size, layout, random.fork('layout'));
  const owners = new OwnerMap(size);
  chosen.forEach(({ cutOut, zoom, own }, i) => {
    const { x, y } = places[i]!;
    const pose = {
      x,
      y,
      turn: turn ? own.uniform(0, 2 * Math.PI) : 0,
      mirrored: turn && own.chance(0.5),
      scale: zoom,
    };
    const mask = pasteInPlace(raster, cutOut, pose, light);
    owners.claim({ annotation: cutOut.annotation, kind: cutOut.annotation.cellClass, mask });
  });
  const { annotations, objects } = owners.read();
  return { raster, annotations, cells: objects };
}

function windowOf(background: RgbRaster, size: Size, random: Random): RgbRaster {
  checkSize(size);
  if (size.width > background.width || size.height > background.height) {
    throw new LeukoscopeError(
      'SYNTHESIS_OPTION',
      `size must be at most the background's ${background.width} x ${background.height}. Received ${size.width} x ${size.height}. Give a larger background.`,
    );
  }
  const x1 = random.integer(0, background.width - size.width + 1);
  const y1 = random.integer(0, background.height - size.height + 1);
  const cut = cropRaster(background, { x1, y1, x2: x1 + size.width, y2: y1 + size.height });
  return createRgbRaster(size, Uint8Array.from(cut.data));
}

function touchesBorder({ box }: Annotation, size: Size): boolean {
  if (box === undefined) return false;
  return box.x1 <= 0 || box.y1 <= 0 || box.x2 >= size.width || box.y2 >= size.height;
}
