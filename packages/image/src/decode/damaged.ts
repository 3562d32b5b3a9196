/** @file The error for a file whose bytes contradict themselves. */
import { LeukoscopeError } from '@leukoscope/core';

/** Make the error for a damaged file: `what` must be `rule`, but `received` was found. */
export function damaged(what: string, rule: string, received: number | string): LeukoscopeError {
  return new LeukoscopeError(
    'IMAGE_DAMAGED',
    `${what} must be ${rule}. Received ${received}. The file is damaged; copy it again.`,
  );
}
