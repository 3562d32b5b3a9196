/**
 * @file Simulates the interference paper's nine factors (Li et al. 2023, Fig. 3) and cells cut by the
 * border, on any RGB picture, graded 1 to 5.
 *
 * Light, focus and stain change pixels only; annotations follow wherever cells are moved, hidden, cut
 * or added. The same sample, factor, severity and random stream give the same bytes.
 */
import type { Annotation, Random, RgbRaster, Sample } from '@leukoscope/core';
import type { InterferenceFactor } from '../interference-factors.ts';
import { addDebris, addGiantPlatelets } from './added-objects.ts';
import { cutAtBorder } from './cut-at-border.ts';
import { degenerateCells } from './degenerate-cells.ts';
import { estimatePixelsPerMicron, requireRgb } from './leukocytes-of.ts';
import { castColour, defocus, lowerLight } from './light-factors.ts';
import { overlapLeukocytes } from './overlap-leukocytes.ts';
import { parseSeverity, type Severity } from './severity.ts';
import { shiftPh } from './shift-ph.ts';

/** A sample under interference, with the tags of what was done to it. */
export interface InterferedSample extends Sample {
  readonly raster: RgbRaster;
  readonly factors: readonly InterferenceFactor[];
}

/** Options of `applyInterference`. */
export interface InterferenceOptions {
  /** Scale, for focus, platelets and debris. @default estimated from the leukocytes' boxes */
  readonly pixelsPerMicron?: number;
}

/** Return the sample under one interference factor; factors it already has are kept in `factors`. */
export function applyInterference(
  sample: Sample & { readonly factors?: readonly InterferenceFactor[] },
  factor: InterferenceFactor,
  severity: Severity,
  random: Random,
  options: InterferenceOptions = {},
): InterferedSample {
  const level = parseSeverity(severity);
  const scale = () => options.pixelsPerMicron ?? estimatePixelsPerMicron(sample);
  const { raster, annotations } = simulate(sample, factor, level, random.fork(factor), scale);
  const factors = [...new Set([...(sample.factors ?? []), factor])];
  return { raster, annotations, factors };
}

function simulate(
  sample: Sample,
  factor: InterferenceFactor,
  severity: Severity,
  random: Random,
  scale: () => number,
): { raster: RgbRaster; annotations: readonly Annotation[] } {
  const raster = requireRgb(sample);
  const { annotations } = sample;
  switch (factor) {
    case 'colour-cast':
      return { raster: castColour(raster, severity, random), annotations };
    case 'low-illumination':
      return { raster: lowerLight(raster, severity, random), annotations };
    case 'defocus':
      return { raster: defocus(raster, severity, scale()), annotations };
    case 'ph-high':
      return { raster: shiftPh(raster, 'high', severity), annotations };
    case 'ph-low':
      return { raster: shiftPh(raster, 'low', severity), annotations };
    case 'debris':
      return { raster: addDebris(raster, severity, scale(), random), annotations };
    case 'giant-platelets':
      return addGiantPlatelets(sample, raster, severity, scale(), random);
    case 'overlapping-leukocytes':
      return overlapLeukocytes(sample, raster, severity, random);
    case 'degenerated-cells':
      return degenerateCells(sample, raster, severity, random);
    case 'incomplete-cells':
      return cutAtBorder(sample, raster, severity, random);
  }
}
