/** @file Settings of a locator with a refiner behind it: how much each looks at, and when it looks again. */
import { z } from 'zod';

const share = z.number().min(0).max(1);

const locatorSchema = z.strictObject({
  /** Longer side of the input in the first look; the network takes any multiples of 64. */
  side: z.int().multipleOf(64),
  /** Longest side of the input in the second look, where cells came out small in the first. */
  largestSide: z.int().multipleOf(64),
  /** Places below this are not refined. */
  scoreThreshold: share,
  /** Suppression of places of one kind. */
  iouThreshold: share,
});

const refinerSchema = z.strictObject({
  /** Most crops of one run: its input is [N, 3, side, side] for any N. */
  batch: z.int().min(1).max(256),
  side: z.int().multipleOf(16),
  cropMargin: z.number().positive(),
  /** How often a cell is refined; from the second time on around the outline found before. */
  passes: z.int().min(1).max(4),
  /** Turned views of a cell that the last pass takes the mean of. */
  views: z.union([z.literal(1), z.literal(2), z.literal(4), z.literal(8)]),
});

/** The settings, as descriptions hold them. */
export const locateRefineSchema = z.strictObject({
  stages: z.literal('locate-refine'),
  locator: locatorSchema,
  refiner: refinerSchema,
  /** Suppression of refined cells that turned out to be one. */
  iouThreshold: share,
});

/** Settings of both stages. */
export type LocateRefineSettings = z.infer<typeof locateRefineSchema>;

/** Settings of the first stage. */
export type LocatorSettings = LocateRefineSettings['locator'];

/** Settings of the second stage. */
export type RefinerSettings = LocateRefineSettings['refiner'];
