/** @file Lengths and areas drawn in a field, in micrometres when the pixel's size is known. */
import { type Point, type Ring, ringArea } from '@leukoscope/core';

/** What a measurement says: pixels always, micrometres when the field knows its pixel size. */
export interface Measurement {
  readonly kind: 'distance' | 'area';
  /** Pixels, or square pixels. */
  readonly pixels: number;
  /** Micrometres, or square micrometres; null when the pixel's size is not known. */
  readonly micrometres: number | null;
}

/** Measure an open line. */
export function measurePath(points: readonly Point[], pixelSizeUm: number | null): Measurement {
  let pixels = 0;
  for (let i = 1; i < points.length; i++) {
    pixels += Math.hypot(points[i]!.x - points[i - 1]!.x, points[i]!.y - points[i - 1]!.y);
  }
  return {
    kind: 'distance',
    pixels,
    micrometres: pixelSizeUm === null ? null : pixels * pixelSizeUm,
  };
}

/** Measure what a closed line encloses. */
export function measureRing(ring: Ring, pixelSizeUm: number | null): Measurement {
  const pixels = ringArea(ring);
  return {
    kind: 'area',
    pixels,
    micrometres: pixelSizeUm === null ? null : pixels * pixelSizeUm ** 2,
  };
}

/** Write a measurement for people: `12.4 µm (98 px)`, or pixels alone. */
export function measurementText({ kind, pixels, micrometres }: Measurement): string {
  const square = kind === 'area' ? '²' : '';
  const inPixels = `${threeDigits(pixels)} px${square}`;
  return micrometres === null ? inPixels : `${threeDigits(micrometres)} µm${square} (${inPixels})`;
}

/** Write a number with about three digits: more would claim what a pixel cannot tell. */
export function threeDigits(value: number): string {
  if (value >= 100 || value === 0) return String(Math.round(value));
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
