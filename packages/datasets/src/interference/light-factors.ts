/** @file Interference by lamp, camera and focus: colour cast, low illumination, defocus. */
import { createRgbRaster, type Random, type RgbRaster } from '@leukoscope/core';
import { blurPlane } from '../synthesise/blur-plane.ts';
import type { Severity } from './severity.ts';

/** Largest relative change of a channel per severity. */
const castStrength = [0.06, 0.12, 0.2, 0.3, 0.42] as const;
/** Light left in the middle of the field, and share lost on top of that in the corners. */
const lightLeft = [0.8, 0.65, 0.5, 0.36, 0.24] as const;
const cornerLoss = [0.1, 0.18, 0.27, 0.36, 0.45] as const;
/** Radius of the blur, in micrometres. */
const blurMicrons = [0.12, 0.22, 0.36, 0.55, 0.8] as const;

/**
 * Tint the light: one direction of hue, gains 1 + strength x (direction, zero mean). Where the lamp
 * gains, white clips, as in a camera.
 */
export function castColour(raster: RgbRaster, severity: Severity, random: Random): RgbRaster {
  const strength = castStrength[severity - 1]!;
  const hue = random.uniform(0, 2 * Math.PI);
  const gains = [0, 1, 2].map((c) => 1 + strength * Math.cos(hue + (c * 2 * Math.PI) / 3));
  const out = createRgbRaster(raster);
  for (let i = 0; i < out.data.length; i++) out.data[i] = toByte(raster.data[i]! * gains[i % 3]!);
  return out;
}

/** Darken the field, its corners most; the signal is small, so the shot noise shows. */
export function lowerLight(raster: RgbRaster, severity: Severity, random: Random): RgbRaster {
  const left = lightLeft[severity - 1]!;
  const loss = cornerLoss[severity - 1]!;
  const middleX = random.uniform(0.35, 0.65);
  const middleY = random.uniform(0.35, 0.65);
  const noise = 0.6 + 0.5 * severity;
  const out = createRgbRaster(raster);
  for (let y = 0, i = 0; y < raster.height; y++) {
    const v = (y + 0.5) / raster.height - middleY;
    for (let x = 0; x < raster.width; x++) {
      const u = (x + 0.5) / raster.width - middleX;
      const light = left * Math.max(0.15, 1 - loss * 2 * (u * u + v * v));
      for (let c = 0; c < 3; c++, i++) {
        const value = raster.data[i]! * light;
        // The sum of three uniform numbers is near enough to normal, and fast.
        const spread = random.next() + random.next() + random.next() - 1.5;
        out.data[i] = toByte(value + 2 * spread * noise * Math.sqrt((value + 4) / 128));
      }
    }
  }
  return out;
}

/** Take the field out of focus, in linear light as far as the camera's curve allows. */
export function defocus(raster: RgbRaster, severity: Severity, pixelsPerMicron: number): RgbRaster {
  const sigma = blurMicrons[severity - 1]! * pixelsPerMicron;
  const out = createRgbRaster(raster);
  for (let c = 0; c < 3; c++) {
    const plane = new Float32Array(raster.width * raster.height);
    // Light adds, grey levels do not: blur the squares (a camera's curve is about a square root).
    for (let i = 0; i < plane.length; i++) plane[i] = raster.data[i * 3 + c]! ** 2;
    const blurred = blurPlane(plane, raster.width, raster.height, sigma);
    for (let i = 0; i < plane.length; i++) {
      out.data[i * 3 + c] = toByte(Math.sqrt(Math.max(0, blurred[i]!)));
    }
  }
  return out;
}

/** Round and clip to a byte. */
export function toByte(value: number): number {
  return value <= 0 ? 0 : value >= 255 ? 255 : Math.round(value);
}
