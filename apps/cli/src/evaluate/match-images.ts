/** @file Which prediction belongs to which image: by path, else by the name without folders and extension. */
import { LeukoscopeError, type Size } from '@leukoscope/core';
import type { Dataset, ImageRecord } from '@leukoscope/datasets';

/** One image with both sides. */
export interface ImagePair {
  readonly groundTruth: ImageRecord;
  /** Undefined: nothing was predicted for this image. */
  readonly predictions: ImageRecord | undefined;
  /** Undefined only where neither side says it. */
  readonly size: Size | undefined;
}

/** All images of the ground truth, and predictions about none of them. */
export interface MatchedImages {
  readonly pairs: readonly ImagePair[];
  readonly withoutPrediction: number;
  readonly strays: readonly string[];
}

/** Match the images of two data sets. */
export function matchImages(groundTruth: Dataset, predictions: Dataset): MatchedImages {
  const byFile = new Map(predictions.images.map((image) => [image.file, image] as const));
  const byStem = indexStems(predictions.images);
  const ownStems = indexStems(groundTruth.images);
  const used = new Set<ImageRecord>();
  const pairs = sortedById(groundTruth.images).map((image): ImagePair => {
    const stem = stemOf(image.file);
    // A name that several images share says nothing.
    const named = ownStems.get(stem) === null ? undefined : byStem.get(stem);
    const found = byFile.get(image.file) ?? named ?? undefined;
    if (found !== undefined) used.add(found);
    return { groundTruth: image, predictions: found, size: sizeOf(image, found) };
  });
  if (used.size === 0) {
    throw new LeukoscopeError(
      'CLI_NO_MATCH',
      `Predictions must be about images of the ground truth. Received ${predictions.images.length} such as ${predictions.images[0]?.file}, while the ground truth has ${groundTruth.images.length} such as ${groundTruth.images[0]?.file}. Give the files the same names.`,
    );
  }
  return {
    pairs,
    withoutPrediction: pairs.filter((pair) => pair.predictions === undefined).length,
    strays: predictions.images.filter((image) => !used.has(image)).map(({ file }) => file),
  };
}

/** pycocotools goes through images by id, which decides between equal scores. */
function sortedById(images: readonly ImageRecord[]): readonly ImageRecord[] {
  const isNumbered = images.every(({ id }) => typeof id === 'number');
  return isNumbered ? images.toSorted((a, b) => Number(a.id) - Number(b.id)) : images;
}

function sizeOf(image: ImageRecord, other: ImageRecord | undefined): Size | undefined {
  const [own, theirs] = [image.size, other?.size];
  if (own === undefined || theirs === undefined) return own ?? theirs;
  if (own.width === theirs.width && own.height === theirs.height) return own;
  throw new LeukoscopeError(
    'CLI_SIZES_DIFFER',
    `Predictions must be for images of the same size as the ground truth. Received ${theirs.width} x ${theirs.height} and ${own.width} x ${own.height} for ${image.file}. Resize one side: leukoscope dataset resize.`,
  );
}

/** Null marks a name that several images share. */
function indexStems(images: readonly ImageRecord[]): Map<string, ImageRecord | null> {
  const stems = new Map<string, ImageRecord | null>();
  for (const image of images) {
    const stem = stemOf(image.file);
    stems.set(stem, stems.has(stem) ? null : image);
  }
  return stems;
}

function stemOf(file: string): string {
  return file
    .slice(file.lastIndexOf('/') + 1)
    .replace(/\.[^.]+$/, '')
    .toLowerCase();
}
