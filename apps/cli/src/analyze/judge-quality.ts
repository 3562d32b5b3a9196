/** @file Quality flags of an open image of any size. */
import {
  chooseDetail,
  previewSide,
  type QualityMeasure,
  qualityFlags,
  qualityViewOf,
} from '@leukoscope/analysis';
import type { Finding } from '@leukoscope/core';
import { makePreview, type OpenImage } from '@leukoscope/pipeline';

/** What quality is judged to be. */
export interface JudgedQuality {
  readonly quality: readonly QualityMeasure[];
}

/** Measure an image; large ones are read a second time, strip by strip. */
export async function judgeQuality(
  image: OpenImage,
  findings: readonly Finding[],
): Promise<JudgedQuality> {
  const { width, height } = image.size;
  if (image.isInMemory) {
    const raster = await image.read({ x1: 0, y1: 0, x2: width, y2: height });
    return { quality: qualityFlags(qualityViewOf(raster, findings), findings) };
  }
  const { raster: preview, factor } = await makePreview(image, previewSide);
  const detail = await image.read(chooseDetail(image.size, findings));
  return { quality: qualityFlags({ preview, factor, detail }, findings) };
}
