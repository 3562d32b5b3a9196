/**
 * @file The description that the compact model had before format 2 -> the description of today: same networks,
 * same figures, only other places.
 */
import { LeukoscopeError } from '@leukoscope/core';
import { type ModelDescription, parseModelDescription, refinerClasses } from '@leukoscope/models';
import { z } from 'zod';

const hash = z.string();
const count = z.number();

const compactSchema = z.strictObject({
  name: z.string(),
  locator: z.strictObject({
    onnx: z.string(),
    sha256: hash,
    side: count,
    largestSide: count,
    scoreThreshold: count,
    iouThreshold: count,
  }),
  refiner: z.strictObject({
    onnx: z.string(),
    sha256: hash,
    batch: count,
    side: count,
    cropMargin: count,
    passes: count,
    views: count,
    temperature: count,
  }),
  unsureBelow: count,
  scoreThreshold: count,
  iouThreshold: count,
  tile: z.strictObject({ side: count, overlap: count }),
});

/** Tell whether a file is such a description. */
export function isCompactConfig(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'locator' in json && !('format' in json);
}

/** Convert it; the ranges of its figures are those of format 2, which is checked afterwards. */
export function fromCompactConfig(json: unknown, where: string): ModelDescription {
  const parsed = compactSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new LeukoscopeError(
      'MODEL_CONFIG',
      `${where} must fit the form of a compact model at ${issue.path.join('.') || 'its root'}. Received: ${issue.message}. Use the file that came with the weights.`,
    );
  }
  const { name, unsureBelow, scoreThreshold, iouThreshold, tile } = parsed.data;
  const { onnx: locatorFile, sha256: locatorHash, ...locator } = parsed.data.locator;
  const { onnx: refinerFile, sha256: refinerHash, temperature, ...refiner } = parsed.data.refiner;
  return parseModelDescription(
    {
      format: 2,
      name,
      reader: 'two-stage',
      classes: refinerClasses,
      input: compactInput(locator.largestSide),
      networks: {
        locator: { onnx: locatorFile, sha256: locatorHash },
        refiner: { onnx: refinerFile, sha256: refinerHash },
      },
      settings: { stages: 'locate-refine', locator, refiner, iouThreshold },
      calibration: { temperature, unsureBelow, scoreThreshold },
      tile,
    },
    where,
  );
}

/** What the networks take; v / 64 - 2.6 of their graphs, written as (v / 255 - mean) / deviation. */
function compactInput(side: number) {
  const [mean, deviation] = [(2.6 * 64) / 255, 64 / 255];
  return {
    size: { width: side, height: side },
    fit: 'letterbox',
    multipleOf: 64,
    mean: [mean, mean, mean],
    deviation: [deviation, deviation, deviation],
    padding: 128,
  };
}
