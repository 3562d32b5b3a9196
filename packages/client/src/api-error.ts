/** @file The error that a client throws for every answer that is not a success. */
import { type ErrorBody, errorSchema } from '@leukoscope/contract';

/** An answer that is not a success. `code` is the server's stable code. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;
  readonly status: number;
  readonly body: ErrorBody['error'] | undefined;

  constructor(
    code: string,
    message: string,
    options: { status: number; body?: ErrorBody['error']; cause?: unknown },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = options.status;
    this.body = options.body;
  }
}

/** Read an answer that is not a success; one that is not ours (a proxy's page) gets `ANSWER_FOREIGN`. */
export async function apiErrorOf(response: Response): Promise<ApiError> {
  const text = await response.text();
  const body = parseError(text);
  if (body !== undefined) {
    return new ApiError(body.code, body.message, { status: response.status, body });
  }
  return new ApiError(
    'ANSWER_FOREIGN',
    `answer must come from Leukoscope. Received ${response.status} with ${JSON.stringify(text.slice(0, 80))}. ` +
      'Check the address and any proxy on the way.',
    { status: response.status },
  );
}

function parseError(text: string): ErrorBody['error'] | undefined {
  try {
    return errorSchema.parse(JSON.parse(text)).error;
  } catch {
    return undefined;
  }
}
