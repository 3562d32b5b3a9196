/** @file How strong an interference is. */
import { LeukoscopeError } from '@leukoscope/core';

/** 1 = just seen, 3 = as often met, 5 = at the edge of what can still be read. */
export type Severity = 1 | 2 | 3 | 4 | 5;

/** All severities, weakest first. */
export const severities = [1, 2, 3, 4, 5] as const satisfies readonly Severity[];

/** Return the number as a severity, or throw. */
export function parseSeverity(value: number): Severity {
  if (severities.includes(value as Severity)) return value as Severity;
  throw new LeukoscopeError(
    'INTERFERENCE_SEVERITY',
    `severity must be 1, 2, 3, 4 or 5. Received ${value}.`,
  );
}
