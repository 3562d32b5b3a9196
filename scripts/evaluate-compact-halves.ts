/**
 * @file Two halves of the validation images: on one everything that follows training is chosen (steps,
 * temperature, thresholds), the other is only reported.
 *
 * BCISC is halved by slide, marrow by number's block (its validation images are one block already), all
 * others by a hash of the image's name. The sets that never train are whole in the reporting half.
 */
import { hash32 } from '@leukoscope/core';
import type { ImageRecord } from '@leukoscope/datasets';
import { imageKey } from '@leukoscope/training';

/** A half of the validation images. */
export type Half = 'tuning' | 'reporting';

/** Say which half an image of a set belongs to. */
export function halfOf(dataset: string, image: ImageRecord): Half {
  if (dataset === 'bcisc') return /-4$/.test(image.slide ?? '') ? 'tuning' : 'reporting';
  return halfOfKey(imageKey(dataset, image.file));
}

/** The same for an image that has no slide. */
export function halfOfKey(key: string): Half {
  return hash32(key) % 2 === 0 ? 'tuning' : 'reporting';
}
