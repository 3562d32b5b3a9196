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
    /** The same network for inputs [1, 3, height, width] of several shapes; sides are multiples of 64. */
    inputs: z
      .array(
        z.strictObject({
          onnx: z.string().min(1),
          sha256: hash,
          width: z.int().multipleOf(64),
          height: z.int().multipleOf(64),
        }),
      )
      .min(1),
    /** Places below this are not refined. */
    scoreThreshold: share,
    /** Suppression of places of one kind. */
    iouThreshold: share,
  }),
  refiner: z.strictObject({
    onnx: z.string().min(1),
    sha256: hash,
    /** Crops of one run: its input is [batch, 3, side, side]. */
    batch: z.int().min(1).max(256),
    side: z.int().multipleOf(16),
    cropMargin: z.number().positive(),
    /** How often a cell is refined; from the second time on around the outline found before. */
    passes: z.int().min(1).max(4),
    /** Divides the logits, so that probabilities are as often right as they say. */
    temperature: z.number().positive(),
  }),
  /** A cell is "not sure" below any of these. */
  unsure: z.strictObject({
    /** Of the probability of the most probable of the five types and their fellows. */
    probability: share,
    /** Of the probability of the most probable class itself. */
    fine: share.default(0),
    /** Of ln Σ exp(logits): how well the cell is known at all. */
    energy: z.number(),
  }),
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
