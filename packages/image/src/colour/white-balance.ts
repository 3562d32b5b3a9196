/** @file Removes a colour cast by scaling the channels. */
import { createRgbRaster, type RgbRaster } from '@leukoscope/core';
import { clampByte } from './float-raster.ts';
import { histogramOf, percentileOf } from './histogram.ts';

/** Scale the channels so that their means agree (grey world, Buchsbaum 1980). */
export function balanceGreyWorld(raster: RgbRaster): RgbRaster {
  const means = [0, 1, 2].map((channel) => {
    let sum = 0;
    for (let i = channel; i < raster.data.length; i += 3) sum += raster.data[i]!;
    return sum / (raster.data.length / 3);
  });
  const grey = (means[0]! + means[1]! + means[2]!) / 3;
  return scaleChannels(
    raster,
    means.map((mean) => (mean === 0 ? 1 : grey / mean)),
  );
}

/**
 * Scale the channels so that the empty background becomes one bright grey. In a smear most bright
 * pixels are glass, so the 95th percentile of each channel is background; grey world would instead
 * turn a field full of purple nuclei green.
 */
export function balanceBackground(raster: RgbRaster, target = 235): RgbRaster {
  const factors = [0, 1, 2].map((channel) => {
    const bright = percentileOf(histogramOf(raster, channel), 0.95);
    return bright === 0 ? 1 : target / bright;
  });
  return scaleChannels(raster, factors);
}

function scaleChannels(raster: RgbRaster, factors: readonly number[]): RgbRaster {
  const tables = factors.map((factor) =>
    Uint8Array.from({ length: 256 }, (_, value) => clampByte(value * factor)),
  );
  const data = new Uint8Array(raster.data.length);
  for (let i = 0; i < data.length; i++) data[i] = tables[i % 3]![raster.data[i]!]!;
  return createRgbRaster(raster, data);
}
