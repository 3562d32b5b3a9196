/**
 * @file The recipe of an augmentation: plain JSON, checked once, then trusted.
 *
 * A recipe is a list of steps, each with the probability that it happens. Ranges are [low, high];
 * every random number comes from the seed handed to `augmentSample`.
 */
import { LeukoscopeError, type Random } from '@leukoscope/core';
import { z } from 'zod';

const probability = z.number().min(0).max(1).default(0.5);

function range(low: number, high: number, standard: [number, number]) {
  return z
    .tuple([z.number().min(low).max(high), z.number().min(low).max(high)])
    .refine(([from, to]) => from <= to, 'low must not be above high')
    .default(standard);
}

const geometricSteps = [
  z.strictObject({
    kind: z.literal('flip'),
    axis: z.enum(['horizontal', 'vertical']).default('horizontal'),
    probability,
  }),
  /** Turns by 90, 180 or 270 degrees. */
  z.strictObject({ kind: z.literal('quarter-turn'), probability }),
  z.strictObject({
    kind: z.literal('rotate'),
    degrees: range(-360, 360, [-180, 180]),
    probability,
  }),
  /** As shares of width and height. */
  z.strictObject({
    kind: z.literal('shift'),
    x: range(-1, 1, [-0.1, 0.1]),
    y: range(-1, 1, [-0.1, 0.1]),
    probability,
  }),
  /** `aspect` stretches x against y by its square root each way. */
  z.strictObject({
    kind: z.literal('scale'),
    factor: range(0.05, 20, [0.8, 1.25]),
    aspect: range(0.2, 5, [1, 1]),
    probability,
  }),
  /** Cuts a window of fixed size in pixels, anywhere or with the centre of a random cell inside. */
  z.strictObject({
    kind: z.literal('crop'),
    width: z.int().min(1).max(16_384),
    height: z.int().min(1).max(16_384),
    around: z.enum(['anywhere', 'cell']).default('anywhere'),
    probability: z.number().min(0).max(1).default(1),
  }),
  /**
   * A window at a drawn magnification: a random cell's longer side measures `cellPx` in it, and mostly its middle lies
   * inside. In a picture without cells a third of its height stands for one. Without a size it is as large as the
   * result is to be.
   */
  z.strictObject({
    kind: z.literal('window'),
    width: z.int().min(1).max(16_384).optional(),
    height: z.int().min(1).max(16_384).optional(),
    cellPx: range(1, 16_384, [20, 230]),
    probability: z.number().min(0).max(1).default(1),
  }),
  /** Laid anywhere on a larger canvas, whose sides are the picture's times the factor. */
  z.strictObject({ kind: z.literal('expand'), factor: range(1, 20, [1, 4]), probability }),
  /**
   * A part of the picture that overlaps a cell by at least one of the IoU, drawn, and holds its middle. Sides are shares of the
   * picture's, their ratio within `aspect`. Nothing happens where fifty tries find none, or without cells.
   */
  z.strictObject({
    kind: z.literal('patch'),
    leastIou: z.array(z.number().min(0).max(1)).min(1).default([0, 0.1, 0.3, 0.5, 0.7, 0.9]),
    side: range(0.05, 1, [0.3, 1]),
    aspect: range(0.2, 5, [0.5, 2]),
    probability,
  }),
  /** Simard's field: noise smoothed with `sigmaPx`, shifts of standard deviation `deviationPx`. */
  z.strictObject({
    kind: z.literal('elastic'),
    sigmaPx: range(2, 500, [16, 32]),
    deviationPx: range(0, 100, [2, 5]),
    probability,
  }),
] as const;

const pixelSteps = [
  z.strictObject({ kind: z.literal('blur'), sigmaPx: range(0, 20, [0.3, 1.5]), probability }),
  /** out = 255 (in / 255)^gamma: above 1 darker, below 1 brighter. */
  z.strictObject({ kind: z.literal('gamma'), gamma: range(0.1, 10, [0.7, 1.4]), probability }),
  /** Added, as a share of 255. */
  z.strictObject({
    kind: z.literal('brightness'),
    shift: range(-1, 1, [-0.1, 0.1]),
    probability,
  }),
  /** Distance to the picture's mean, times the factor. */
  z.strictObject({ kind: z.literal('contrast'), factor: range(0, 10, [0.8, 1.25]), probability }),
  /** Distance to the pixel's own grey, times the factor. */
  z.strictObject({ kind: z.literal('saturation'), factor: range(0, 10, [0.7, 1.3]), probability }),
  /**
   * The amounts of the two Romanowsky dyes, each times its own factor, in optical density; `turn` gives each dye another colour, so
   * many degrees off its own.
   */
  z.strictObject({
    kind: z.literal('stain'),
    azure: range(0, 5, [0.75, 1.3]),
    eosin: range(0, 5, [0.75, 1.3]),
    turn: range(0, 45, [0, 0]),
    probability,
  }),
  /** Stained at another buffer pH; 6.4 to 6.8 is right. Stained more or less strongly by `strength`. */
  z.strictObject({
    kind: z.literal('restain'),
    pH: range(4, 9, [5.4, 7.8]),
    strength: range(0.2, 5, [0.79, 1.27]),
    probability,
  }),
  /** Lamp, camera and developing: gamma, gains, casts, hue and saturation; strength 1 is what microscopes do. */
  z.strictObject({ kind: z.literal('camera'), strength: range(0, 3, [0.4, 0.9]), probability }),
  /** A share of the light is left, more at one side; balanced, so that noise and fall-off stay. */
  z.strictObject({
    kind: z.literal('poor-light'),
    left: range(0.05, 1, [0.3, 0.85]),
    slope: range(0, 1, [0, 0.3]),
    noise: range(0, 64, [0, 3]),
    probability,
  }),
  /** Normal noise on every value; standard deviation of 0..255. */
  z.strictObject({ kind: z.literal('noise'), deviation: range(0, 128, [1, 8]), probability }),
  /** What a JPEG file of this quality would leave. */
  z.strictObject({
    kind: z.literal('jpeg'),
    quality: range(1, 100, [40, 95]),
    probability,
  }),
  /** Grey rectangles; sides as shares of the picture's. */
  z.strictObject({
    kind: z.literal('cut-out'),
    count: range(0, 64, [1, 3]),
    side: range(0, 1, [0.05, 0.2]),
    probability,
  }),
] as const;

