/**
 * @file What the server and its analysis processes say to each other. Apart from their work, so that the server reads
 * neither networks nor decoders.
 */
import {
  boxSchema,
  cellAttributeSchema,
  cellClassSchema,
  classProbabilitySchema,
  expectationSchema,
  familiaritySchema,
  flagSchema,
  maskSchema,
  nucleusSchema,
  sha256Schema,
} from '@leukoscope/contract';
import { z } from 'zod';

/** What an analysis process is asked. */
export const analysisTaskSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('describe'), modelFile: z.string() }),
  z.object({ kind: z.literal('try'), modelFile: z.string() }),
  z.object({
    kind: z.literal('analyse'),
    modelFile: z.string(),
    image: z.instanceof(Uint8Array),
    expectation: expectationSchema,
    maxPixels: z.number(),
  }),
]);

/** What a model says about itself. */
export const modelFactsSchema = z.object({
  name: z.string(),
  hash: z.string(),
  classes: z.array(cellClassSchema),
  reader: z.string(),
  parent: z.object({ name: z.string(), sha256: sha256Schema }).nullable(),
});

/** One cell as an analysis process answers it. */
export const findingJsonSchema = z.object({
  cellClass: cellClassSchema,
  box: boxSchema,
  mask: maskSchema.nullable(),
  score: z.number(),
  probabilities: z.array(classProbabilitySchema),
  isIncomplete: z.boolean(),
  isUnsure: z.boolean(),
  unexpected: classProbabilitySchema.optional(),
  nucleus: nucleusSchema.optional(),
  attributes: z.array(cellAttributeSchema).optional(),
});

/** What an analysis process answers. */
export const analysisResultSchema = z.object({
  modelHash: z.string(),
  /** What the types were chosen by: null where the model has no prior for what was asked. */
  expectation: expectationSchema,
  familiarity: familiaritySchema.optional(),
  findings: z.array(findingJsonSchema),
  flags: z.array(flagSchema),
});

/** What an analysis process answers. */
export type AnalysisResult = z.infer<typeof analysisResultSchema>;

/** One cell as an analysis process answers it. */
export type FindingJson = z.infer<typeof findingJsonSchema>;

/** What an analysis process says on its way. */
export const analysisProgressSchema = z.object({ progress: z.number(), stage: z.string() });
