/**
 * @file What an exported network of each task gives, so that one reader serves all families of a task.
 *
 * K = classes, D = most detections (fixed; empty rows have score 0), F = features, S = side of a mask.
 *
 *   classes    probabilities [N, K], Σ = 1; perhaps features [N, F]
 *   boxes      boxes [1, D, 4] xyxy in pixels of the input, after suppression, best first;
 *              scores [1, D] 0..1; class_index int64 [1, D];
 *              probabilities [1, D, K] over foreground classes, Σ = 1 in rows that exist
 *   instances  the same with masks [1, D, S, S], probabilities inside the box
 *   pixels     probabilities [N, K + 1, H, W] of the input, background last, Σ = 1
 */
import { LeukoscopeError } from '@leukoscope/core';
import type { Tensor } from '@leukoscope/nn';
import type { Task } from './model-family.ts';

const boxOutputs = ['boxes', 'scores', 'class_index', 'probabilities'] as const;

/** Outputs that a network of each task must have. */
export const exportedOutputs: Readonly<Record<Task, readonly string[]>> = {
  classes: ['probabilities'],
  boxes: boxOutputs,
  instances: [...boxOutputs, 'masks'],
  pixels: ['probabilities'],
};

/** Throw unless a family exports what its task promises. */
export function checkExported(
  family: string,
  task: Task,
  outputs: Readonly<Record<string, Tensor>>,
): void {
  const missing = exportedOutputs[task].filter((name) => outputs[name] === undefined);
  if (missing.length === 0) return;
  throw new LeukoscopeError(
    'MODEL_FAMILY',
    `internal: family ${family} must export ${exportedOutputs[task].join(', ')}. Received none of ${missing.join(', ')}.`,
  );
}
