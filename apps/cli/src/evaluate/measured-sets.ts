/** @file Matched images -> what each kind of measurement takes: detections, masks of pixels, typed cells. */
import { decodeRle, type Mask, mergeRles, rleArea, type Size } from '@leukoscope/core';
import { type AnnotationRecord, boxOf, storedMaskToRle } from '@leukoscope/datasets';
import type {
  ClassifiedCells,
  DetectedCell,
  DetectionSet,
  GroundTruthCell,
  SegmentedImage,
} from '@leukoscope/metrics';
import type { ImagePair } from './match-images.ts';

/** An image pair of known size. */
export interface SizedPair extends ImagePair {
  readonly size: Size;
}

/** What both sides hold, which decides what can be measured. */
export interface Contents {
  readonly cells: number;
  readonly masks: number;
  readonly nuclei: number;
  /** Records about whole images. */
  readonly types: number;
}

/** Count what records hold. */
export function contentsOf(records: readonly AnnotationRecord[]): Contents {
  const cells = records.filter(({ box, mask }) => box !== undefined || mask !== undefined);
  return {
    cells: cells.length,
    masks: cells.filter(({ mask }) => mask !== undefined).length,
    nuclei: cells.filter(({ nucleus }) => nucleus !== undefined).length,
    types: records.length - cells.length,
  };
}

/** Make a detection set; cells without a place or a class are not in it. */
export function detectionSetOf(
  pairs: readonly SizedPair[],
  classNames: readonly string[],
  kind: 'box' | 'mask',
  options: { readonly areaOfMasks: boolean },
): DetectionSet {
  const images = pairs.map(({ groundTruth, predictions, size }) => ({
    id: groundTruth.file,
    size,
    groundTruth: groundTruth.annotations.flatMap((record): GroundTruthCell[] => {
      const box = boxOf(record, size);
      if (box === undefined || record.classIndex === undefined) return [];
      return [
        {
          box,
          classIndex: record.classIndex,
          isCrowd: record.isCrowd === true,
          mask: maskOf(record, size, kind),
          area: record.area,
        },
      ];
    }),
    detections: (predictions?.annotations ?? []).flatMap((record): DetectedCell[] => {
      const box = boxOf(record, size);
      if (box === undefined || record.classIndex === undefined) return [];
      const mask = maskOf(record, size, kind);
      const area = options.areaOfMasks && mask !== undefined ? rleArea(mask) : undefined;
      return [{ box, classIndex: record.classIndex, score: record.score ?? 1, mask, area }];
    }),
  }));
  return { classNames, images };
}

function maskOf(record: AnnotationRecord, size: Size, kind: 'box' | 'mask') {
  return kind === 'box' || record.mask === undefined
    ? undefined
    : storedMaskToRle(record.mask, size);
}

/** Draw the pixels of all cells, or of all nuclei, image by image. */
export function* segmentedImages(
  pairs: readonly SizedPair[],
  part: 'cell' | 'nucleus',
  scoreThreshold: number,
  onProgress: (done: number) => void,
): Generator<SegmentedImage> {
  for (const [i, { groundTruth, predictions, size }] of pairs.entries()) {
    const draw = (records: readonly AnnotationRecord[]): Mask => {
      const rles = records.flatMap((record) => {
        const stored = part === 'nucleus' ? record.nucleus : record.mask;
        const isIn = record.score === undefined || record.score >= scoreThreshold;
        return stored === undefined || !isIn ? [] : [storedMaskToRle(stored, size)];
      });
      return rles.length === 0
        ? { ...size, data: new Uint8Array(size.width * size.height) }
        : decodeRle(mergeRles(rles));
    };
    yield {
      id: groundTruth.file,
      groundTruth: draw(groundTruth.annotations),
      predicted: draw(predictions?.annotations ?? []),
    };
    onProgress(i + 1);
  }
}

/** Typed images, and how many could not be judged since they hold no type or several. */
export interface ClassifiedImages {
  readonly cells: ClassifiedCells;
  readonly undecided: number;
  readonly unanswered: number;
}

const noAnswer = 'no answer';

/** Take the one type of each image on both sides; an image without an answer counts as wrong. */
export function classifiedImages(
  pairs: readonly ImagePair[],
  names: readonly string[],
  probabilitiesOf: ((file: string) => readonly number[] | undefined) | undefined,
): ClassifiedImages {
  const groundTruth: number[] = [];
  const predicted: number[] = [];
  const probabilities: (readonly number[])[] = [];
  let [undecided, unanswered] = [0, 0];
  for (const pair of pairs) {
    const truth = oneType(pair.groundTruth.annotations);
    if (truth === undefined) {
      undecided++;
      continue;
    }
    const answer =
      pair.predictions === undefined ? undefined : bestType(pair.predictions.annotations);
    if (answer === undefined) unanswered++;
    groundTruth.push(truth);
    predicted.push(answer ?? names.length);
    const vector =
      pair.predictions === undefined ? undefined : probabilitiesOf?.(pair.predictions.file);
    if (vector !== undefined) probabilities.push(vector);
  }
  const isComplete = probabilities.length === groundTruth.length && unanswered === 0;
  return {
    cells: {
      classNames: unanswered === 0 ? names : [...names, noAnswer],
      groundTruth,
      predicted,
      ...(isComplete && probabilities.length > 0 ? { probabilities } : {}),
    },
    undecided,
    unanswered,
  };
}

/** The type of the whole image, or of its only cell. */
function oneType(records: readonly AnnotationRecord[]): number | undefined {
  const whole = records.filter(({ box, mask }) => box === undefined && mask === undefined);
  const types = new Set((whole.length > 0 ? whole : records).map(({ classIndex }) => classIndex));
  const isOne = types.size === 1 && (whole.length > 0 || records.length === 1);
  return isOne ? [...types][0] : undefined;
}

/** The type of highest score, of whole images first. */
function bestType(records: readonly AnnotationRecord[]): number | undefined {
  const whole = records.filter(({ box, mask }) => box === undefined && mask === undefined);
  const candidates = whole.length > 0 ? whole : records;
  let best: AnnotationRecord | undefined;
  for (const record of candidates)
    if (best === undefined || (record.score ?? 1) > (best.score ?? 1)) best = record;
  return best?.classIndex;
}
