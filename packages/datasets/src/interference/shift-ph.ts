/**
 * @file Wrong buffer pH on any picture: unmix the two dyes, change how much of each binds, mix again.
 *
 * OD = -ln(I / I0) with I0 the estimated light; OD = a A + e E + rest, with A azure and E eosin, a and
 * e the least-squares amounts (not below 0). A pH moves a and e as `dyeBinding` says and leaves the
 * rest, so that nothing but the stain changes. Eosin on chromatin is held by azure (the purple complex
 * has about 0.65 e per a) and goes with it; only what is beyond that is free to bind more. Alkaline: blue-grey erythrocytes, dark nuclei, grey
 * granules. Acid: brick-red erythrocytes, pale nuclei.
 */
import { createRgbRaster, type RgbRaster } from '@leukoscope/core';
import { estimateLight } from '../synthesise/estimate-light.ts';
import { dyeBinding, romanowsky } from '../synthesise/stain.ts';
import { toByte } from './light-factors.ts';
import type { Severity } from './severity.ts';

/** pH per severity; 6.4 to 6.8 is right. */
export const alkalinePh = [6.9, 7.05, 7.2, 7.4, 7.65] as const;
/** pH per severity; 6.4 to 6.8 is right. */
export const acidPh = [6.3, 6.15, 5.95, 5.75, 5.5] as const;

const eosinPerAzure = 0.65;

/** Return the picture as if it had been stained at the pH of a severity. */
export function shiftPh(
  raster: RgbRaster,
  direction: 'high' | 'low',
  severity: Severity,
): RgbRaster {
  const pH = (direction === 'high' ? alkalinePh : acidPh)[severity - 1]!;
  return restainAtPh(raster, pH);
}

/**
 * Return the picture, stained at the reference pH, as if it had been stained at another; all of its optical density
 * times `strength`.
 */
export function restainAtPh(raster: RgbRaster, pH: number, strength = 1): RgbRaster {
  const { azure: A, eosin: E } = romanowsky;
  const binding = dyeBinding(pH);
  const complex = Math.min(binding.azure, Math.sqrt(binding.azure * binding.eosin));
  const light = estimateLight(raster);
  const aa = A[0] * A[0] + A[1] * A[1] + A[2] * A[2];
  const ee = E[0] * E[0] + E[1] * E[1] + E[2] * E[2];
  const ae = A[0] * E[0] + A[1] * E[1] + A[2] * E[2];
  const determinant = aa * ee - ae * ae;
  const out = createRgbRaster(raster);
  const od = [0, 0, 0];
  for (let y = 0, i = 0; y < raster.height; y++) {
    for (let x = 0; x < raster.width; x++, i += 3) {
      let oa = 0;
      let oe = 0;
      for (let c = 0; c < 3; c++) {
        const value = Math.max(1, raster.data[i + c]!);
        od[c] = Math.max(0, Math.log(light.at(x, y, c) / value));
        oa += od[c]! * A[c]!;
        oe += od[c]! * E[c]!;
      }
      // Least squares with both amounts >= 0: where one would be negative, fit the other alone.
      let a = (oa * ee - oe * ae) / determinant;
      let e = (oe * aa - oa * ae) / determinant;
      if (a < 0) [a, e] = [0, oe / ee];
      else if (e < 0) [a, e] = [oa / aa, 0];
      const paired = Math.min(e, eosinPerAzure * a);
      const da = a * (binding.azure - 1);
      const de = paired * (complex - 1) + (e - paired) * (binding.eosin - 1);
      for (let c = 0; c < 3; c++) {
        const change = da * A[c]! + de * E[c]!;
        const more = Math.max(0, od[c]! + change) * (strength - 1);
        out.data[i + c] = toByte(raster.data[i + c]! * Math.exp(-change - more));
      }
    }
  }
  return out;
}
