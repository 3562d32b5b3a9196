/**
 * @file Where the pixels of a view lie in the store, and reading them: one affine map, and waves on top
 * that bend cells a little. Pixels beyond a border are marked, and filled after the colours have changed.
 */
import type { Random } from '@leukoscope/core';
import { bilinearAt } from '@leukoscope/image';
import { fillValue, pointsPerPixel } from '@leukoscope/models';
import { type CellCrop, cellSide, storeSide } from './cell-crop.ts';
import type { CropVariation, CropView } from './crop-view.ts';

/** x and y in the store, and how far beyond the border; all in stored pixels. */
export type Triple = readonly [number, number, number];

/** Where view points (0, 0), (1, 0) and (0, 1) lie in the store, and how the view is bent. */
export interface StoreMap {
  readonly origin: Triple;
  /** One view pixel to the right, and one down. */
  readonly right: Triple;
  readonly down: Triple;
  readonly hasBorder: boolean;
  readonly waves: Waves;
}

/** Displacement in stored pixels: x by the row, y by the column of a stored point. */
export interface Waves {
  readonly height: number;
  readonly frequency: readonly [number, number];
  readonly phase: readonly [number, number];
}

/** Marks, in the red plane, pixels beyond the border until the colours are changed: grey is grey in any light. */
export const beyondBorder = -1;

/** Draw turn, scale, shift, cut and waves of one view. */
export function drawStoreMap(
  side: number,
  margin: number,
  variation: CropVariation,
  random: Random,
): StoreMap {
  const angle = variation.turns ? random.uniform(0, 2 * Math.PI) : 0;
  const mirror = variation.turns && random.chance(0.5) ? -1 : 1;
  const stretch = Math.exp(random.normal(0, variation.scale / 3));
  let scale = Math.exp(random.normal(0, variation.scale));
  let shiftX = random.uniform(-1, 1) * variation.shift * cellSide;
  const shiftY = random.uniform(-1, 1) * variation.shift * cellSide;
  // A border to the right of the cell; the turn brings it to any side.
  let border = Number.POSITIVE_INFINITY;
  if (random.chance(variation.cuts)) {
    const shown = random.uniform(0.28, 0.85); // of the diameter; .3 is a quarter of a disc's area
    border = (shown - 0.5) * cellSide;
    const chord = shown < 0.5 ? 2 * Math.sqrt(shown - shown * shown) : 1;
    scale *= Math.max(chord, shown);
    shiftX += -((1 - shown) / 2) * cellSide;
  }
  const quarter = variation.turns ? random.integer(0, 4) : 0;
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
  const less = (point: Triple): Triple => [
    point[0] - origin[0],
    point[1] - origin[1],
    border < 1e9 ? point[2] - origin[2] : 0,
  ];
  const waves = drawWaves(variation.waves, random);
  return {
    origin,
    right: less(toStore(1, 0)),
    down: less(toStore(0, 1)),
    hasBorder: border < 1e9,
    waves,
  };
}

function drawWaves(share: number, random: Random): Waves {
  const height = share > 0 && random.chance(share) ? random.uniform(0.01, 0.05) * cellSide : 0;
  const frequency = () => (2 * Math.PI * random.uniform(0.6, 2.2)) / cellSide;
  const phase = () => random.uniform(0, 2 * Math.PI);
  return height === 0
    ? { height, frequency: [0, 0], phase: [0, 0] }
    : { height, frequency: [frequency(), frequency()], phase: [phase(), phase()] };
}

/** Read a view's pixels from the store: bilinear, averaged over n x n points where it shrinks. */
export function readImage(view: CropView, { pixels }: CellCrop, map: StoreMap): void {
  const { side, image, imageOffset } = view;
  const plane = side * side;
  const storePlane = storeSide * storeSide;
  const { height, frequency, phase } = map.waves;
  const [ax, ay, az] = map.right;
  const points = pointsWithin(map);
  const share = 1 / points.length;
  for (let y = 0, i = imageOffset; y < side; y++) {
    const at = (k: 0 | 1 | 2) => map.origin[k] + map.down[k] * (y + 0.5);
    let a0 = at(0) + 0.5 * ax - 0.5;
    let a1 = at(1) + 0.5 * ay - 0.5;
    let beyond = map.hasBorder ? at(2) + 0.5 * az : -1;
    for (let x = 0; x < side; x++, i++, a0 += ax, a1 += ay, beyond += az) {
      const u = height === 0 ? a0 : a0 + height * Math.sin(a1 * frequency[0] + phase[0]);
      const v = height === 0 ? a1 : a1 + height * Math.sin(a0 * frequency[1] + phase[1]);
      if (beyond > 0 || u < 0 || v < 0 || u >= storeSide - 1 || v >= storeSide - 1) {
        image[i] = beyondBorder;
        continue;
      }
      let red = 0;
      let green = 0;
      let blue = 0;
      for (const [du, dv] of points) {
        const pu = within(u + du);
        const pv = within(v + dv);
        const x0 = pu | 0;
        const y0 = pv | 0;
        const fx = pu - x0;
        const fy = pv - y0;
        const a = y0 * storeSide + x0;
        red += bilinearAt(pixels, a, 1, storeSide, fx, fy);
        green += bilinearAt(pixels, a + storePlane, 1, storeSide, fx, fy);
        blue += bilinearAt(pixels, a + 2 * storePlane, 1, storeSide, fx, fy);
      }
      image[i] = red * share;
      image[i + plane] = green * share;
      image[i + 2 * plane] = blue * share;
    }
  }
}

/** Places of the points of a view's pixel around its middle, in stored pixels. */
function pointsWithin({ right, down }: StoreMap): (readonly [number, number])[] {
  const n = pointsPerPixel(Math.hypot(right[0], right[1]));
  return Array.from({ length: n * n }, (_, i) => {
    const alongRow = ((i % n) + 0.5) / n - 0.5;
    const alongColumn = (Math.floor(i / n) + 0.5) / n - 0.5;
    return [
      right[0] * alongRow + down[0] * alongColumn,
      right[1] * alongRow + down[1] * alongColumn,
    ];
  });
}

function within(at: number): number {
  return at < 0 ? 0 : at > storeSide - 1.001 ? storeSide - 1.001 : at;
}

/** Read a view's mask, at half its side: the nearest stored pixel. */
export function readMask(view: CropView, mask: Uint8Array, map: StoreMap): void {
  const half = view.side / 2;
  const { height, frequency, phase } = map.waves;
  for (let y = 0, i = view.maskOffset; y < half; y++) {
    for (let x = 0; x < half; x++, i++) {
      const at = (k: 0 | 1 | 2) =>
        map.origin[k] + map.right[k] * (2 * x + 1) + map.down[k] * (2 * y + 1);
      const a0 = at(0);
      const a1 = at(1);
      // Half a pixel less, as `readImage` has it, so that both are bent alike.
      const u = Math.floor(a0 + height * Math.sin((a1 - 0.5) * frequency[0] + phase[0]));
      const v = Math.floor(a1 + height * Math.sin((a0 - 0.5) * frequency[1] + phase[1]));
      const isOutside = u < 0 || v < 0 || u >= storeSide || v >= storeSide;
      const isCut = map.hasBorder && at(2) > 0;
      view.mask[i] = isOutside || isCut ? 0 : mask[v * storeSide + u]! / 255;
    }
  }
}

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
