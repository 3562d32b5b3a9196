/**
 * @file The experiment file of the compact model: data, both networks, both recipes, seeds. One file says
 * everything that decides the weights.
 */
import { LeukoscopeError, messageOf } from '@leukoscope/core';
import { z } from 'zod';

const share = z.number().min(0).max(1);
const positive = z.number().positive();
const count = z.number().int().positive();

const recipe = z.strictObject({
  steps: count,
  batchSize: count,
  /** Highest learning rate of AdamW; it rises over `warmUp` steps and falls along half a cosine. */
  learningRate: positive,
  warmUp: z.number().int().min(0),
  weightDecay: z.number().min(0),
  clipNorm: positive,
  averageDecay: share,
  seed: z.number().int(),
  validateEvery: count,
  /** Train the first steps on smaller pictures, which costs less a step. */
  beginSmall: z.strictObject({ steps: count, side: count.multipleOf(16) }).optional(),
});

const variation = z.strictObject({
  scale: z.number().min(0),
  shift: z.number().min(0),
  turns: z.boolean(),
  cuts: share,
  colour: z.number().min(0),
  damage: share,
  waves: share,
  stain: share,
  dim: share,
  neighbours: share,
  mild: share,
});

const refiner = z.strictObject({
  config: z.strictObject({
    side: count.multipleOf(16),
    cropMargin: positive,
    widths: z.tuple([count, count, count, count]),
    blocks: z.tuple([z.number().int().min(0), z.number().int().min(0), z.number().int().min(0)]),
    maskWidth: count,
    dropout: share,
  }),
  recipe,
  variation,
  labelSmoothing: share,
  maskShare: z.number().min(0),
  /** How cells are looked at once trained: passes, and turned views that the last one averages. */
  decoding: z.strictObject({
    passes: count,
    views: z.union([z.literal(1), z.literal(2), z.literal(4), z.literal(8)]),
  }),
  /** Synthetic crops to draw. */
  synthetic: z.number().int().min(0),
  shares: z.array(
    z.strictObject({
      group: z.string(),
      share: positive,
      typeWeight: z.number().min(0).optional(),
    }),
  ),
});

const locator = z.strictObject({
  config: z.strictObject({
    widths: z.tuple([count, count, count, count, count, count]),
    blocks: z.tuple([z.number().int().min(0), z.number().int().min(0), z.number().int().min(0)]),
    upWidths: z.tuple([count, count, count, count]),
  }),
  recipe,
  /** Longer side of a field as the locator sees it at inference. */
  workSide: count.multipleOf(64),
  /** How the trained network is used: see the description of the model. */
  decoding: z.strictObject({
    largestSide: count.multipleOf(64),
    scoreThreshold: share,
    iouThreshold: share,
  }),
  /** Side of the training window. */
  side: count.multipleOf(64),
  cellSides: z.tuple([positive, positive]),
  colour: z.number().min(0),
  cuts: share,
  stain: share,
  dim: share,
  /** Scenes to compose of the cells of BCISC. */
  composed: z.number().int().min(0),
  /** Synthetic fields to draw. */
  synthetic: z.number().int().min(0),
  shares: z.array(z.strictObject({ group: z.string(), share: positive })),
  /** Sets whose boxes are read: never oi-pbc. */
  sets: z.array(z.enum(['bcisc', 'txl-pbc', 'bccd'])),
});

const schema = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]+$/),
  /** Folders of the data root that are read. */
  sets: z.array(z.string()),
  locator,
  refiner,
});

/** What decides the weights of a compact model. */
export type CompactExperiment = z.infer<typeof schema>;

/** Check the text of an experiment file. */
export function parseCompactExperiment(json: string): CompactExperiment {
  try {
    return schema.parse(JSON.parse(json));
  } catch (error) {
    throw new LeukoscopeError(
      'EXPERIMENT_FILE',
      `the experiment file must follow the compact model's schema. Received: ${messageOf(error)}`,
      { cause: error },
    );
  }
}
