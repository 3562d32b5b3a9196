/**
 * @file What the colours of a field say: density of nuclei, tint of erythrocytes, share of glass, dark
 * matter outside cells. One pass over a small picture.
 *
 * OD_c = ln(light_c / value_c). Azure takes red light, eosin green: nuclei have a high red density,
 * erythrocytes little. A pixel is covered where its green density is above 0.1, dark where its red
 * density is above 0.45, half of the nuclei's and twice the erythrocytes' upper quartile.
 */
import { type Box, type Finding, isLeukocyte, type RgbRaster } from '@leukoscope/core';
import type { LightField } from './light-field.ts';

/** Measures of colour; undefined where the field shows nothing to measure. */
export interface StainMeasures {
  /** 80th percentile of the red optical density within leukocytes: how deep nuclei are stained. */
  readonly nuclearDensity: number | undefined;
  /** Median of red over green density of erythrocytes: low = brick red (acid), high = grey (alkaline). */
  readonly erythrocyteTint: number | undefined;
  /** Share of the field that cells cover. */
  readonly coverage: number;
  /** Share of the field that is dark as nuclei but no found cell. */
  readonly debris: number;
}

const coveredDensity = 0.1;
/** Green densities that erythrocytes have; paler is glass, denser are nuclei and overlaps. */
const erythrocyteDensity = { low: 0.18, high: 0.9 } as const;
/** Red density above which a pixel is no erythrocyte, whatever the pH. */
const mostErythrocyteRed = 0.75;
const fewestPixels = 60;
/** Dark pixels count outside boxes enlarged by this share: outlines are never exact. */
const boxMargin = 0.12;
const leastDarkness = 0.45;
const densityBins = 300;

/** Measure a small picture; `findings` are in its pixels. */
export function measureStain(
  raster: RgbRaster,
  light: LightField,
  findings: readonly Finding[],
): StainMeasures {
  const { width, height, data } = raster;
  const owner = paintCells(raster, findings);
  const nuclei = new Uint32Array(densityBins);
  const tints = new Uint32Array(densityBins);
  const darkness = new Uint32Array(densityBins);
  const erythrocyteReds = new Uint32Array(densityBins);
  let covered = 0;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const red = densityAt(data[i * 3]!, light.at(x, y, 0));
      const green = densityAt(data[i * 3 + 1]!, light.at(x, y, 1));
      if (green > coveredDensity) covered++;
      if (owner[i] === 2) nuclei[binOf(red)]!++;
      if (owner[i] !== 0) continue;
      darkness[binOf(red)]!++;
      const isErythrocyte =
        green > erythrocyteDensity.low &&
        green < erythrocyteDensity.high &&
        red < mostErythrocyteRed;
      if (!isErythrocyte) continue;
      tints[binOf(red / green)]!++;
      erythrocyteReds[binOf(red)]!++;
    }
  }
  const nuclearDensity = quantileOf(nuclei, 0.8);
  const darkFrom = binOf(
    Math.max(
      leastDarkness,
      0.5 * (nuclearDensity ?? 0),
      2 * (quantileOf(erythrocyteReds, 0.75) ?? 0),
    ),
  );
  let dark = 0;
  for (let bin = darkFrom; bin < densityBins; bin++) dark += darkness[bin]!;
  const pixels = width * height;
  return {
    nuclearDensity,
    erythrocyteTint: quantileOf(tints, 0.5),
    coverage: covered / pixels,
    debris: dark / pixels,
  };
}

function densityAt(value: number, light: number): number {
  return Math.max(0, Math.log(light / Math.max(1, value)));
}

function binOf(value: number): number {
  return Math.min(densityBins - 1, Math.floor(value * 100));
}

function quantileOf(histogram: Uint32Array, share: number): number | undefined {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  if (total < fewestPixels) return undefined;
  let below = 0;
  for (let bin = 0; bin < histogram.length; bin++) {
    below += histogram[bin]!;
    if (below >= share * total) return (bin + 0.5) / 100;
  }
  return undefined;
}

/** 2 in leukocytes and erythroblasts, 1 in the margin around them and in platelets, 0 elsewhere. */
function paintCells(size: { width: number; height: number }, findings: readonly Finding[]) {
  const owner = new Uint8Array(size.width * size.height);
  const fill = (box: Box, value: number) => {
    const x1 = Math.max(0, Math.floor(box.x1));
    const x2 = Math.min(size.width, Math.ceil(box.x2));
    for (let y = Math.max(0, Math.floor(box.y1)); y < Math.min(size.height, box.y2); y++) {
      if (x2 > x1) owner.fill(value, y * size.width + x1, y * size.width + x2);
    }
  };
  const dark = findings.filter(({ cellClass }) => cellClass !== 'erythrocyte');
  for (const { box } of dark) fill(enlarge(box, boxMargin), 1);
  for (const { box, cellClass } of dark) {
    if (isLeukocyte(cellClass) || cellClass.endsWith('blast')) fill(enlarge(box, -0.1), 2);
  }
  return owner;
}

function enlarge({ x1, y1, x2, y2 }: Box, share: number): Box {
  const dx = (x2 - x1) * share;
  const dy = (y2 - y1) * share;
  return { x1: x1 - dx, y1: y1 - dy, x2: x2 + dx, y2: y2 + dy };
}
