/**
 * @file Reviews: what people say about cells. Each review is one history entry, saved at once, and
 * may touch many cells: all of them change or none does.
 *
 * Undo is a new review that restores the cells of an earlier one; redo undoes the undo.
 */
import { z } from 'zod';
import { binSchema, cellSchema } from './cell.ts';
import { boxSchema, maskSchema } from './geometry.ts';
import { historyEntrySchema } from './history.ts';
import { idSchema, lineSchema, revisionSchema } from './ids.ts';

const cellRefs = z
  .array(z.object({ id: idSchema, revision: revisionSchema }))
  .min(1)
  .max(5000);

/** What a review does. */
export const reviewActionSchema = z.discriminatedUnion('kind', [
  /** Confirm cells as they are. */
  z.object({ kind: z.literal('see'), cells: cellRefs }),
  /** Move cells to another bin; this also marks them as seen. */
  z.object({ kind: z.literal('reclassify'), cells: cellRefs, bin: binSchema }),
  /** Give one cell another outline. */
  z.object({
    kind: z.literal('redraw'),
    cells: cellRefs.length(1),
    box: boxSchema,
    mask: maskSchema.nullable(),
  }),
  z.object({ kind: z.literal('delete'), cells: cellRefs }),
  /** Add a cell that the model missed. */
  z.object({
    kind: z.literal('add'),
    fieldId: idSchema,
    box: boxSchema,
    mask: maskSchema.nullable(),
    bin: binSchema,
  }),
  /** Restore the cells of an earlier review, which may itself be an undo. */
  z.object({ kind: z.literal('undo'), historyId: idSchema }),
]);

/** One review. */
export const newReviewSchema = z.object({
  /** Chosen by the client. Sending a review again with the same id answers the first result. */
  id: idSchema.optional(),
  action: reviewActionSchema,
  reason: lineSchema(500).optional(),
});

/** What a review did. */
export const reviewResultSchema = z.object({
  entry: historyEntrySchema,
  /** The cells it touched, as they are now. */
  cells: z.array(cellSchema),
});

/** What a review does. */
export type ReviewAction = z.infer<typeof reviewActionSchema>;
/** One review as it is sent. */
export type NewReview = z.infer<typeof newReviewSchema>;
/** What a review did. */
export type ReviewResult = z.infer<typeof reviewResultSchema>;
