/**
 * @file Pastes a cut-out cell into a picture: turned, mirrored, scaled, faded, in the light found there.
 */
import { createMask, type PlacedMask, type RgbRaster } from '@leukoscope/core';
import type { CellCutOut } from './cut-out.ts';
import type { LightField } from './estimate-light.ts';

/** How a cut-out is laid. */
export interface Pose {
  /** Where its middle comes to lie, in pixels. */
  readonly x: number;
  readonly y: number;
  /** Radians, clockwise. */
  readonly turn: number;
  readonly mirrored: boolean;
  readonly scale: number;
}

/** Paste a cut-out; returns its whole mask in the picture's pixels (it may reach outside). */
export function pasteInPlace(
  raster: RgbRaster,
  cutOut: CellCutOut,
  pose: Pose,
  light: LightField,
): PlacedMask {
  const cos = Math.cos(pose.turn);
  const sin = Math.sin(pose.turn);
  const halfWidth = cutOut.width / 2;
  const halfHeight = cutOut.height / 2;
  const reachX = pose.scale * (Math.abs(cos) * halfWidth + Math.abs(sin) * halfHeight);
  const reachY = pose.scale * (Math.abs(sin) * halfWidth + Math.abs(cos) * halfHeight);
  const left = Math.floor(pose.x - reachX);
  const top = Math.floor(pose.y - reachY);
  const mask = createMask({
    width: Math.ceil(pose.x + reachX) - left + 1,
    height: Math.ceil(pose.y + reachY) - top + 1,
  });
  const side = pose.mirrored ? -1 : 1;
  for (let y = 0, i = 0; y < mask.height; y++) {
    for (let x = 0; x < mask.width; x++, i++) {
      // Backwards: which point of the cut-out lies here?
      const dx = (left + x + 0.5 - pose.x) / pose.scale;
      const dy = (top + y + 0.5 - pose.y) / pose.scale;
      const u = side * (cos * dx + sin * dy) + halfWidth;
      const v = -sin * dx + cos * dy + halfHeight;
      if (u < 0 || v < 0 || u >= cutOut.width || v >= cutOut.height) continue;
      mask.data[i] = cutOut.mask[Math.floor(v) * cutOut.width + Math.floor(u)]!;
      blendInPlace(raster, cutOut, left + x, top + y, u - 0.5, v - 0.5, light);
    }
  }
  return { left, top, mask };
}

function blendInPlace(
  raster: RgbRaster,
  cutOut: CellCutOut,
  x: number,
  y: number,
  u: number,
  v: number,
  light: LightField,
): void {
  if (x < 0 || y < 0 || x >= raster.width || y >= raster.height) return;
  const { width, height, density, opacity } = cutOut;
  const x0 = Math.min(width - 1, Math.max(0, Math.floor(u)));
  const y0 = Math.min(height - 1, Math.max(0, Math.floor(v)));
  const x1 = Math.min(width - 1, x0 + 1);
  const y1 = Math.min(height - 1, y0 + 1);
  const fx = Math.min(1, Math.max(0, u - x0));
  const fy = Math.min(1, Math.max(0, v - y0));
  const a = y0 * width + x0;
  const b = y0 * width + x1;
  const c = y1 * width + x0;
  const d = y1 * width + x1;
  const wa = (1 - fx) * (1 - fy);
  const wb = fx * (1 - fy);
  const wc = (1 - fx) * fy;
  const wd = fx * fy;
  const share = opacity[a]! * wa + opacity[b]! * wb + opacity[c]! * wc + opacity[d]! * wd;
  if (share === 0) return;
  const at = (y * raster.width + x) * 3;
  for (let k = 0; k < 3; k++) {
    const od =
      density[a * 3 + k]! * wa +
      density[b * 3 + k]! * wb +
      density[c * 3 + k]! * wc +
      density[d * 3 + k]! * wd;
    const pasted = light.at(x, y, k) * Math.exp(-od);
    const value = raster.data[at + k]! * (1 - share) + pasted * share;
    raster.data[at + k] = Math.min(255, Math.max(0, Math.round(value)));
  }
}
