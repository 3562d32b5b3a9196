/**
 * @file Where on the glass how much of each colour-giving substance lies.
 *
 * A field is a full map; a patch is the map of one object with its cover (how much of each pixel the
 * object fills), laid onto the field later. Units are those of the stain vectors: 1 chromatin = an
 * averagely dense nucleus, 1 haemoglobin = the rim of an erythrocyte.
 */
import { checkSize, createMask, type PlacedMask, type Size } from '@leukoscope/core';

/** Concentrations over a rectangle, row-major. */
export interface ConcentrationMap extends Size {
  readonly chromatin: Float32Array;
  readonly azure: Float32Array;
  readonly eosin: Float32Array;
  readonly haemoglobin: Float32Array;
}

/** The map of one object with its place in the field. */
export interface ConcentrationPatch extends ConcentrationMap {
  readonly left: number;
  readonly top: number;
  /** 0..1: how much of the pixel the object fills. */
  readonly cover: Float32Array;
  /** 0..1: how much of the pixel its nucleus fills. */
  readonly nucleusCover: Float32Array;
}

/** Make an empty map. */
export function createConcentrationMap(size: Size): ConcentrationMap {
  checkSize(size);
  const plane = () => new Float32Array(size.width * size.height);
  return {
    width: size.width,
    height: size.height,
    chromatin: plane(),
    azure: plane(),
    eosin: plane(),
    haemoglobin: plane(),
  };
}

/** Make an empty patch around a centre (pixels), reaching `reach` pixels to every side. */
export function createPatch(centreX: number, centreY: number, reach: number): ConcentrationPatch {
  const left = Math.floor(centreX - reach);
  const top = Math.floor(centreY - reach);
  const size = {
    width: Math.max(1, Math.ceil(centreX + reach) - left),
    height: Math.max(1, Math.ceil(centreY + reach) - top),
  };
  return {
    left,
    top,
    ...createConcentrationMap(size),
    cover: new Float32Array(size.width * size.height),
    nucleusCover: new Float32Array(size.width * size.height),
  };
}

/**
 * Lay a patch onto a map: what lay there is kept by the share `1 - displacement * cover`, because a
 * cell pushes its neighbours aside (1) or is a translucent disc on top of them (0).
 */
export function layPatchInPlace(
  map: ConcentrationMap,
  patch: ConcentrationPatch,
  displacement: number,
): void {
  const fromX = Math.max(0, -patch.left);
  const toX = Math.min(patch.width, map.width - patch.left);
  const fromY = Math.max(0, -patch.top);
  const toY = Math.min(patch.height, map.height - patch.top);
  for (let y = fromY; y < toY; y++) {
    let to = (patch.top + y) * map.width + patch.left + fromX;
    let from = y * patch.width + fromX;
    for (let x = fromX; x < toX; x++, to++, from++) {
      const keep = 1 - displacement * patch.cover[from]!;
      map.chromatin[to] = map.chromatin[to]! * keep + patch.chromatin[from]!;
      map.azure[to] = map.azure[to]! * keep + patch.azure[from]!;
      map.eosin[to] = map.eosin[to]! * keep + patch.eosin[from]!;
      map.haemoglobin[to] = map.haemoglobin[to]! * keep + patch.haemoglobin[from]!;
    }
  }
}

/** Return the pixels of a patch that its object fills by half or more (it may reach outside the field). */
export function maskOfPatch(
  patch: ConcentrationPatch,
  part: 'cover' | 'nucleusCover' = 'cover',
): PlacedMask {
  const data = Uint8Array.from(patch[part], (cover) => (cover >= 0.5 ? 1 : 0));
  return { left: patch.left, top: patch.top, mask: createMask(patch, data) };
}