const mixingSteps = [
  /** The picture ends within a cell of which this share of width or height is left. */
  z.strictObject({
    kind: z.literal('cut'),
    shown: range(0.05, 1, [0.25, 0.65]),
    /** The view moves to what is left of the cell and closes up on it, as on a cell that was found so. */
    follows: z.boolean().default(false),
    probability,
  }),
  /** An outlined cell of another picture beside the first cell, its size and distance over that cell's. */
  z.strictObject({
    kind: z.literal('neighbour'),
    size: range(0.1, 5, [0.75, 1.3]),
    distance: range(0, 3, [0.59, 1.09]),
    probability,
  }),
  /** Four pictures around a random point. */
  z.strictObject({
    kind: z.literal('mosaic'),
    centre: range(0, 1, [0.3, 0.7]),
    probability,
  }),
  /** Two pictures on top of each other; the share of the first is drawn from Beta(alpha, alpha). */
  z.strictObject({
    kind: z.literal('mix-up'),
    alpha: z.number().min(0.01).max(100).default(8),
    probability,
  }),
] as const;

const stepSchema = z.discriminatedUnion('kind', [...geometricSteps, ...pixelSteps, ...mixingSteps]);

const byte = z.int().min(0).max(255);

const recipeSchema = z.strictObject({
  steps: z.array(stepSchema),
  /** A share of pictures to which only the steps of these kinds are done. */
  mild: z
    .strictObject({ share: z.number().min(0).max(1), kinds: z.array(z.string()).min(1) })
    .optional(),
  /** What a turned or shifted picture shows outside itself; a colour stays that colour whatever the pixel steps do. */
  border: z
    .union([z.enum(['background', 'reflect', 'replicate']), z.tuple([byte, byte, byte])])
    .default('background'),
  /** Cells of which less remains visible are dropped. */
  minVisibleShare: z.number().min(0).max(1).default(0.25),
  /** Cells of which less remains visible are kept and flagged incomplete. */
  completeShare: z.number().min(0).max(1).default(0.95),
  /** How a box without mask is turned: as the ellipse in it (round cells) or by its corners. */
  boxShape: z.enum(['ellipse', 'corners']).default('ellipse'),
  /** The middle is shown so many times larger, behind all other geometry. */
  zoom: z.number().min(0.1).max(10).default(1),
  /** Size of the result; resizing is part of the one warp. */
  output: z
    .strictObject({
      width: z.int().min(1).max(16_384),
      height: z.int().min(1).max(16_384),
      fit: z.enum(['letterbox', 'stretch']).default('letterbox'),
    })
    .optional(),
});

/** A checked recipe, defaults filled in. */
export type AugmentationRecipe = z.infer<typeof recipeSchema>;

/** A recipe as written by a person: defaults may be left out. */
export type AugmentationRecipeInput = z.input<typeof recipeSchema>;

/** The steps that happen to a picture of this stream: all, or where it stays mild those of mild kinds. */
export function stepsFor(recipe: AugmentationRecipe, random: Random): readonly AugmentationStep[] {
  const { mild, steps } = recipe;
  if (mild === undefined || !random.fork('mild').chance(mild.share)) return steps;
  return steps.map((step) => (mild.kinds.includes(step.kind) ? step : { ...step, probability: 0 }));
}

/** One checked step. */
export type AugmentationStep = z.infer<typeof stepSchema>;

/** The step of one kind. */
export type StepOf<K extends AugmentationStep['kind']> = Extract<AugmentationStep, { kind: K }>;

/** Check a recipe read from JSON and fill its defaults in. */
export function parseRecipe(value: unknown): AugmentationRecipe {
  const result = recipeSchema.safeParse(value);
  if (result.success) {
    checkMildKinds(result.data);
    return result.data;
  }
  const issue = result.error.issues[0]!;
  const where = issue.path.length === 0 ? 'recipe' : `recipe.${issue.path.join('.')}`;
  throw new LeukoscopeError(
    'AUGMENT_RECIPE',
    `${where} must fit the recipe's form. Received a recipe with "${issue.message}". See docs/guide-augmentation.md.`,
    { cause: result.error },
  );
}

/** A kind that no step is of would leave nothing of a picture's own change without a word. */
function checkMildKinds({ mild, steps }: AugmentationRecipe): void {
  const stranger = mild?.kinds.find((kind) => !steps.some((step) => step.kind === kind));
  if (stranger === undefined) return;
  throw new LeukoscopeError(
    'AUGMENT_RECIPE',
    `recipe.mild.kinds must be kinds of its steps. Received ${JSON.stringify(stranger)}. See docs/guide-augmentation.md.`,
  );
}
