/** @file Reads the COCO files of fixtures/coco-eval into a detection set, in pycocotools' order. */
import { readFileSync } from 'node:fs';
import { type Rle, rleFromString, xywhToBox } from '@leukoscope/core';
import type { DetectionSet } from '../src/index.ts';

type Segmentation = { size: [number, number]; counts: string };
type Xywh = [number, number, number, number];

interface CocoFile {
  images: { id: number; width: number; height: number }[];
  categories: { id: number; name: string }[];
  annotations: {
    image_id: number;
    category_id: number;
    bbox: Xywh;
    area: number;
    iscrowd: number;
    segmentation: Segmentation;
  }[];
}

interface CocoResult {
  image_id: number;
  category_id: number;
  bbox: Xywh;
  score: number;
  segmentation: Segmentation;
}

/** Read one of the two sets. */
export function readCocoSet(name: 'a' | 'b'): DetectionSet {
  const truth: CocoFile = readFixture(name, 'ground-truth.json');
  const results: CocoResult[] = readFixture(name, 'detections.json');
  const categories = truth.categories.toSorted((a, b) => a.id - b.id);
  const classIndexOf = new Map(categories.map((category, index) => [category.id, index]));
  return {
    classNames: categories.map((category) => category.name),
    images: truth.images
      .toSorted((a, b) => a.id - b.id)
      .map((image) => ({
        id: String(image.id),
        size: { width: image.width, height: image.height },
        groundTruth: truth.annotations
          .filter((annotation) => annotation.image_id === image.id)
          .map((annotation) => ({
            box: xywhToBox(annotation.bbox),
            classIndex: classIndexOf.get(annotation.category_id)!,
            mask: toRle(annotation.segmentation),
            isCrowd: annotation.iscrowd === 1,
            area: annotation.area,
          })),
        detections: results
          .filter((result) => result.image_id === image.id)
          .map((result) => ({
            box: xywhToBox(result.bbox),
            classIndex: classIndexOf.get(result.category_id)!,
            score: result.score,
            mask: toRle(result.segmentation),
          })),
      })),
  };
}

/** Read a JSON file of fixtures/coco-eval. */
export function readFixture<T>(name: 'a' | 'b', file: string): T {
  const url = new URL(`../../../fixtures/coco-eval/${name}/${file}`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8'));
}

function toRle({ size: [height, width], counts }: Segmentation): Rle {
  return rleFromString(counts, { width, height });
}
