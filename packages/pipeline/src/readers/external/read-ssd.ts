/** @file SSD-style outputs (boxes and class scores of all anchors, decoded) -> candidates. */
import type { Size, TensorData } from '@leukoscope/core';
import {
  activateInPlace,
  type Candidate,
  checkShape,
  pickOutput,
  readBox,
  toNumbers,
  toShares,
} from './candidate.ts';
import type { ExternalSettings } from './external-settings.ts';

/** Options of the style `ssd`. */
export type SsdOutput = Extract<ExternalSettings['output'], { readonly style: 'ssd' }>;

/** Read the candidates that reach a score: the best class of each anchor, if it is not the background. */
export function readSsd(
  outputs: Readonly<Record<string, TensorData>>,
  classCount: number,
  output: SsdOutput,
  input: Size,
  scoreThreshold: number,
): Candidate[] {
  const boxTensor = pickOutput(outputs, output.boxes);
  const scoreTensor = pickOutput(outputs, output.scores);
  const width = classCount + (output.background === 'none' ? 0 : 1);
  const count = boxTensor.shape.at(-2) ?? 0;
  checkShape(boxTensor.shape.at(-1) === 4, boxTensor, '[1, N, 4]');
  const fits = scoreTensor.shape.at(-1) === width && scoreTensor.shape.at(-2) === count;
  checkShape(fits, scoreTensor, `[1, ${count}, ${width}]`);
  const boxes = toNumbers(boxTensor);
  const values = toNumbers(scoreTensor);
  const first = output.background === 'first' ? 1 : 0;
  const scale = output.units === 'relative' ? input : { width: 1, height: 1 };
  const scores = new Float64Array(width);
  const candidates: Candidate[] = [];
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < width; k++) scores[k] = values[i * width + k]!;
    activateInPlace(scores, output.activation);
    let best = 0;
    for (let k = 1; k < classCount; k++) if (scores[first + k]! > scores[first + best]!) best = k;
    const score = scores[first + best]!;
    if (!(score >= scoreThreshold)) continue;
    const corners = [
      boxes[i * 4]!,
      boxes[i * 4 + 1]!,
      boxes[i * 4 + 2]!,
      boxes[i * 4 + 3]!,
    ] as const;
    const box = readBox(corners, output.box, scale);
    const probabilities = toShares(scores.subarray(first, first + classCount));
    candidates.push({ box, score, classIndex: best, probabilities });
  }
  return candidates;
}
