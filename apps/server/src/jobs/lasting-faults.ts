/** @file Faults that another try would meet again, and those of the machine, which pass. */
import { LeukoscopeError } from '@leukoscope/core';

/** Faults of the machine, not of what it works on: worth another try. */
const passing = new Set([
  'HOST_CRASHED',
  'HOST_CLOSED',
  'HOST_MEMORY',
  'HOST_DEADLINE',
  'ATTEMPT_OVER',
  'STORE_UNREACHABLE',
]);

/** Tell whether trying again is of no use. */
export function isLasting(error: unknown): boolean {
  return error instanceof LeukoscopeError && !passing.has(error.code);
}
