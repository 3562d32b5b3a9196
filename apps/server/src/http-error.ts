/** @file Refusals with the HTTP status that says the same. Messages follow the house form. */
import { LeukoscopeError } from '@leukoscope/core';

/** A refusal. `details` are facts a program needs to go on. */
export class HttpError extends LeukoscopeError {
  readonly status: number;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(
    status: number,
    code: string,
    message: string,
    options: { details?: Readonly<Record<string, unknown>>; cause?: unknown } = {},
  ) {
    super(code, message, options);
    this.status = status;
    this.details = options.details;
  }
}

/** Say that something does not exist, or not for the one who asks. */
export function missing(what: string, id: string): HttpError {
  return new HttpError(
    404,
    `${what.toUpperCase()}_MISSING`,
    `${what} must exist. Received the id ${id}, which no ${what} has. List them again.`,
  );
}

/** Say that somebody else was faster. */
export function stale(what: string, revision: number, current: number): HttpError {
  return new HttpError(
    409,
    'REVISION_STALE',
    `${what} must be changed from its newest revision. Received ${revision}, but it is ${current}. Fetch it again and repeat the change.`,
    { details: { revision: current } },
  );
}
