/**
 * @file The one error class of the project.
 *
 * Message form: `<subject> must be <rule>. Received <value>. <cure>.` Faults of our own begin with
 * `internal:`; wrong input never does. Every code is listed in docs/errors.md (a test compares).
 */

/** Report wrong input or a failed operation with a stable code and, where there is one, the cause. */
export class LeukoscopeError extends Error {
  override readonly name = 'LeukoscopeError';
  readonly code: string;

  constructor(code: string, message: string, options: { cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
  }
}

/** Return the message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
