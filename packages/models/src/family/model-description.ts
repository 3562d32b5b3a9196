/**
 * @file The one description of a trained model: the JSON beside its networks, and the same text in the ONNX
 * file's metadata (there without `networks`, since a file cannot hold its own hash).
 *
 * Which reader turns the outputs into cells stands in `reader`; what only that reader needs stands in
 * `settings`, which it checks itself.
 */
import { coarsen, expectations, LeukoscopeError } from '@leukoscope/core';
import { z } from 'zod';
import { attributeHeadsSchema } from './attribute-heads.ts';
import { familiarSchema } from './familiar-cells.ts';
import { priorSchema } from './prior.ts';
import { inputSpecSchema } from './input-spec.ts';
import { classesSchema } from './model-family.ts';
import { stageHeadSchema } from './stage-head.ts';

const share = z.number().min(0).max(1);
const hash = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits in lower case');

/** Key of the description in an ONNX file's metadata. */
export const descriptionKey = 'leukoscope';

/** How outputs become cells. */
export const readerNames = [
  'boxes',
  'pixels',
  'classes',
  'two-stage',
  'watershed',
  'external',
  'ensemble',
] as const;

const descriptionShape = z.strictObject({
  format: z.literal(2),
  name: z.string().min(1).max(100),
  reader: z.enum(readerNames),
  /** Family and configuration that made the network; absent where it comes from elsewhere. */
  family: z
    .strictObject({ name: z.string(), config: z.record(z.string(), z.unknown()) })
    .optional(),
  classes: classesSchema,
  input: inputSpecSchema,
  /** Network files beside the description, by what they are for. */
  networks: z
    .record(z.string(), z.strictObject({ onnx: z.string().min(1), sha256: hash }))
    .default({}),
  /** Checked by the reader. */
  settings: z.record(z.string(), z.unknown()).default({}),
  calibration: z.strictObject({
    /** p -> p^(1/T) / Σ, so that probabilities are as often right as they say. */
    temperature: z.number().positive().default(1),
    /** A type whose probability is below this is not to be trusted; absent where nobody fitted it. */
    unsureBelow: share.optional(),
    scoreThreshold: share,
  }),
  /** What each expectation of a specimen does to the probabilities; one that is absent cannot be asked for. */
  priors: z.partialRecord(z.enum(expectations), priorSchema).optional(),
  /** Where the probabilities of training cells lie, so that cells unlike them are noticed. */
  familiar: familiarSchema.optional(),
  /** What else it says of cells; models of two stages only. */
  attributes: attributeHeadsSchema.optional(),
  /** Finer types of a specimen that is expected to hold them; models of two stages only. */
  stages: stageHeadSchema.optional(),
  /** How large images are cut, in pixels of the image; absent: they are given whole. */
  tile: z
    .strictObject({ side: z.int().min(64), overlap: z.int().min(0) })
    .refine(({ side, overlap }) => overlap < side, 'overlap must be below side')
    .optional(),
  /** What it was fine-tuned from. */
  parent: z.strictObject({ name: z.string(), hash }).optional(),
});

const descriptionSchema = descriptionShape.check((context) => {
  const { classes, priors = {}, familiar, stages } = context.value;
  for (const stage of stages?.classes ?? []) {
    if (coarsen(stage, classes) !== undefined) continue;
    context.issues.push({
      code: 'custom',
      path: ['stages', 'classes'],
      message: `${stage} must be one of the classes or lie below one`,
      input: stage,
    });
  }
  const rows = familiar === undefined ? [] : [...familiar.means, familiar.deviations];
  if (
    familiar !== undefined &&
    (rows.length !== classes.length + 1 || rows.some((row) => row.length !== classes.length))
  ) {
    context.issues.push({
      code: 'custom',
      path: ['familiar'],
      message: `means must be ${classes.length} rows of ${classes.length} numbers, and deviations one, as there are classes`,
      input: familiar,
    });
  }
  for (const [expectation, prior] of Object.entries(priors)) {
    for (const cellClass of Object.keys(prior.factors)) {
      if (classes.some((own) => own === cellClass)) continue;
      context.issues.push({
        code: 'custom',
        path: ['priors', expectation, 'factors', cellClass],
        message: 'must be one of the classes',
        input: cellClass,
      });
    }
  }
});

/** Everything that runs is described by one of these. */
export type ModelDescription = z.infer<typeof descriptionSchema>;

/** The name of a reader. */
export type ReaderName = (typeof readerNames)[number];

/** Check a description; `where` says in errors which one. */
export function parseModelDescription(json: unknown, where: string): ModelDescription {
  const parsed = descriptionSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new LeukoscopeError(
    'MODEL_DESCRIPTION',
    `${where} must be a model description of format 2 at ${issue.path.join('.') || 'its root'}. Received: ${issue.message}. docs/formats.md shows it.`,
  );
}
