/**
 * @file A cell's size and shape from its mask, and its nucleus's where that is outlined too.
 *
 * With `pixelsPerMicron` lengths and areas are given in micrometres as well. N:C is the area of the
 * nucleus over that of the cytoplasm; haematologists also write nucleus over cell, which is given too.
 */
import {
  boxArea,
  type Finding,
  LeukoscopeError,
  type Nucleus,
  type PlacedMask,
  maskArea,
} from '@leukoscope/core';
import { regionProperties } from '@leukoscope/image';

/** Measures of one cell. Pixels are those of the image. */
export interface CellMorphology {
  readonly areaPx: number;
  /** Diameter of the circle of the same area. */
  readonly diameterPx: number;
  readonly perimeterPx: number;
  /** 4π area / perimeter²: 1 for a circle. */
  readonly circularity: number;
  /** Longer over shorter axis of the ellipse with the same moments. */
  readonly elongation: number;
  /** Area over that of the convex hull. */
  readonly solidity: number;
  /** Share of the box that the cell fills. */
  readonly extent: number;
  readonly areaUm2?: number;
  readonly diameterUm?: number;
  /** Area of the nucleus over that of the cytoplasm. */
  readonly nucleusToCytoplasm?: number;
  /** Area of the nucleus over that of the cell. */
  readonly nucleusToCell?: number;
  /** Area of the nucleus over that of its convex hull: 1 round, lower the more it is lobed. */
  readonly nucleusSolidity?: number;
  /** Parts of the nucleus that are thicker than what joins them. */
  readonly lobes?: number;
}

/** Options of `cellMorphology`. */
export interface MorphologyOptions {
  readonly pixelsPerMicron?: number | undefined;
}

/** Measure a cell; undefined where it has no mask. */
export function cellMorphology(
  finding: Pick<Finding, 'box' | 'mask' | 'nucleus'>,
  options: MorphologyOptions = {},
): CellMorphology | undefined {
  const { pixelsPerMicron } = options;
  const { mask, nucleus } = finding;
  if (pixelsPerMicron !== undefined && !(pixelsPerMicron > 0)) {
    throw new LeukoscopeError(
      'MORPHOLOGY_SCALE',
      `pixelsPerMicron must be above 0. Received ${pixelsPerMicron}.`,
    );
  }
  if (mask === undefined || maskArea(mask.mask) === 0) return undefined;
  const shape = regionProperties(mask);
  return {
    areaPx: shape.area,
    diameterPx: shape.equivalentDiameter,
    perimeterPx: shape.perimeter,
    circularity: Math.min(1, shape.circularity),
    elongation: shape.minorAxis > 0 ? shape.majorAxis / shape.minorAxis : 1,
    solidity: shape.solidity,
    extent: shape.area / boxArea(shape.box),
    ...(pixelsPerMicron === undefined
      ? {}
      : {
          areaUm2: shape.area / pixelsPerMicron ** 2,
          diameterUm: shape.equivalentDiameter / pixelsPerMicron,
        }),
    ...(nucleus === undefined ? {} : nucleusMeasures(mask, nucleus)),
  };
}

function nucleusMeasures(cell: PlacedMask, { mask: nucleus, lobes }: Nucleus) {
  const cellArea = maskArea(cell.mask);
  const inside = sharedArea(cell, nucleus);
  if (inside === 0) return {};
  return {
    // A nucleus without any cytoplasm around it has no ratio.
    ...(inside < cellArea ? { nucleusToCytoplasm: inside / (cellArea - inside) } : {}),
    nucleusToCell: inside / cellArea,
    nucleusSolidity: regionProperties(nucleus).solidity,
    lobes,
  };
}

/** Count the pixels that both masks hold. */
function sharedArea(a: PlacedMask, b: PlacedMask): number {
  let area = 0;
  for (let y = 0; y < b.mask.height; y++) {
    const v = b.top + y - a.top;
    if (v < 0 || v >= a.mask.height) continue;
    for (let x = 0; x < b.mask.width; x++) {
      const u = b.left + x - a.left;
      if (u < 0 || u >= a.mask.width) continue;
      area += b.mask.data[y * b.mask.width + x]! & a.mask.data[v * a.mask.width + u]!;
    }
  }
  return area;
}
