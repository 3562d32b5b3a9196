/**
 * @file The small JSON that describes a foreign ONNX detector: what it takes, and how to read its outputs.
 *
 * Three styles cover the field. `yolo`: one tensor with a row (or column) of box and class scores per
 * candidate, before suppression. `ssd`: boxes and class scores in two tensors, before suppression.
 * `rcnn`: boxes, scores and class numbers as final lists, with masks where there are some; also what
 * YOLO with built-in suppression, torchvision's SSD and TensorFlow's object detection give.
 */
import { type CellClass, LeukoscopeError, parseCellClass } from '@leukoscope/core';
import { z } from 'zod';

const triple = z.tuple([z.number(), z.number(), z.number()]);
const boxForm = z.enum(['xyxy', 'xywh', 'cxcywh', 'yxyx']);
const units = z.enum(['pixels', 'relative']);
const activation = z.enum(['none', 'sigmoid', 'softmax']);

const inputSchema = z.strictObject({
  /** Name of the graph's input; the only one where left out. */
  name: z.string().min(1).optional(),
  width: z.int().min(16).max(4096),
  height: z.int().min(16).max(4096),
  fit: z.enum(['letterbox', 'stretch']).default('letterbox'),
  /** Values are divided by this first. */
  scale: z.number().positive().default(255),
  mean: triple.default([0, 0, 0]),
  std: triple.refine((values) => values.every((value) => value > 0)).default([1, 1, 1]),
  channels: z.enum(['rgb', 'bgr']).default('rgb'),
  layout: z.enum(['nchw', 'nhwc', 'chw']).default('nchw'),
  dtype: z.enum(['float32', 'uint8']).default('float32'),
  /** Grey beside a letterboxed image, 0..255. */
  padding: z.number().min(0).max(255).default(114),
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

const detectorSchema = z.strictObject({
  /** As reports call it. */
  name: z.string().min(1),
  /** Path of the ONNX file, from the JSON's folder. */
  onnx: z.string().min(1),
  /** SHA-256 of the ONNX file in hexadecimal; checked before it is loaded. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits in lower case')
    .optional(),
  /** Names in the order of class numbers, as the data set wrote them. */
  classes: z.array(z.string().min(1)).min(1),
  input: inputSchema,
  output: z.discriminatedUnion('style', [yoloSchema, ssdSchema, rcnnSchema]),
  scoreThreshold: z.number().min(0).max(1).default(0.4),
  /** Suppression of overlapping boxes; 1 switches it off. */
  iouThreshold: z.number().min(0).max(1).default(0.5),
  /** How large images are cut, in pixels; left out, they are given whole. */
  tile: z.strictObject({ side: z.int().min(64), overlap: z.int().min(0) }).optional(),
});

type DetectorJson = z.infer<typeof detectorSchema>;

/** A checked description; `cellClasses[i]` is what class number i means. */
export type DetectorConfig = DetectorJson & { readonly cellClasses: readonly CellClass[] };

/** How boxes are written in an output. */
export type BoxForm = z.infer<typeof boxForm>;

/** Read the description of a foreign detector. */
export function parseDetectorConfig(json: unknown, where = 'detector description'): DetectorConfig {
  const parsed = detectorSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const place = issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
    throw new LeukoscopeError(
      'DETECTOR_CONFIG',
      `${where} must fit its form${place}. Received: ${issue.message}. See docs/guide-analyze.md.`,
    );
  }
  const cellClasses = parsed.data.classes.map((name) => {
    const known = parseCellClass(name);
    if (known.kind === 'known') return known.cellClass;
    const cure =
      known.kind === 'ambiguous'
        ? `It may mean ${known.candidates.join(' or ')}; write one of these.`
        : 'Write the name of a kind of cell, such as leukocyte or monocyte.';
    throw new LeukoscopeError(
      'DETECTOR_CONFIG',
      `${where}: each of classes must name one kind of cell. Received ${JSON.stringify(name)}. ${cure}`,
    );
  });
  return { ...parsed.data, cellClasses };
}
