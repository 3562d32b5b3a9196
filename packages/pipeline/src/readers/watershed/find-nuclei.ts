/**
 * @file Nuclei in the violet plane: Otsu's threshold among stained pixels, specks out, lobes of one nucleus joined.
 */
import { createMask, type Mask, maskArea, type PlacedMask } from '@leukoscope/core';
import {
  closeMask,
  fillHoles,
  type InstanceMap,
  labelComponents,
  openMask,
  otsuThreshold,
  toPlacedMasks,
} from '@leukoscope/image';
import type { BytePlane } from './colour-transforms.ts';

/** Settings of the search for nuclei. */
export interface NucleusSettings {
  /** What is less violet (0..255) is no nucleus, whatever Otsu says: fields without leukocytes give none. */
  readonly leastViolet: number;
  /** Lobes join where their gap is less than this many nuclear diameters. */
  readonly joinGap: number;
  /** Groups smaller than this share of the usual nucleus are platelets and specks. */
  readonly smallestNucleus: number;
}

/** What was found. */
export interface Nuclei {
  /** Pixels of nuclei. */
  readonly mask: Mask;
  /** One number for each nucleus, over all its lobes; 0 elsewhere. */
  readonly markers: InstanceMap;
  /** Usual diameter in pixels. */
  readonly diameter: number;
}

/** Find nuclei; undefined where there are none. */
export function findNuclei(violet: BytePlane, settings: NucleusSettings): Nuclei | undefined {
  const { leastViolet, joinGap, smallestNucleus } = settings;
  const threshold = Math.max(leastViolet, stainedThreshold(violet));
  const raw = above(violet, threshold);
  const solid = openMask(fillHoles(raw), openingRadius(violet));
  const parts = toPlacedMasks(labelComponents(solid));
  if (parts.length === 0) return undefined;
  const diameter = usualDiameter(parts);
  const joined = labelComponents(closeMask(solid, Math.max(1, (joinGap * diameter) / 2)));
  const groups = numberedBy(solid, joined);
  const areas = areasOf(groups);
  const least = smallestNucleus * (Math.PI / 4) * diameter ** 2;
  const kept = relabelled(groups, (id) => areas[id]! >= least);
  if (kept.count === 0) return undefined;
  const mask = createMask(
    solid,
    Uint8Array.from(kept.data, (id) => (id === 0 ? 0 : 1)),
  );
  return { mask, markers: kept, diameter };
}

/** Otsu among the pixels that are coloured at all: glass would outweigh everything. */
function stainedThreshold({ data }: BytePlane): number {
  const counts = new Uint32Array(256);
  for (const value of data) if (value >= coloured) counts[value]!++;
  return otsuThreshold(counts);
}

/** Glass and noise are less violet than this. */
const coloured = 12;

/** A 400th of the picture is thinner than any nucleus that can be told. */
function openingRadius({ width, height }: BytePlane): number {
  return Math.max(1, Math.round(Math.max(width, height) / 400));
}

function above({ width, height, data }: BytePlane, threshold: number): Mask {
  return createMask(
    { width, height },
    Uint8Array.from(data, (v) => (v > threshold ? 1 : 0)),
  );
}

/** Diameter of a disc with the area in which half of all nuclear pixels lie: specks do not count. */
function usualDiameter(parts: readonly PlacedMask[]): number {
  const areas = parts.map(({ mask }) => maskArea(mask)).sort((a, b) => b - a);
  const half = areas.reduce((a, b) => a + b, 0) / 2;
  let sum = 0;
  for (const area of areas) {
    sum += area;
    if (sum >= half) return Math.sqrt((4 / Math.PI) * area);
  }
  return 0;
}

/** Number each set pixel by the component of another map that it lies in. */
function numberedBy(mask: Mask, map: InstanceMap): InstanceMap {
  return { ...map, data: map.data.map((id, i) => (mask.data[i] === 0 ? 0 : id)) };
}

function areasOf({ count, data }: InstanceMap): Int32Array {
  const areas = new Int32Array(count + 1);
  for (const id of data) areas[id]!++;
  return areas;
}

function relabelled(map: InstanceMap, keeps: (id: number) => boolean): InstanceMap {
  let count = 0;
  const names = new Int32Array(map.count + 1);
  for (let id = 1; id <= map.count; id++) if (keeps(id)) names[id] = ++count;
  return { ...map, count, data: map.data.map((id) => names[id]!) };
}
