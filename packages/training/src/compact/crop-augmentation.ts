/**
 * @file Draws training views of stored crops: turned, scaled, shifted, cut at a border, recoloured,
 * blurred, noisy. One affine reading of the store per view; nothing else touches the pixels twice.
 */
import type { Random } from '@leukoscope/core';
import { fillValue } from '@leukoscope/models';
import { type CellCrop, cellSide, storeSide } from './cell-crop.ts';
import { changeColoursInPlace, drawColourChange } from './colour-change.ts';

/** How far views stray from the plain one. All zero: the plain view. */
export interface CropVariation {
  /** Spread of the logarithm of the scale. */
  readonly scale: number;
  /** Largest shift over the cell's longer side. */
  readonly shift: number;
  /** Whether cells are turned by any angle and mirrored. */
  readonly turns: boolean;
  /** Share of views cut at a border of the image. */
  readonly cuts: number;
  /** Strength of the change of colours. */
  readonly colour: number;
  /** Share of views that are blurred; as many get noise. */
  readonly damage: number;
}

/** The plain view, as at inference. */
export const plainView: CropVariation = {
  scale: 0,
  shift: 0,
  turns: false,
  cuts: 0,
  colour: 0,
  damage: 0,
};

/** Where views are written: image planes [3, side, side], mask [side / 2, side / 2]. */
export interface CropView {
  readonly image: Float32Array;
  readonly imageOffset: number;
  readonly mask: Float32Array;
  readonly maskOffset: number;
  readonly side: number;
}

/** Draw one view of a crop; `margin` is the view's side over the cell's longer side. */
export function drawCropInPlace(
  view: CropView,
  crop: CellCrop,
  margin: number,
  variation: CropVariation,
  random: Random,
): void {
  const angle = variation.turns ? random.uniform(0, 2 * Math.PI) : 0;
  const mirror = variation.turns && random.chance(0.5) ? -1 : 1;
  const stretch = Math.exp(random.normal(0, variation.scale / 3));
  let scale = Math.exp(random.normal(0, variation.scale));
  let shiftX = random.uniform(-1, 1) * variation.shift * cellSide;
  const shiftY = random.uniform(-1, 1) * variation.shift * cellSide;
  // A border to the right of the cell; the turn brings it to any side.
  let border = Number.POSITIVE_INFINITY;
  if (random.chance(variation.cuts)) {
    const shown = random.uniform(0.32, 0.85); // of the diameter; .32 is a quarter of a disc's area
    border = (shown - 0.5) * cellSide;
    const chord = shown < 0.5 ? 2 * Math.sqrt(shown - shown * shown) : 1;
    scale *= Math.max(chord, shown);
    shiftX += -((1 - shown) / 2) * cellSide;
  }
  const quarter = variation.turns ? random.integer(0, 4) : 0;
  const { side } = view;
  const step = (cellSide * margin * scale) / side; // stored pixels per view pixel
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  // view -> quarter turn -> border space (x, y) -> angle -> store; the third number is x less the border.
  const toStore = (column: number, row: number): Triple => {
    let u = (column - side / 2) * step * stretch;
    let v = ((row - side / 2) * step) / stretch;
    for (let q = 0; q < quarter; q++) [u, v] = [-v, u];
    u += shiftX;
    v += shiftY;
    const x = storeSide / 2 + (cos * u - sin * v) * mirror;
    return [x, storeSide / 2 + sin * u + cos * v, u - border];
  };
  // All of it is affine: three points give it whole.
  const origin = toStore(0, 0);
  const map = { origin, right: toStore(1, 0), down: toStore(0, 1), hasBorder: border < 1e9 };
  readImage(view, crop, map);
  if (crop.mask !== undefined) readMask(view, crop.mask, map);
  const plane = side * side;
  if (variation.colour > 0) {
    const strength = variation.colour * (random.chance(0.3) ? 1.8 : 0.8);
    changeColoursInPlace(view.image, view.imageOffset, plane, drawColourChange(random, strength));
  }
  fillBorderInPlace(view);
  if (random.chance(variation.damage)) blurInPlace(view, random.integer(1, 4));
  if (random.chance(variation.damage)) addNoiseInPlace(view, random.uniform(1, 9), random);
}

type Triple = readonly [number, number, number];

