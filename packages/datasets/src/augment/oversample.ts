/**
 * @file The marrow paper's oversampling (Choi et al. 2017): rare types are cropped again at slightly
 * shifted centres, up to n crops per type.
 *
 * The paper did it by hand; here the shifts come from a seed. Only the training part of a split may be
 * oversampled, or the same cell lands on both sides.
 */
import { type Box, LeukoscopeError, type Random, type Raster } from '@leukoscope/core';
import { cropRaster, histogramOf, percentileOf } from '@leukoscope/image';

/** One crop to make: which item, and how far its centre is moved. */
export interface CropPlan {
  readonly index: number;
  readonly shiftX: number;
  readonly shiftY: number;
}

/** Options of `planOversampling`. */
export interface OversampleOptions {
  /** Largest shift of the centre in pixels on each axis; the paper's Fig. 2 shows about 12 of 96. @default 12 */
  readonly maxShiftPx?: number;
}

/**
 * Plan crops so that every class has `perClass` of them. Every item appears once unshifted; classes with
 * fewer items are filled with shifted crops, spread evenly over their items and never twice the same.
 * Classes with more keep a random choice of `perClass`.
 */
export function planOversampling<T>(
  items: readonly T[],
  classOf: (item: T) => string,
  perClass: number,
  random: Random,
  options: OversampleOptions = {},
): CropPlan[] {
  const { maxShiftPx = 12 } = options;
  const byClass = new Map<string, number[]>();
  items.forEach((item, index) => {
    const name = classOf(item);
    byClass.set(name, [...(byClass.get(name) ?? []), index]);
  });
  const shifts = (2 * maxShiftPx + 1) ** 2 - 1;
  return [...byClass].flatMap(([name, indices]) => {
    const draw = random.fork(name);
    const order = draw.shuffle(indices);
    if (perClass > indices.length * (shifts + 1)) {
      throw new LeukoscopeError(
        'OVERSAMPLE_TOO_MANY',
        `perClass must be at most ${indices.length * (shifts + 1)} for class "${name}", the number of different crops. Received ${perClass}. Raise maxShiftPx.`,
      );
    }
    const taken = new Set<string>();
    return Array.from({ length: perClass }, (_, i): CropPlan => {
      const index = order[i % order.length]!;
      if (i < order.length) return { index, shiftX: 0, shiftY: 0 };
      for (;;) {
        const shiftX = draw.integer(-maxShiftPx, maxShiftPx + 1);
        const shiftY = draw.integer(-maxShiftPx, maxShiftPx + 1);
        const key = `${index} ${shiftX} ${shiftY}`;
        if ((shiftX === 0 && shiftY === 0) || taken.has(key)) continue;
        taken.add(key);
        return { index, shiftX, shiftY };
      }
    });
  });
}

/** Cut a square around a cell's centre, moved by a plan's shift; outside lies the background's colour. */
export function cropShifted(raster: Raster, box: Box, sidePx: number, plan: CropPlan): Raster {
  const x1 = Math.round((box.x1 + box.x2 - sidePx) / 2 + plan.shiftX);
  const y1 = Math.round((box.y1 + box.y2 - sidePx) / 2 + plan.shiftY);
  const padding = Array.from({ length: raster.channels }, (_, channel) =>
    percentileOf(histogramOf(raster, channel), 0.85),
  );
  return cropRaster(raster, { x1, y1, x2: x1 + sidePx, y2: y1 + sidePx }, { padding });
}
