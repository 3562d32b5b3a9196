/**
 * @file Two halves of the validation images: on one everything that follows training is chosen (steps,
 * temperature, thresholds), the other is only reported.
 *
 * BCISC is halved by slide, all others by a hash of the image's name. The sets that never train are whole
 * in the reporting half.
 */
import { hash32 } from '@leukoscope/core';

/** A half of the validation images. */
export type Half = 'tuning' | 'reporting';

/** Say which half an image, `DATASET/FILE`, belongs to; BCISC's files begin TYPE_SLIDE-. */
export function halfOf(image: string): Half {
  const isTuning = image.startsWith('bcisc/')
    ? /_4-\d+\.\w+$/.test(image)
    : hash32(image) % 2 === 0;
  return isTuning ? 'tuning' : 'reporting';
}
