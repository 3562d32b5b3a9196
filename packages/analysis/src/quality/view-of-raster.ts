/** @file The pictures for quality flags, made from an image that is in memory. */
import { createRgbRaster, type Finding, type RgbRaster } from '@leukoscope/core';
import { cutDetail } from './focus.ts';
import { chooseDetail, type QualityView } from './quality-flags.ts';

/** Longer side of the preview: enough to see erythrocytes, small enough to cost nothing. */
export const previewSide = 512;

/** Make a preview of block means and cut the detail. */
export function qualityViewOf(raster: RgbRaster, findings: readonly Finding[]): QualityView {
  const factor = Math.max(1, Math.ceil(Math.max(raster.width, raster.height) / previewSide));
  return {
    preview: factor === 1 ? raster : blockMeans(raster, factor),
    factor,
    detail: cutDetail(raster, chooseDetail(raster, findings)),
  };
}

/** Each pixel is the mean of factor x factor pixels; what is left at the border is dropped. */
function blockMeans(raster: RgbRaster, factor: number): RgbRaster {
  const width = Math.max(1, Math.floor(raster.width / factor));
  const height = Math.max(1, Math.floor(raster.height / factor));
  const out = createRgbRaster({ width, height });
  const sums = new Float64Array(width * 3);
  const columns = Math.min(width * factor, raster.width);
  for (let y = 0; y < height; y++) {
    sums.fill(0);
    let rows = 0;
    for (let dy = 0; dy < factor && y * factor + dy < raster.height; dy++) {
      rows++;
      let i = (y * factor + dy) * raster.width * 3;
      for (let x = 0; x < columns; x++, i += 3) {
        const at = Math.floor(x / factor) * 3;
        sums[at]! += raster.data[i]!;
        sums[at + 1]! += raster.data[i + 1]!;
        sums[at + 2]! += raster.data[i + 2]!;
      }
    }
    const count = rows * Math.min(factor, columns);
    for (let k = 0; k < sums.length; k++) {
      out.data[y * width * 3 + k] = Math.round(sums[k]! / count);
    }
  }
  return out;
}
