/**
 * @file A small real model for tests: dark blobs on a light ground, typed by their colour.
 *
 * Blue blobs are lymphocytes, violet ones neutrophils, grey ones the model is unsure of.
 */
import {
  type CellClass,
  createRandom,
  maskBox,
  type PlacedMask,
  type RgbRaster,
} from '@leukoscope/core';
import { labelComponents, toPlacedMasks } from '@leukoscope/image';
import type { LeukocyteModel, ModelFinding } from '@leukoscope/pipeline';

/** Its types. */
export const blobClasses: CellClass[] = ['segmented-neutrophil', 'lymphocyte', 'monocyte'];

/** How many features a blob has. */
export const lookWidth = 8;

/** What blobs look like, by their types: this site's lymphocytes have something that no stored cell has. */
export const blobLooks: readonly (readonly number[])[] = [
  [4, 1, 1, 1, 1, 1, 1, 1],
  [1, 2.5, 1, 4, 1, 1, 1, 1],
  [1, 1, 4, 1, 1, 1, 1, 1],
];

/** Ordinary blood of the tests has no monocytes, so grey blobs are something else. */
const priors = { 'ordinary-blood': { factors: { monocyte: 0.1 }, unexpectedFrom: 0.5 } } as const;

/** Make the model. */
export function createBlobModel({ hasFeatures = false } = {}): LeukocyteModel {
  return {
    facts: { name: 'Blobs', hash: 'b'.repeat(64), classes: blobClasses, priors },
    tiling: { side: 2048, overlap: 64 },
    analyse: async (raster) => {
      const found = findBlobs(raster);
      return hasFeatures ? found.map((finding) => withFeatures(finding, raster)) : found;
    },
    close: async () => {},
  };
}

/** What the model sees of cells beside their types; of grey ones nothing. */
const attributesOf: readonly ModelFinding['attributes'][] = [
  [
    { name: 'nucleus-shape', value: 'multilobed', probability: 0.9 },
    { name: 'granule-type', value: 'small', probability: 0.8 },
  ],
  [
    { name: 'nucleus-shape', value: 'round', probability: 0.95 },
    { name: 'granule-type', value: 'none', probability: 0.9 },
  ],
  undefined,
];

function findBlobs(raster: RgbRaster): ModelFinding[] {
  const data = new Uint8Array(raster.width * raster.height);
  for (let i = 0; i < data.length; i++) data[i] = raster.data[i * 3 + 1]! < 128 ? 1 : 0;
  const blobs = toPlacedMasks(
    labelComponents({ width: raster.width, height: raster.height, data }),
  );
  return blobs.map((blob) => toFinding(raster, blob));
}

/** Two views, with chance in them that follows from the picture and the place. */
function withFeatures(finding: ModelFinding, { data }: RgbRaster): ModelFinding {
  const { x1, y1 } = finding.box;
  const random = createRandom(Math.round(x1 + 1000 * y1) + 7919 * data[0]! + 104_729 * data[1]!);
  const look = blobLooks[finding.classIndex]!;
  const view = () => Float32Array.from(look, (x) => Math.max(0, x + random.normal(0, 0.3)));
  return { ...finding, features: [view(), view()] };
}

function toFinding(raster: RgbRaster, mask: PlacedMask): ModelFinding {
  const box = maskBox(mask)!;
  const x = Math.floor((box.x1 + box.x2) / 2);
  const y = Math.floor((box.y1 + box.y2) / 2);
  const [r, , b] = raster.data.subarray((y * raster.width + x) * 3);
  const isUnsure = Math.abs(r! - b!) < 20;
  const classIndex = isUnsure ? 2 : r! > 100 ? 0 : 1;
  const probabilities = [0.1, 0.1, 0.1];
  probabilities[classIndex] = 0.8;
  const attributes = attributesOf[classIndex];
  return {
    ...(attributes === undefined ? {} : { attributes }),
    box,
    mask,
    classIndex,
    cellClass: blobClasses[classIndex]!,
    score: 0.9,
    probabilities,
    isUnsure,
  };
}
