/** @file What must hold of every family: its export is opened by its description and answers in whole findings. */
import { createRandom } from '@leukoscope/core';
import { synthesiseField } from '@leukoscope/datasets';
import type { ConfiguredModel, modelFamilies, Task } from '@leukoscope/models';
import { buildInferenceModel, createScope, initialValues } from '@leukoscope/nn';
import { analyseImage, type LeukocyteModel } from '@leukoscope/pipeline';
import { expect } from 'vitest';
import { openDescribed } from './described.ts';

const field = synthesiseField({ seed: 5, size: { width: 160, height: 120 }, look: 'scanner' });
const readers: Readonly<Record<Task, string>> = {
  classes: 'classes',
  boxes: 'boxes',
  instances: 'boxes',
  pixels: 'pixels',
};

/** Finds one leukocyte in the middle: what a classifier is given. */
const locator: LeukocyteModel = {
  facts: { name: 'middle', hash: 'a', classes: ['leukocyte'] },
  tiling: { side: 1000, overlap: 0 },
  analyse: async () => [
    {
      box: { x1: 40, y1: 30, x2: 100, y2: 90 },
      score: 1,
      classIndex: 0,
      cellClass: 'leukocyte',
      isUnsure: false,
    },
  ],
  close: async () => {},
};

function untrained(model: ConfiguredModel): Uint8Array {
  const scope = createScope({ mode: 'infer' });
  model.inference(scope);
  const specs = [...scope.declared.parameters.values()];
  const weights = initialValues(specs, createRandom(1), new Map());
  return buildInferenceModel((inner) => model.inference(inner), weights);
}

/** Export an untrained one and let it look at a field. */
export async function expectExportOpens(family: (typeof modelFamilies)[number]): Promise<void> {
  const configured = family.configure({ preset: 'tiny' });
  const { classes, input, task } = configured;
  const model = await openDescribed(
    untrained(configured),
    readers[task],
    { classes, input, calibration: { scoreThreshold: 0, unsureBelow: 0.5 } },
    { open: async () => locator },
  );
  const { findings } = await analyseImage(field.raster, model);
  await model.close();
  if (task === 'classes') expect(findings).toHaveLength(1);
  for (const { box, score, probabilities, classIndex, cellClass, mask } of findings) {
    expect(box.x1).toBeGreaterThanOrEqual(0);
    expect(box.x2).toBeLessThanOrEqual(160);
    expect(box.y2).toBeLessThanOrEqual(120);
    expect(score).toBeGreaterThan(0);
    expect(score).toBeLessThanOrEqual(1);
    expect(classes[classIndex]).toBe(cellClass);
    expect(probabilities).toHaveLength(classes.length);
    expect(probabilities!.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 4);
    if (task === 'pixels') expect(mask).toBeDefined();
  }
}
