/**
 * @file The JSON beside the compact model's two networks: files and hashes, sizes, thresholds.
 *
 * All decisions that follow training (temperature, thresholds of "not sure") stand here, so that weights
 * and their calibration are replaced together.
 */
import { LeukoscopeError } from '@leukoscope/core';
import { z } from 'zod';

const hash = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits in lower case');
const share = z.number().min(0).max(1);

const compactSchema = z.strictObject({
  name: z.string().min(1),
  locator: z.strictObject({
    /** Takes inputs [1, 3, height, width] of any multiples of 64. */
    onnx: z.string().min(1),
    sha256: hash,
    /** Longer side of the input in the first look. */
    side: z.int().multipleOf(64),
    /** Longest side of the input in the second look, where cells came out small in the first. */
    largestSide: z.int().multipleOf(64),
    /** Places below this are not refined. */
    scoreThreshold: share,
    /** Suppression of places of one kind. */
    iouThreshold: share,
  }),
  refiner: z.strictObject({
    onnx: z.string().min(1),
    sha256: hash,
    /** Most crops of one run: its input is [N, 3, side, side] for any N. */
    batch: z.int().min(1).max(256),
    side: z.int().multipleOf(16),
    cropMargin: z.number().positive(),
    /** How often a cell is refined; from the second time on around the outline found before. */
    passes: z.int().min(1).max(4),
    /** Turned views of a cell that the last pass takes the mean of. */
    views: z.union([z.literal(1), z.literal(2), z.literal(4), z.literal(8)]),
    /** p -> p^(1/T), so that probabilities are as often right as they say. */
    temperature: z.number().positive(),
  }),
  /** A cell is "not sure" where its most probable type has less than this. */
  unsureBelow: share,
  scoreThreshold: share,
  /** Suppression of refined cells that turned out to be one. */
  iouThreshold: share,
  /** Cutting of large images, in pixels of the image. */
  tile: z.strictObject({ side: z.int().min(64), overlap: z.int().min(0) }),
});

/** A checked description of the compact model. */
export type CompactConfig = z.infer<typeof compactSchema>;

/** Read the description. */
export function parseCompactConfig(json: unknown): CompactConfig {
  const parsed = compactSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new LeukoscopeError(
    'MODEL_CONFIG',
    `description of the compact model must fit its form at ${issue.path.join('.') || 'its root'}. Received: ${issue.message}. Use the file that came with the weights.`,
  );
}
