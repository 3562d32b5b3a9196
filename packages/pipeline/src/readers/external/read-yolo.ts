/**
 * @file YOLO-style output -> candidates.
 *
 * N candidates, K classes: a row holds 4 box numbers, the objectness where there is one, K class scores.
 * score = objectness x class score, as the family trains it. Only the best class of a row counts.
 */
import type { Size, TensorData } from '@leukoscope/core';
import {
  activateInPlace,
  type Candidate,
  checkShape,
  readBox,
  toNumbers,
  toShares,
} from './candidate.ts';
import type { ExternalSettings } from './external-settings.ts';

/** Options of the style `yolo`. */
export type YoloOutput = Extract<ExternalSettings['output'], { readonly style: 'yolo' }>;

/** Read the candidates that reach a score. */
export function readYolo(
  tensor: TensorData,
  classCount: number,
  output: YoloOutput,
  input: Size,
  scoreThreshold: number,
): Candidate[] {
  const leading = 4 + (output.objectness ? 1 : 0);
  const length = leading + classCount;
  const isColumns = output.layout === 'columns';
  const [batch, second, third] = tensor.shape;
  const rule = isColumns ? `[1, ${length}, N]` : `[1, N, ${length}]`;
  const isRight =
    tensor.shape.length === 3 && batch === 1 && (isColumns ? second : third) === length;
  checkShape(isRight, tensor, rule);
  const count = (isColumns ? third : second)!;
  const values = toNumbers(tensor);
  const at = (row: number, k: number) => values[isColumns ? k * count + row : row * length + k]!;
  const scale = output.units === 'relative' ? input : { width: 1, height: 1 };
  const candidates: Candidate[] = [];
  const scores = new Float64Array(classCount);
  const objectness = new Float64Array(1);
  for (let row = 0; row < count; row++) {
    objectness[0] = output.objectness ? at(row, 4) : 1;
    if (output.objectness && output.activation !== 'none') activateInPlace(objectness, 'sigmoid');
    if (objectness[0] < scoreThreshold) continue;
    for (let k = 0; k < classCount; k++) scores[k] = at(row, leading + k);
    activateInPlace(scores, output.activation);
    let best = 0;
    for (let k = 1; k < classCount; k++) if (scores[k]! > scores[best]!) best = k;
    const score = objectness[0] * scores[best]!;
    if (!(score >= scoreThreshold)) continue;
    const corners = [at(row, 0), at(row, 1), at(row, 2), at(row, 3)] as const;
    const box = readBox(corners, output.box, scale);
    candidates.push({ box, score, classIndex: best, probabilities: toShares(scores) });
  }
  return candidates;
}