/** Where view points (0, 0), (1, 0) and (0, 1) lie in the store, and how far beyond the border. */
interface StoreMap {
  readonly origin: Triple;
  readonly right: Triple;
  readonly down: Triple;
  readonly hasBorder: boolean;
}

function readImage(view: CropView, { pixels }: CellCrop, map: StoreMap): void {
  const { side, image, imageOffset } = view;
  const plane = side * side;
  const storePlane = storeSide * storeSide;
  const [ax, ay, az] = map.right.map((value, k) => value - map.origin[k]!) as [
    number,
    number,
    number,
  ];
  for (let y = 0, i = imageOffset; y < side; y++) {
    const at = (k: number) => map.origin[k]! + (map.down[k]! - map.origin[k]!) * (y + 0.5);
    let u = at(0) + 0.5 * ax - 0.5;
    let v = at(1) + 0.5 * ay - 0.5;
    let beyond = map.hasBorder ? at(2) + 0.5 * az : -1;
    for (let x = 0; x < side; x++, i++, u += ax, v += ay, beyond += map.hasBorder ? az : 0) {
      if (beyond > 0 || u < 0 || v < 0 || u >= storeSide - 1 || v >= storeSide - 1) {
        image[i] = beyondBorder;
        continue;
      }
      const x0 = u | 0;
      const y0 = v | 0;
      const fx = u - x0;
      const fy = v - y0;
      let a = y0 * storeSide + x0;
      for (let c = 0; c < 3; c++, a += storePlane) {
        const upper = pixels[a]! + (pixels[a + 1]! - pixels[a]!) * fx;
        const below = a + storeSide;
        const lower = pixels[below]! + (pixels[below + 1]! - pixels[below]!) * fx;
        image[i + c * plane] = upper + (lower - upper) * fy;
      }
    }
  }
}

/** Marks, in the red plane, pixels beyond the border until the colours are changed: grey is grey in any light. */
export const beyondBorder = -1;

/** Make what lies beyond the border grey. */
export function fillBorderInPlace({
  image,
  imageOffset,
  side,
}: Pick<CropView, 'image' | 'imageOffset' | 'side'>): void {
  const plane = side * side;
  for (let i = imageOffset; i < imageOffset + plane; i++) {
    if (image[i] !== beyondBorder) continue;
    for (let c = 0; c < 3; c++) image[i + c * plane] = fillValue;
  }
}

function readMask(view: CropView, mask: Uint8Array, map: StoreMap): void {
  const half = view.side / 2;
  const at = (k: number, x: number, y: number) =>
    map.origin[k]! +
    (map.right[k]! - map.origin[k]!) * (2 * x + 1) +
    (map.down[k]! - map.origin[k]!) * (2 * y + 1);
  for (let y = 0, i = view.maskOffset; y < half; y++) {
    for (let x = 0; x < half; x++, i++) {
      const u = Math.floor(at(0, x, y));
      const v = Math.floor(at(1, x, y));
      const isOutside = u < 0 || v < 0 || u >= storeSide || v >= storeSide;
      const isCut = map.hasBorder && at(2, x, y) > 0;
      view.mask[i] = isOutside || isCut ? 0 : mask[v * storeSide + u]! / 255;
    }
  }
}

/** Average three neighbours along rows, then along columns, `times` times. */
function blurInPlace({ image, imageOffset, side }: CropView, times: number): void {
  for (let pass = 0; pass < times * 2; pass++) {
    const [step, line] = pass % 2 === 0 ? [1, side] : [side, 1];
    for (let start = 0; start < 3 * side; start++) {
      const first = imageOffset + Math.floor(start / side) * side * side + (start % side) * line;
      let before = image[first]!;
      for (let k = 1, i = first + step; k < side - 1; k++, i += step) {
        const here = image[i]!;
        image[i] = (before + here + image[i + step]!) / 3;
        before = here;
      }
    }
  }
}

/** Normal noise from a table of draws, read from a random place. */
function addNoiseInPlace(view: CropView, deviation: number, random: Random): void {
  const table = Float32Array.from({ length: 1021 }, () => random.normal(0, deviation));
  const { image, imageOffset, side } = view;
  let at = random.integer(0, table.length);
  for (let i = imageOffset; i < imageOffset + 3 * side * side; i++) {
    image[i] = Math.min(255, Math.max(0, image[i]! + table[at]!));
    // Steps of 7 and 8 keep the table's period out of step with the rows.
    at = (at + 7 + (i & 1)) % table.length;
  }
}
