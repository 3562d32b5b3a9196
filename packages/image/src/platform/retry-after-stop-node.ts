/**
 * @file A decode that ran out of time while its process was stopped, as a laptop that sleeps stops it, is tried once more: hours of
 * training must not end by it.
 */
import { LeukoscopeError } from '@leukoscope/core';

/** Seconds of processor time that this process has used. */
export type ProcessorSeconds = () => number;

const ofThisProcess: ProcessorSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** Work that takes its time uses the processor: with less than half of the limit's seconds it was not at work. */
const leastShare = 0.5;

/** Do work whose `IMAGE_TIMEOUT` says that `limitSeconds` went by. */
export async function retryAfterStop<T>(
  work: () => Promise<T>,
  limitSeconds: number,
  processorSeconds: ProcessorSeconds = ofThisProcess,
): Promise<T> {
  const before = processorSeconds();
  try {
    return await work();
  } catch (error) {
    const isTimeout = error instanceof LeukoscopeError && error.code === 'IMAGE_TIMEOUT';
    const used = processorSeconds() - before;
    if (!isTimeout || used >= leastShare * limitSeconds) throw error;
    return work();
  }
}
