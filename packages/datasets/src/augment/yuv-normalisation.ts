/**
 * @file The marrow paper's normalisation: RGB to YUV, then per channel (value - mean) / deviation with
 * the figures of the training part, recorded for validation and test.
 */
import { LeukoscopeError, type Raster, type TensorData, tensorData } from '@leukoscope/core';
import { toRgbRaster, toYuv } from '@leukoscope/image';

/** Mean and standard deviation of Y, U and V over all pixels. */
export interface YuvStatistics {
  readonly mean: readonly [number, number, number];
  readonly deviation: readonly [number, number, number];
}

/** Compute the figures over a training set, one picture in memory at a time. */
export async function measureYuv(
  rasters: AsyncIterable<Raster> | Iterable<Raster>,
): Promise<YuvStatistics> {
  const sums = new Float64Array(3);
  const squares = new Float64Array(3);
  let pixels = 0;
  for await (const raster of rasters) {
    const { data } = toYuv(toRgbRaster(raster));
    pixels += data.length / 3;
    for (let i = 0; i < data.length; i++) {
      const value = data[i]!;
      sums[i % 3] = sums[i % 3]! + value;
      squares[i % 3] = squares[i % 3]! + value * value;
    }
  }
  if (pixels === 0) {
    throw new LeukoscopeError('YUV_EMPTY', 'rasters must hold one or more. Received 0.');
  }
  const mean = (c: number) => sums[c]! / pixels;
  // E[x^2] - E[x]^2, safe here: doubles, values below 1
  const deviation = (c: number) => Math.sqrt(Math.max(0, squares[c]! / pixels - mean(c) ** 2));
  return {
    mean: [mean(0), mean(1), mean(2)],
    deviation: [deviation(0), deviation(1), deviation(2)],
  };
}

/** Convert a picture to [1, 3, H, W] of normalised Y, U, V. */
export function toYuvTensor(raster: Raster, statistics: YuvStatistics): TensorData<'float32'> {
  const { width, height, data } = toYuv(toRgbRaster(raster));
  const plane = width * height;
  const out = new Float32Array(plane * 3);
  for (let c = 0; c < 3; c++) {
    const mean = statistics.mean[c]!;
    // A channel without any spread (grey pictures: U = V = 0) stays 0 instead of becoming NaN.
    const scale = statistics.deviation[c]! > 0 ? 1 / statistics.deviation[c]! : 0;
    for (let i = 0; i < plane; i++) out[c * plane + i] = (data[i * 3 + c]! - mean) * scale;
  }
  return tensorData('float32', [1, 3, height, width], out);
}
