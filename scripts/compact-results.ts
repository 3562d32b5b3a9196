/** @file The form of what evaluate-compact.ts writes for the reporting half. */
import { z } from 'zod';

const share = z.object({
  share: z.number().nullable(),
  low: z.number().optional(),
  high: z.number().optional(),
  of: z.number(),
});
const dice = z.object({ mean: z.number(), median: z.number() });
const places = z.object({
  cells: z.number(),
  ap50: z.number(),
  ap75: z.number(),
  ap: z.number(),
});
const boxed = z.object({
  places,
  found: share,
  plain: z.object({ erythrocyte: z.number(), platelet: z.number() }),
});
const byType = z.record(z.string(), share);
const flags = z.object({
  expectedCalibrationError: z.number(),
  wrongFlagged: share,
  rightFlagged: share,
});
const stranger = z.object({ dice, typeAccuracy: share });
const factor = z.object({
  ap50: z.number(),
  ap50Change: z.number(),
  typeAccuracy: share,
  typeChange: z.number(),
  found: share,
  extraCells: z.number(),
});

const schema = z.object({
  half: z.literal('reporting'),
  bcisc: z.object({
    places,
    found: share,
    fiveTypes: z.object({ map50: z.number(), map: z.number() }),
    typeAccuracy: share,
    byType,
    dice,
  }),
  'txl-pbc': boxed,
  bccd: boxed,
  'oi-pbc': z.object({
    places,
    found: share.optional(),
    fine: share,
    five: share,
    byType,
    confusion: z.record(z.string(), z.record(z.string(), z.number())),
  }),
  certainty: z.object({ pbcFine: flags, five: flags }),
  dataset1: stranger,
  dataset2: stranger,
  interference: z
    .object({ cutCells: z.object({ found: share, typeAccuracy: share }) })
    .catchall(factor),
});

/** A share with its exact limits; null where there is nothing to share. */
export type Share = z.infer<typeof share>;

/** Figures of one model on the reporting half. */
export type CompactResults = z.infer<typeof schema>;

/** Check the text of a results file. */
export function parseCompactResults(json: string): CompactResults {
  return schema.parse(JSON.parse(json));
}
