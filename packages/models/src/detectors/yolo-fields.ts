/** @file What the configurations of all YOLO families have in common. */
import type { Size } from '@leukoscope/core';
import { z } from 'zod';
import { backboneSchema, frozenKeys } from '../backbones/backbone.ts';
import { normFields } from '../backbones/backbone-fields.ts';
import { type InputSpec, imagenetNormalisation } from '../family/input-spec.ts';
import { classesSchema, type FamilyRecipe, sizeSchema } from '../family/model-family.ts';
import { detectionSchema } from '../heads/final-detections.ts';

const positive = z.number().positive();

/** Fields of every YOLO configuration. */
export const yoloFields = {
  classes: classesSchema,
  size: sizeSchema,
  /** Sides of the square inputs that training takes turns with. */
  trainingSizes: z.array(z.int().min(32).max(1024).multipleOf(32)).min(1).readonly(),
  backbone: backboneSchema,
  /** The head's norm. */
  ...normFields,
  /** Width and height of the anchors in pixels of the input, smallest first. */
  anchors: z
    .array(z.tuple([positive, positive]).readonly())
    .min(1)
    .readonly(),
  /** A place whose box overlaps a cell more than this does not learn that nothing is there. */
  ignoreIou: z.number().min(0).max(1),
  detection: detectionSchema,
};

const fields = z.strictObject(yoloFields);

/** The configuration that all of them share. */
export type YoloConfig = z.infer<typeof fields>;

/** How images become the input: Darknet's networks see values of 0..1. */
export function yoloInput({ size, backbone }: Pick<YoloConfig, 'size' | 'backbone'>): InputSpec {
  const plain = { mean: [0, 0, 0], deviation: [1, 1, 1] } as const;
  const normalisation = backbone.kind === 'darknet' ? plain : imagenetNormalisation;
  return { size, fit: 'letterbox', multipleOf: 32, ...normalisation, padding: 127.5 };
}

/** Parameters that are never trained. */
export function yoloFrozen({ backbone }: Pick<YoloConfig, 'backbone'>): readonly string[] {
  return frozenKeys(backbone, 'backbone');
}

/** Square sizes of these sides. */
export function squares(sides: readonly number[]): Size[] {
  return sides.map((side) => ({ width: side, height: side }));
}

/** The recognition paper's recipe. */
export const yoloRecipe: FamilyRecipe = {
  optimiser: 'sgd',
  learningRate: 1e-4,
  weightDecay: 5e-4,
  batchSize: 16,
  epochs: 60,
  augmentation: 'peripheral',
};
