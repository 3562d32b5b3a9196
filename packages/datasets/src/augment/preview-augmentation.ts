/** @file Shows what a recipe does: the original and n variants on one sheet, cells outlined. */
import { createRandom, type RgbRaster, type Sample } from '@leukoscope/core';
import { type ContactSheetItem, drawContactSheet, drawOverlay } from '@leukoscope/image';
import { augmentSample } from './augment-sample.ts';
import type { AugmentedAnnotation } from './augmented-sample.ts';
import type { AugmentationRecipe } from './recipe.ts';

/** Options of `previewAugmentation`. */
export interface PreviewOptions {
  /** @default 1 */
  readonly seed?: number;
  /** Side of each picture on the sheet in pixels. @default 240 */
  readonly cellSizePx?: number;
  readonly title?: string;
  /** Samples that mosaic and mix-up may use. @default the sample itself */
  readonly partners?: readonly Sample[];
}

/** Draw the original and `count` variants. */
export function previewAugmentation(
  recipe: AugmentationRecipe,
  sample: Sample,
  count: number,
  options: PreviewOptions = {},
): RgbRaster {
  const { seed = 1, cellSizePx = 240, title, partners = [sample] } = options;
  const random = createRandom(seed);
  const pool = partners.length === 0 ? [sample] : partners;
  const original = { raster: drawCells(sample.raster, sample.annotations), caption: 'original' };
  const variants = Array.from({ length: count }, (_, i): ContactSheetItem => {
    const draw = random.fork(i);
    // A mosaic and a mix-up in one recipe want four partners; repeats are fine in a preview.
    const chosen = Array.from(
      { length: 4 * recipe.steps.length },
      (_, k) => pool[(i + k) % pool.length]!,
    );
    const { raster, annotations, applied } = augmentSample(sample, recipe, draw, chosen);
    const caption = applied.length === 0 ? 'unchanged' : applied.join(', ');
    return { raster: drawCells(raster, annotations), caption };
  });
  return drawContactSheet([original, ...variants], { cellSizePx, title });
}

function drawCells(
  raster: Sample['raster'],
  annotations: readonly (Sample['annotations'][number] & Partial<AugmentedAnnotation>)[],
): RgbRaster {
  const cells = annotations.map(({ box, mask, cellClass, isIncomplete }) => ({
    box,
    mask,
    cellClass,
    label: isIncomplete === true ? 'cut' : '',
  }));
  return drawOverlay(raster, cells, { boxes: 'always' });
}
