/** @file Learning rates by step, as plain functions of the step's number (0 is the first). */
import { LeukoscopeError } from '@leukoscope/core';

/** The learning rate of a step. */
export type Schedule = (step: number) => number;

/** The same rate at every step. */
export function constantRate(learningRate: number): Schedule {
  return () => learningRate;
}

/** Multiply by `factor` (0.1) at each milestone. */
export function multiStep(
  learningRate: number,
  milestones: readonly number[],
  factor = 0.1,
): Schedule {
  return (step) =>
    learningRate * factor ** milestones.filter((milestone) => step >= milestone).length;
}

/** Fall along half a cosine from the rate to `lowest` (0) over the steps, and stay there. */
export function cosine(learningRate: number, steps: number, lowest = 0): Schedule {
  if (!(steps > 0)) {
    throw new LeukoscopeError('NN_OPTION', `cosine: steps must be above 0. Received ${steps}.`);
  }
  return (step) => {
    const share = Math.min(step / steps, 1);
    return lowest + ((learningRate - lowest) * (1 + Math.cos(Math.PI * share))) / 2;
  };
}

/** Rise linearly from `start` (0.001) of the schedule's rate over the first steps, then follow it. */
export function warmUp(schedule: Schedule, steps: number, start = 0.001): Schedule {
  return (step) =>
    step >= steps ? schedule(step) : schedule(step) * (start + ((1 - start) * step) / steps);
}
