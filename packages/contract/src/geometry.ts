/** @file Boxes and masks as JSON. Pixels of the upright image, origin top-left, boxes xyxy half-open. */
import { z } from 'zod';

/** A box with an area. */
export const boxSchema = z
  .object({ x1: z.number(), y1: z.number(), x2: z.number(), y2: z.number() })
  .refine((box) => box.x2 > box.x1 && box.y2 > box.y1, 'x2 must be above x1, and y2 above y1');

/** A mask of the whole field as COCO's compressed run lengths (`rleFromString` of core reads it). */
export const maskSchema = z.object({
  width: z.int().min(1).max(100_000),
  height: z.int().min(1).max(100_000),
  counts: z.string().min(1).max(1_000_000),
});

/** A mask as JSON. */
export type MaskJson = z.infer<typeof maskSchema>;
