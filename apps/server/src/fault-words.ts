/**
 * @file What may be told of a fault in logs and to people: never the values of a query. They are names, texts and
 * hashes of passwords, and Drizzle writes them into its messages, PostgreSQL into its details.
 */
import { LeukoscopeError, messageOf } from '@leukoscope/core';
import { DrizzleQueryError } from 'drizzle-orm';

/** Longest chain of causes that is told. */
const mostCauses = 5;

/** A fault as a log keeps it. */
export interface FaultFacts {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  /** Where it was thrown. */
  readonly stack: string;
  readonly cause?: FaultFacts;
}

/** Say what went wrong, for people. */
export function faultWords(error: unknown): string {
  return error instanceof DrizzleQueryError
    ? `the database refused a query: ${messageOf(error.cause ?? 'for no reason that it told')}`
    : messageOf(error);
}

/** List what a log may keep of a fault and its causes. */
export function faultFacts(error: unknown, depth = 0): FaultFacts {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error), stack: '' };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return {
    type: error instanceof LeukoscopeError ? error.name : error.constructor.name,
    message: error instanceof DrizzleQueryError ? `query failed: ${error.query}` : error.message,
    ...(code !== undefined && { code }),
    // Without its head, which repeats the message.
    stack: (error.stack ?? '')
      .split('\n')
      .filter((line) => /^\s+at /.test(line))
      .join('\n'),
    ...(error.cause !== undefined &&
      depth < mostCauses && { cause: faultFacts(error.cause, depth + 1) }),
  };
}
