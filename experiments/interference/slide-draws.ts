/** @file What detectors find on the test fields, measured on all of them and on slides that are drawn again, the same ones for each detector. */
import {
  boxIou,
  type CellClass,
  createRandom,
  type Detection,
  type Sample,
} from '@leukoscope/core';
import { toRgbRaster } from '@leukoscope/image';
import { averagePrecision, averageRecall, evaluateCoco } from '@leukoscope/metrics';
import type { LeukocyteModel } from '@leukoscope/pipeline';
import type { TestField } from '../test-fields.ts';

/** By field. */
export type Findings = readonly (readonly Detection[])[];

/** Where a finding counts, for all alike: what F1 chose on validation differs by model. */
export const countedFrom = 0.3;

/** What a model finds on each field, from score .01 on: precision and recall need all of it. */
export async function findOn(
  fields: readonly TestField[],
  model: LeukocyteModel,
): Promise<Findings> {
  const found: (readonly Detection[])[] = [];
  for (const { sample } of fields)
    found.push(await model.analyse(toRgbRaster(sample.raster), { scoreThreshold: 0.01 }));
  return found;
}

/** Places of fields: as many slides as there are, each drawn from all of them. */
export function drawSlides(fields: readonly TestField[], draws: number): number[][] {
  const bySlide = [...Map.groupBy(fields.keys(), (i) => fields[i]!.slide).values()];
  const random = createRandom(1);
  return Array.from({ length: draws }, () =>
    bySlide.flatMap(() => bySlide[random.integer(0, bySlide.length)]!),
  );
}

/** AP, AP50 and mAR (COCO, 100 detections); debris: findings a field that lie on no cell. */
export function measureFindings(
  fields: readonly TestField[],
  classes: readonly CellClass[],
  found: Findings,
  places: readonly number[],
) {
  const images = places.map((i, n) => {
    const { raster, annotations } = fields[i]!.sample;
    return {
      id: String(n),
      size: { width: raster.width, height: raster.height },
      detections: found[i]!.map(({ box, score, classIndex }) => ({ box, score, classIndex })),
      groundTruth: annotations.map(({ box, cellClass }) => ({
        box: box!,
        classIndex: classes.indexOf(cellClass!),
      })),
    };
  });
  const evaluation = evaluateCoco({ classNames: classes, images });
  const debris = places.reduce((sum, i) => sum + onNothing(found[i]!, fields[i]!.sample), 0);
  return {
    AP: averagePrecision(evaluation) ?? 0,
    AP50: averagePrecision(evaluation, { iouThreshold: 0.5 }) ?? 0,
    mAR: averageRecall(evaluation) ?? 0,
    debris: debris / places.length,
  };
}

function onNothing(own: readonly Detection[], { annotations }: Sample): number {
  return own.filter(
    ({ box, score }) =>
      score >= countedFrom && annotations.every((cell) => boxIou(cell.box!, box) < 0.3),
  ).length;
}
