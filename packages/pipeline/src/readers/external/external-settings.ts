/** @file Settings of detectors made elsewhere: the form of their input and of their outputs. */
import { z } from 'zod';

const boxForm = z.enum(['xyxy', 'xywh', 'cxcywh', 'yxyx']);
const units = z.enum(['pixels', 'relative']);
const activation = z.enum(['none', 'sigmoid', 'softmax']);

/** What the network takes, besides size, fit, mean and deviation, which `input` of the description says. */
export const externalInputSchema = z.strictObject({
  /** Name of the graph's input; the only one where left out. */
  name: z.string().min(1).optional(),
  channels: z.enum(['rgb', 'bgr']).default('rgb'),
  layout: z.enum(['nchw', 'nhwc', 'chw']).default('nchw'),
  /** `uint8` takes pixels as they are, without mean and deviation. */
  dtype: z.enum(['float32', 'uint8']).default('float32'),
});

const yoloSchema = z.strictObject({
  style: z.literal('yolo'),
  /** Name of the graph's output; the only one where left out. */
  tensor: z.string().optional(),
  /** `rows`: [1, N, 4 + K] (v5, v7); `columns`: [1, 4 + K, N] (v8 and later). */
  layout: z.enum(['rows', 'columns']).default('columns'),
  box: boxForm.default('cxcywh'),
  units: units.default('pixels'),
  /** Whether an objectness stands between box and class scores (v5, v7). */
  objectness: z.boolean().default(false),
  activation: activation.default('none'),
});

const ssdSchema = z.strictObject({
  style: z.literal('ssd'),
  /** Name of the output [1, N, 4]. */
  boxes: z.string(),
  /** Name of the output [1, N, K], or [1, N, K + 1] with a background. */
  scores: z.string(),
  box: boxForm.default('xyxy'),
  units: units.default('relative'),
  background: z.enum(['first', 'last', 'none']).default('first'),
  activation: activation.default('softmax'),
});

const rcnnSchema = z.strictObject({
  style: z.literal('rcnn'),
  /** Name of the output [N, 4] or [1, N, 4]. */
  boxes: z.string(),
  scores: z.string(),
  /** Name of the output of class numbers. */
  labels: z.string(),
  /** Class number of the first class; torchvision counts the background as 0. */
  firstLabel: z.int().min(0).default(1),
  box: boxForm.default('xyxy'),
  units: units.default('pixels'),
  /** Name of the output [N, 1, h, w]: over the box, or over the whole input where it has its size. */
  masks: z.string().optional(),
});

/** How outputs are read. */
export const externalOutputSchema = z.discriminatedUnion('style', [
  yoloSchema,
  ssdSchema,
  rcnnSchema,
]);

/** The settings, as descriptions hold them. */
export const externalSchema = z.strictObject({
  input: externalInputSchema.prefault({}),
  output: externalOutputSchema,
  /** Place in `classes` of each of the network's classes, where several mean one kind; else they go in order. */
  classOf: z.array(z.int().min(0)).min(1).readonly().optional(),
  /** Suppression of overlapping boxes; 1 switches it off. */
  iouThreshold: z.number().min(0).max(1).default(0.5),
});

/** Checked settings. */
export type ExternalSettings = z.infer<typeof externalSchema>;

/** How boxes are written in an output. */
export type BoxForm = z.infer<typeof boxForm>;
