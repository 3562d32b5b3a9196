/**
 * @file How blurred the sharpest edges of a picture are (after Zhuo and Sim 2011).
 *
 * An edge blurred by a Gaussian of deviation s has the gradient A / (s √2π). Blurred once more by s0 it
 * has A / (√(s² + s0²) √2π), so the ratio of both is R = √(1 + s0² / s²) and
 *   s = s0 / √(R² - 1).
 * Noise spoils weak edges: only the strongest 1 % count, and of them the sharpest quarter, because a
 * smear has soft things in every field. With s0 from 1.5 to 6 pixels the one nearest to s is taken.
 */
import { type Box, createRgbRaster, type RgbRaster } from '@leukoscope/core';
import { blurRaster, cropRaster, toGrey, toRgbRaster } from '@leukoscope/image';

const edgeShare = 0.01;
const sharpestShare = 0.25;
const probes = [1.5, 3, 6];
/** Below this gradient, in grey levels a pixel, there is no edge but noise. */
const leastGradient = 2;

/** Estimate the deviation of the blur in pixels; undefined where there is no edge. */
export function estimateBlurPx(raster: RgbRaster): number | undefined {
  let estimate: number | undefined;
  for (const probe of probes) {
    const found = blurAt(raster, probe);
    if (found === undefined) return estimate;
    estimate = found;
    // A probe much smaller than the blur measures the noise; go on with a larger one.
    if (found < 1.5 * probe) break;
  }
  return estimate;
}

/** Cut the part of a picture that is looked at: around a place, at most `side` pixels. */
export function detailBox(
  size: { readonly width: number; readonly height: number },
  centre: { readonly x: number; readonly y: number },
  side: number,
): Box {
  const width = Math.min(side, size.width);
  const height = Math.min(side, size.height);
  const x1 = Math.round(Math.min(Math.max(0, centre.x - width / 2), size.width - width));
  const y1 = Math.round(Math.min(Math.max(0, centre.y - height / 2), size.height - height));
  return { x1, y1, x2: x1 + width, y2: y1 + height };
}

/** Cut a box out of an RGB picture. */
export function cutDetail(raster: RgbRaster, box: Box): RgbRaster {
  const cut = toRgbRaster(cropRaster(raster, box));
  return createRgbRaster(cut, cut.data);
}

function blurAt(raster: RgbRaster, probe: number): number | undefined {
  const grey = toGrey(raster);
  const again = blurRaster(grey, probe);
  const { width, height, data } = grey;
  const blurred = again.data;
  const step = 1;
  const edges: { readonly gradient: number; readonly index: number }[] = [];
  const gradientAt = (values: Uint8Array | Uint16Array, i: number) =>
    Math.hypot(
      (values[i + step]! - values[i - step]!) / 2,
      (values[i + width]! - values[i - width]!) / 2,
    );
  const histogram = new Uint32Array(512);
  const gradients = new Float32Array(width * height);
  for (let y = 2; y < height - 2; y++) {
    for (let x = 2; x < width - 2; x++) {
      const i = y * width + x;
      const gradient = gradientAt(data, i);
      gradients[i] = gradient;
      histogram[Math.min(511, Math.floor(gradient * 2))]!++;
    }
  }
  let wanted = edgeShare * (width - 4) * (height - 4);
  let level = 511;
  while (level > 0 && wanted > histogram[level]!) wanted -= histogram[level--]!;
  const threshold = Math.max(leastGradient, level / 2);
  for (let i = 0; i < gradients.length; i++) {
    if (gradients[i]! >= threshold) edges.push({ gradient: gradients[i]!, index: i });
  }
  const deviations: number[] = [];
  for (const { gradient, index } of edges) {
    const ratio = gradient / Math.max(0.25, gradientAt(blurred, index));
    if (ratio > 1.001) deviations.push(probe / Math.sqrt(ratio * ratio - 1));
  }
  if (deviations.length < 20) return undefined;
  deviations.sort((a, b) => a - b);
  return deviations[Math.floor(sharpestShare * deviations.length)]!;
}
