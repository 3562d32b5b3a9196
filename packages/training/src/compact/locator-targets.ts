/**
 * @file Targets of the locator: a Gaussian of heat around each cell's centre, and the distances to its
 * four sides around there. Stride 4; all numbers of cells are in pixels of the input.
 */
import { locatorClasses, locatorStride, reachUnit } from '@leukoscope/models';
import type { FieldCell } from './locator-fields.ts';

/** Where targets of image n of a batch are written; h = w = side / 4. */
export interface LocatorTargetPlanes {
  readonly heat: Float32Array;
  readonly reach: Float32Array;
  readonly reachWeight: Float32Array;
  readonly n: number;
  readonly side: number;
}

/** Spread of the heat over the box's sides: at .12 a pixel half-way to the border has 2e-4. */
const spread = 0.12;
/** Boxes are learned where the heat is above this. */
const boxHeat = 0.45;

/** Write the targets of one image. */
export function writeLocatorTargets(
  planes: LocatorTargetPlanes,
  cells: readonly FieldCell[],
  knows: readonly boolean[],
): void {
  const { heat, reach, reachWeight, n, side } = planes;
  const h = side / locatorStride;
  const plane = h * h;
  const K = locatorClasses.length;
  for (let k = 0; k < K; k++) {
    heat.fill(knows[k] === true ? 0 : -1, (n * K + k) * plane, (n * K + k + 1) * plane);
  }
  // Strongest heat so far, over all kinds: the box of the nearest cell counts.
  const nearest = new Float32Array(plane);
  const owner = new Int32Array(plane).fill(-1);
  cells.forEach(({ box, kind }, index) => {
    const cx = (box.x1 + box.x2) / 2 / locatorStride;
    const cy = (box.y1 + box.y2) / 2 / locatorStride;
    const sigmaX = Math.max(0.7, (spread * (box.x2 - box.x1)) / locatorStride);
    const sigmaY = Math.max(0.7, (spread * (box.y2 - box.y1)) / locatorStride);
    const centreX = Math.min(h - 1, Math.max(0, Math.floor(cx)));
    const centreY = Math.min(h - 1, Math.max(0, Math.floor(cy)));
    const [rx, ry] = [Math.ceil(3 * sigmaX), Math.ceil(3 * sigmaY)];
    for (let y = Math.max(0, centreY - ry); y <= Math.min(h - 1, centreY + ry); y++) {
      for (let x = Math.max(0, centreX - rx); x <= Math.min(h - 1, centreX + rx); x++) {
        // The Gaussian is centred on the centre's pixel, so that there it is exactly 1.
        const value = Math.exp(
          -((x - centreX) ** 2) / (2 * sigmaX ** 2) - (y - centreY) ** 2 / (2 * sigmaY ** 2),
        );
        const at = (n * K + kind) * plane + y * h + x;
        heat[at] = Math.max(heat[at]!, value);
        if (value > boxHeat && value > nearest[y * h + x]!) {
          nearest[y * h + x] = value;
          owner[y * h + x] = index;
        }
      }
    }
  });
  writeReach();

  function writeReach(): void {
    const counts = new Int32Array(cells.length);
    for (const index of owner) if (index >= 0) counts[index]!++;
    owner.forEach((index, i) => {
      if (index < 0) return;
      const { box } = cells[index]!;
      const x = ((i % h) + 0.5) * locatorStride;
      const y = (Math.floor(i / h) + 0.5) * locatorStride;
      [x - box.x1, y - box.y1, box.x2 - x, box.y2 - y].forEach((distance, s) => {
        reach[(n * 4 + s) * plane + i] = Math.log(Math.max(1, distance) / reachUnit);
      });
      reachWeight[n * plane + i] = 1 / counts[index]!;
    });
  }
}
