/** @file Overlap of a segmenter's class map with the truth, over pixels of the input whose class is known. */
import { classMapMeasures } from '@leukoscope/metrics';
import type { ConfiguredModel, TensorMap } from '@leukoscope/models';
import type { Measure } from './measurement.ts';
import { floatsOf } from './output-of.ts';

/** What is kept of a picture: pixels by class of the truth, then by class that was told. */
export type JudgedPixels = readonly (readonly number[])[];

/** Measure class maps. */
export function measurePixels(model: ConfiguredModel): Measure<TensorMap, JudgedPixels> {
  const K = model.classes.length + 1;
  const { size } = model.input;
  const noCounts = () => Array.from({ length: K }, () => new Array<number>(K).fill(0));
  return {
    judge(sample, outputs) {
      const counts = noCounts();
      const { data } = floatsOf(outputs, 'probabilities');
      const truth = model.collate([sample], { count: 1, size, mostCells: 1 });
      const known = floatsOf(truth, 'gt_pixel_weight').data;
      const classMap = truth['gt_class_map']!.data;
      const plane = size.width * size.height;
      for (let i = 0; i < plane; i++) {
        if (known[i] === 0) continue;
        let best = 0;
        for (let k = 1; k < K; k++) if (data[k * plane + i]! > data[best * plane + i]!) best = k;
        counts[Number(classMap[i])]![best]!++;
      }
      return counts;
    },
    each: () => ({}),
    summarise(judged) {
      const counts = noCounts();
      for (const one of judged) {
        one.forEach((row, t) => {
          row.forEach((count, p) => {
            counts[t]![p]! += count;
          });
        });
      }
      const none = { meanIou: Number.NaN, pixelAccuracy: Number.NaN, foregroundDice: Number.NaN };
      if (counts.every((row) => row.every((count) => count === 0))) return { values: none };
      const { meanIou, pixelAccuracy } = classMapMeasures(counts);
      return { values: { meanIou, pixelAccuracy, foregroundDice: foregroundDice(counts) } };
    },
  };
}

/** 2 |truth ∩ told| / (|truth| + |told|) of everything that is not background, the last class. */
function foregroundDice(counts: readonly (readonly number[])[]): number {
  const B = counts.length - 1;
  let [both, truth, told] = [0, 0, 0];
  counts.forEach((row, t) => {
    row.forEach((count, p) => {
      if (t !== B) truth += count;
      if (p !== B) told += count;
      if (t !== B && p !== B) both += count;
    });
  });
  return truth + told === 0 ? Number.NaN : (2 * both) / (truth + told);
}
