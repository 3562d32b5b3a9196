/** @file What can be measured. Light. */

/** Names of `--task`. */
export const evaluationTasks = ['boxes', 'masks', 'pixels', 'types'] as const;

/** One of them. */
export type EvaluationTask = (typeof evaluationTasks)[number];
