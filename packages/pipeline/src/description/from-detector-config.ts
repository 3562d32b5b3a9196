/**
 * @file The description that detectors made elsewhere had before format 2 -> the description of today.
 *
 * Its class names were those of a data set, in any spelling; ours are kinds of cell.
 */
import { type CellClass, LeukoscopeError, parseCellClass } from '@leukoscope/core';
import { type ModelDescription, parseModelDescription } from '@leukoscope/models';
import { z } from 'zod';
import {
  externalInputSchema,
  externalOutputSchema,
} from '../readers/external/external-settings.ts';

const triple = z.tuple([z.number(), z.number(), z.number()]);

const detectorSchema = z.strictObject({
  name: z.string().min(1),
  /** Path of the ONNX file, from the JSON's folder. */
  onnx: z.string().min(1),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits in lower case')
    .optional(),
  classes: z.array(z.string().min(1)).min(1),
  input: externalInputSchema.extend({
    width: z.int().min(16).max(4096),
    height: z.int().min(16).max(4096),
    fit: z.enum(['letterbox', 'stretch']).default('letterbox'),
    /** Values are divided by this first, then (value - mean) / std, in the order of `channels`. */
    scale: z.number().positive().default(255),
    mean: triple.default([0, 0, 0]),
    std: triple.refine((values) => values.every((value) => value > 0)).default([1, 1, 1]),
    padding: z.number().min(0).max(255).default(114),
  }),
  output: externalOutputSchema,
  scoreThreshold: z.number().min(0).max(1).default(0.4),
  iouThreshold: z.number().min(0).max(1).default(0.5),
  tile: z.strictObject({ side: z.int().min(64), overlap: z.int().min(0) }).optional(),
});

/** Convert it; `hashOf` gives the SHA-256 of its network file where it names none. */
export async function fromDetectorConfig(
  json: unknown,
  where: string,
  hashOf: (onnx: string) => Promise<string>,
): Promise<ModelDescription> {
  const parsed = detectorSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const place = issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
    throw new LeukoscopeError(
      'DETECTOR_CONFIG',
      `${where} must be a model description${place}. Received: ${issue.message}. See docs/formats.md.`,
    );
  }
  const { name, onnx, classes, output, scoreThreshold, iouThreshold, tile } = parsed.data;
  const { width, height, fit, scale, mean, std, padding, ...input } = parsed.data.input;
  // (v / scale - m) / s = (v / 255 - m scale / 255) / (s scale / 255), in the order red, green, blue.
  const inRgb = (values: readonly number[]) => {
    const scaled = values.map((value) => value * (scale / 255));
    return input.channels === 'rgb' ? scaled : scaled.toReversed();
  };
  const kinds = classes.map((text) => cellClassOf(text, where));
  const distinct = [...new Set(kinds)];
  const classOf = kinds.map((kind) => distinct.indexOf(kind));
  return parseModelDescription(
    {
      format: 2,
      name,
      reader: 'external',
      classes: distinct,
      input: {
        size: { width, height },
        fit,
        multipleOf: 1,
        mean: inRgb(mean),
        deviation: inRgb(std),
        padding,
      },
      networks: { network: { onnx, sha256: parsed.data.sha256 ?? (await hashOf(onnx)) } },
      settings: {
        input,
        output,
        ...(distinct.length === kinds.length ? {} : { classOf }),
        iouThreshold,
      },
      calibration: { scoreThreshold },
      ...(tile === undefined ? {} : { tile }),
    },
    where,
  );
}

function cellClassOf(text: string, where: string): CellClass {
  const known = parseCellClass(text);
  if (known.kind === 'known') return known.cellClass;
  const cure =
    known.kind === 'ambiguous'
      ? `It may mean ${known.candidates.join(' or ')}; write one of these.`
      : 'Write the name of a kind of cell, such as leukocyte or monocyte.';
  throw new LeukoscopeError(
    'DETECTOR_CONFIG',
    `${where}: each of classes must name one kind of cell. Received ${JSON.stringify(text)}. ${cure}`,
  );
}
