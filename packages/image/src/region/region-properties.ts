/**
 * @file Measures of one region of a mask: area, place, perimeter, shape.
 *
 * Area, centroid, axes, eccentricity and perimeter are defined as in skimage.measure.regionprops.
 * Solidity is area over the area of the convex hull of the pixels' corners.
 */
import {
  type Box,
  LeukoscopeError,
  type Mask,
  maskBox,
  type PlacedMask,
  type Point,
} from '@leukoscope/core';
import { contourArea } from './contour.ts';
import { convexHull } from './convex-hull.ts';

/** Measures in pixels of the image. */
export interface RegionProperties {
  readonly area: number;
  readonly box: Box;
  /** Mean of the pixel centres. */
  readonly centroid: Point;
  readonly perimeter: number;
  /** Axes of the ellipse with the same second moments. */
  readonly majorAxis: number;
  readonly minorAxis: number;
  /** Angle of the major axis to the x axis in degrees, -90..90, clockwise on the screen. */
  readonly orientation: number;
  /** 0 for a circle, towards 1 for a line. */
  readonly eccentricity: number;
  /** Area / area of the convex hull, at most 1. */
  readonly solidity: number;
  /** Diameter of the circle of the same area. */
  readonly equivalentDiameter: number;
  /** 4 pi area / perimeter^2: about 1 for a disk, smaller for anything else. */
  readonly circularity: number;
}

/** Measure the set pixels of a placed mask. */
export function regionProperties(placed: PlacedMask): RegionProperties {
  const box = maskBox(placed);
  if (box === undefined) {
    throw new LeukoscopeError(
      'REGION_EMPTY',
      'mask must hold at least one set pixel. Received none.',
    );
  }
  const { area, centroid, xx, yy, xy } = momentsOf(placed);
  // Eigenvalues of the covariance of the pixel centres.
  const spread = Math.sqrt(((xx - yy) / 2) ** 2 + xy * xy);
  const large = (xx + yy) / 2 + spread;
  const small = Math.max(0, (xx + yy) / 2 - spread);
  const perimeter = perimeterOf(placed.mask);
  return {
    area,
    box,
    centroid,
    perimeter,
    majorAxis: 4 * Math.sqrt(large),
    minorAxis: 4 * Math.sqrt(small),
    orientation: (0.5 * Math.atan2(2 * xy, xx - yy) * 180) / Math.PI,
    eccentricity: large === 0 ? 0 : Math.sqrt(1 - small / large),
    solidity: area / hullArea(placed.mask),
    equivalentDiameter: Math.sqrt((4 * area) / Math.PI),
    circularity: perimeter === 0 ? 1 : (4 * Math.PI * area) / (perimeter * perimeter),
  };
}

function momentsOf({ mask, left, top }: PlacedMask) {
  let area = 0;
  let sumX = 0;
  let sumY = 0;
  let sumXx = 0;
  let sumYy = 0;
  let sumXy = 0;
  for (let y = 0, i = 0; y < mask.height; y++) {
    for (let x = 0; x < mask.width; x++, i++) {
      if (mask.data[i] === 0) continue;
      area += 1;
      sumX += x;
      sumY += y;
      sumXx += x * x;
      sumYy += y * y;
      sumXy += x * y;
    }
  }
  const meanX = sumX / area;
  const meanY = sumY / area;
  return {
    area,
    centroid: { x: left + meanX + 0.5, y: top + meanY + 0.5 },
    xx: sumXx / area - meanX * meanX,
    yy: sumYy / area - meanY * meanY,
    xy: sumXy / area - meanX * meanY,
  };
}

/**
 * Perimeter after Benkrid and Crookes (2000), as skimage.measure.perimeter with 4 neighbours: border
 * pixels weighted by how their neighbours on the border lie.
 */
function perimeterOf(mask: Mask): number {
  const width = mask.width + 2;
  const height = mask.height + 2;
  const border = new Uint8Array(width * height);
  const isSet = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < mask.width && y < mask.height && mask.data[y * mask.width + x] !== 0;
  for (let y = 0; y < mask.height; y++) {
    for (let x = 0; x < mask.width; x++) {
      if (!isSet(x, y)) continue;
      const isInner = isSet(x - 1, y) && isSet(x + 1, y) && isSet(x, y - 1) && isSet(x, y + 1);
      if (!isInner) border[(y + 1) * width + x + 1] = 1;
    }
  }
  let perimeter = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x;
      if (border[i] === 0) continue;
      const straight = border[i - 1]! + border[i + 1]! + border[i - width]! + border[i + width]!;
      const diagonal =
        border[i - width - 1]! +
        border[i - width + 1]! +
        border[i + width - 1]! +
        border[i + width + 1]!;
      perimeter += weightOf(straight, diagonal);
    }
  }
  return perimeter;
}

/** The table of the reference: code = 1 + 2 straight + 10 diagonal. */
function weightOf(straight: number, diagonal: number): number {
  const code = 1 + 2 * straight + 10 * diagonal;
  if ([5, 7, 15, 17, 25, 27].includes(code)) return 1;
  if (code === 21 || code === 33) return Math.SQRT2;
  if (code === 13 || code === 23) return (1 + Math.SQRT2) / 2;
  return 0;
}

function hullArea(mask: Mask): number {
  const corners: Point[] = [];
  for (let y = 0; y < mask.height; y++) {
    const row = mask.data.subarray(y * mask.width, (y + 1) * mask.width);
    const first = row.findIndex((value) => value !== 0);
    if (first < 0) continue;
    const end = row.findLastIndex((value) => value !== 0) + 1;
    for (const x of [first, end]) corners.push({ x, y }, { x, y: y + 1 });
  }
  return Math.abs(contourArea(convexHull(corners)));
}
