/** @file A command line that cannot be meant: exit code 1, with a hint where to read on. */
import { LeukoscopeError } from '@leukoscope/core';

/** Wrong usage, as opposed to work that failed. */
export class UsageError extends LeukoscopeError {
  constructor(message: string) {
    super('CLI_USAGE', message);
  }
}
