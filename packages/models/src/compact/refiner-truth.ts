/** @file The truth of refiners: which types a crop's label allows, and the outline at half the crop's resolution. */
import type { CellClass } from '@leukoscope/core';
import { input } from '@leukoscope/nn';
import { classTruth } from '../truth/class-truth.ts';
import { maskToInput, setPixelsInPlace } from '../truth/instance-truth.ts';
import type { TruthSpec } from '../truth/truth-spec.ts';
import type { RefinerTargets } from './refiner.ts';

/** The truth spec of refiners. */
export function refinerTruth(classes: readonly CellClass[]): TruthSpec<RefinerTargets> {
  const types = classTruth(classes);
  return {
    inputs(plan) {
      const { count: N, size } = plan;
      const { allowed, weight } = types.inputs(plan);
      return {
        allowed,
        typeWeight: weight,
        mask: input('mask_target', [N, 1, size.height / 2, size.width / 2]),
        maskWeight: input('mask_weight', [N]),
      };
    },
    collate(samples, plan) {
      const { count: N, size } = plan;
      const [width, height] = [size.width / 2, size.height / 2];
      const mask = new Float32Array(N * width * height);
      const maskWeight = new Float32Array(N);
      const whole = new Float32Array(size.width * size.height);
      samples.forEach(({ annotations, placement }, n) => {
        const outline = annotations.find((one) => one.mask !== undefined)?.mask;
        const placed = outline && maskToInput(outline, placement, size);
        if (placed === undefined) return;
        maskWeight[n] = 1;
        setPixelsInPlace(whole.fill(0), 0, placed, size, 1);
        // The share of the cell in each 2x2 pixels.
        whole.forEach((value, i) => {
          const [x, y] = [i % size.width, Math.floor(i / size.width)];
          mask[(n * height + (y >> 1)) * width + (x >> 1)]! += value / 4;
        });
      });
      return {
        ...types.collate(samples, plan),
        mask_target: { dtype: 'float32', shape: [N, 1, height, width], data: mask },
        mask_weight: { dtype: 'float32', shape: [N], data: maskWeight },
      };
    },
  };
}
