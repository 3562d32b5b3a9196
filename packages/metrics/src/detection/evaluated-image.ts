/**
 * @file From what data sets and models speak (`Annotation`, `Detection`) to what metrics take.
 *
 * Annotations are mapped to the model's classes by name, to the next coarser one where the model does not
 * know the fine one (a band neutrophil is a neutrophil to a five-type model).
 */
import {
  type Annotation,
  type Box,
  type CellClass,
  coarsen,
  type Detection,
  encodePlacedRle,
  maskBox,
  type Size,
} from '@leukoscope/core';
import type { EvaluatedImage, GroundTruthCell } from './detection-set.ts';

/** One image as its sources tell it. */
export interface ImageFindings {
  readonly id: string;
  readonly size: Size;
  readonly annotations: readonly Annotation[];
  readonly detections: readonly Detection[];
}

/** The image, and annotations that no detector of these classes can be judged by. */
export interface EvaluatedImageResult {
  readonly image: EvaluatedImage;
  /** Without a place, without a class, or of a class that is not among the model's. */
  readonly leftOut: readonly Annotation[];
}

/** Turn one image's annotations and detections into an evaluated image. */
export function evaluatedImage(
  findings: ImageFindings,
  classes: readonly CellClass[],
): EvaluatedImageResult {
  const { id, size, annotations, detections } = findings;
  const leftOut: Annotation[] = [];
  const groundTruth = annotations.flatMap((annotation): GroundTruthCell[] => {
    const { mask, cellClass, isCrowd } = annotation;
    const box: Box | undefined = annotation.box ?? (mask === undefined ? undefined : maskBox(mask));
    const known = cellClass === undefined ? undefined : coarsen(cellClass, classes);
    if (box === undefined || known === undefined) {
      leftOut.push(annotation);
      return [];
    }
    return [
      {
        box,
        classIndex: classes.indexOf(known),
        isCrowd: isCrowd === true,
        mask: mask === undefined ? undefined : encodePlacedRle(mask, size),
      },
    ];
  });
  return {
    leftOut,
    image: {
      id,
      size,
      groundTruth,
      detections: detections.map(({ box, score, classIndex, mask }) => ({
        box,
        score,
        classIndex,
        mask: mask === undefined ? undefined : encodePlacedRle(mask, size),
      })),
    },
  };
}
