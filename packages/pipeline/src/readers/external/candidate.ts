/** @file What the readers of foreign outputs have in common: candidates, tensors by name, box forms. */
import { type Box, LeukoscopeError, type PlacedMask, type TensorData } from '@leukoscope/core';
import type { BoxForm } from './external-settings.ts';

/** A box with a class in pixels of the model's input, before threshold and suppression. */
export interface Candidate {
  readonly box: Box;
  readonly score: number;
  readonly classIndex: number;
  /** Over the classes, Σ = 1; absent where the network tells only its choice. */
  readonly probabilities?: readonly number[] | undefined;
  /** In pixels of the model's input. */
  readonly mask?: PlacedMask | undefined;
}

/** Return an output by name, or the only one. */
export function pickOutput(
  outputs: Readonly<Record<string, TensorData>>,
  name: string | undefined,
): TensorData {
  const names = Object.keys(outputs);
  const wanted = name ?? (names.length === 1 ? names[0] : undefined);
  const output = wanted === undefined ? undefined : outputs[wanted];
  if (output !== undefined) return output;
  throw new LeukoscopeError(
    'DETECTOR_OUTPUT',
    `output ${name ?? '(unnamed)'} must be one of the model's outputs: ${names.join(', ')}. Correct it in the settings of its description.`,
  );
}

/** Read any numeric output as plain floats. */
export function toNumbers(tensor: TensorData): ArrayLike<number> {
  if (tensor.data instanceof BigInt64Array) return Float64Array.from(tensor.data, Number);
  if (tensor.dtype === 'float16') {
    throw new LeukoscopeError(
      'DETECTOR_OUTPUT',
      'outputs must be float32 or integers. Received float16. Export the model with float32 outputs.',
    );
  }
  return tensor.data;
}

/** Throw unless a shape is as the style says. */
export function checkShape(isRight: boolean, tensor: TensorData, rule: string): void {
  if (isRight) return;
  throw new LeukoscopeError(
    'DETECTOR_OUTPUT',
    `output must have shape ${rule}. Received [${tensor.shape.join(', ')}]. Correct the settings of its description.`,
  );
}

/** Read four numbers as a box; relative ones are multiplied by the input's size. */
export function readBox(
  [a, b, c, d]: readonly [number, number, number, number],
  form: BoxForm,
  scale: { readonly width: number; readonly height: number },
): Box {
  const { width, height } = scale;
  switch (form) {
    case 'xyxy':
      return { x1: a * width, y1: b * height, x2: c * width, y2: d * height };
    case 'yxyx':
      return { x1: b * width, y1: a * height, x2: d * width, y2: c * height };
    case 'xywh':
      return { x1: a * width, y1: b * height, x2: (a + c) * width, y2: (b + d) * height };
    case 'cxcywh':
      return {
        x1: (a - c / 2) * width,
        y1: (b - d / 2) * height,
        x2: (a + c / 2) * width,
        y2: (b + d / 2) * height,
      };
  }
}

/** Turn class outputs into probabilities or scores, in place. */
export function activateInPlace(
  values: Float64Array,
  activation: 'none' | 'sigmoid' | 'softmax',
): void {
  if (activation === 'sigmoid') {
    for (let i = 0; i < values.length; i++) values[i] = 1 / (1 + Math.exp(-values[i]!));
  } else if (activation === 'softmax') {
    const largest = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    let sum = 0;
    for (let i = 0; i < values.length; i++) {
      values[i] = Math.exp(values[i]! - largest);
      sum += values[i]!;
    }
    for (let i = 0; i < values.length; i++) values[i] = values[i]! / sum;
  }
}

/** Make class scores, which may each be true by itself, shares of 1: p_k = s_k / Σ s; undefined where all are 0. */
export function toShares(scores: ArrayLike<number>): number[] | undefined {
  const values = Array.from(scores, (score) => Math.max(0, score));
  const sum = values.reduce((a, b) => a + b, 0);
  return sum > 0 ? values.map((value) => value / sum) : undefined;
}
