/**
 * @file Which annotations of a sample are nucleated cells, what they cover, and how large a pixel is.
 */
import {
  type Annotation,
  type Box,
  createMask,
  LeukoscopeError,
  lineageOf,
  type PlacedMask,
  type RgbRaster,
  type Sample,
} from '@leukoscope/core';

/** An annotation with what it covers. */
export interface CoveredCell {
  /** Position in the sample's annotations. */
  readonly index: number;
  readonly annotation: Annotation;
  readonly box: Box;
  /** Its mask, or the ellipse in its box where it has none. */
  readonly mask: PlacedMask;
}

/** Return the nucleated cells of a sample; records without box or class, and crowds, are left out. */
export function leukocytesOf(sample: Sample): CoveredCell[] {
  return sample.annotations.flatMap((annotation, index) => {
    const { box, cellClass, isCrowd } = annotation;
    if (box === undefined || cellClass === undefined || isCrowd === true) return [];
    const lineage = lineageOf(cellClass);
    if (!lineage.includes('leukocyte') && !lineage.includes('erythroblast')) return [];
    return [{ index, annotation, box, mask: annotation.mask ?? ellipseIn(box) }];
  });
}

/** Return the nucleated cells, or throw where a factor needs one and there is none. */
export function requireLeukocytes(sample: Sample, factor: string): CoveredCell[] {
  const cells = leukocytesOf(sample);
  if (cells.length > 0) return cells;
  throw new LeukoscopeError(
    'INTERFERENCE_NO_CELL',
    `sample must hold a leukocyte with a box for the factor ${factor}. Received ${sample.annotations.length} annotation(s), none of that kind. Choose another factor or sample.`,
  );
}

/** Estimate the scale from the leukocytes' boxes: their median side is about 13 micrometres. */
export function estimatePixelsPerMicron(sample: Sample): number {
  const sides = leukocytesOf(sample)
    .map(({ box }) => (box.x2 - box.x1 + box.y2 - box.y1) / 2)
    .sort((a, b) => a - b);
  if (sides.length > 0) return sides[Math.floor(sides.length / 2)]! / 13;
  throw new LeukoscopeError(
    'INTERFERENCE_SCALE',
    'pixelsPerMicron must be given for a sample without leukocyte boxes. Received none. An erythrocyte is 7.2 micrometres wide.',
  );
}

/** Return the raster of a sample as 8-bit RGB, or throw. */
export function requireRgb(sample: Sample): RgbRaster {
  const { raster } = sample;
  if (raster.channels === 3 && raster.bitDepth === 8) return raster as RgbRaster;
  throw new LeukoscopeError(
    'SYNTHESIS_RASTER',
    `raster must have 3 channels of 8 bits. Received ${raster.channels} of ${raster.bitDepth}. Use toRgbRaster first.`,
  );
}

/** Return the ellipse that fills a box, as a mask. */
export function ellipseIn(box: Box): PlacedMask {
  const left = Math.floor(box.x1);
  const top = Math.floor(box.y1);
  const size = {
    width: Math.max(1, Math.ceil(box.x2) - left),
    height: Math.max(1, Math.ceil(box.y2) - top),
  };
  const mask = createMask(size);
  const a = Math.max(0.5, (box.x2 - box.x1) / 2);
  const b = Math.max(0.5, (box.y2 - box.y1) / 2);
  for (let y = 0, i = 0; y < size.height; y++) {
    const v = (top + y + 0.5 - (box.y1 + box.y2) / 2) / b;
    for (let x = 0; x < size.width; x++, i++) {
      const u = (left + x + 0.5 - (box.x1 + box.x2) / 2) / a;
      if (u * u + v * v <= 1) mask.data[i] = 1;
    }
  }
  return { left, top, mask };
}
