/** @file What Fastify refuses before a route is reached, in the words and codes of the house. */
import type { FastifyError } from 'fastify';
import { HttpError } from '../http-error.ts';

interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

const notJson: Refusal = {
  status: 400,
  code: 'BODY_JSON',
  message: 'body must be JSON. Received something else, or nothing. See /docs.',
};

/** By Fastify's own code. */
const refusals: Readonly<Record<string, Refusal>> = {
  FST_ERR_CTP_EMPTY_JSON_BODY: notJson,
  FST_ERR_CTP_INVALID_JSON_BODY: notJson,
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    status: 400,
    code: 'BODY_LENGTH',
    message: 'body must be as long as content-length says. Received another length. Send it again.',
  },
  FST_ERR_BAD_URL: {
    status: 400,
    code: 'ADDRESS',
    message: 'address must be encoded as a URL. Received a broken percent sign. Encode its parts.',
  },
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    code: 'BODY_TOO_LARGE',
    message:
      "body must be within the endpoint's limit. Received more. Send less at once; see /docs.",
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    code: 'MEDIA_TYPE',
    message:
      'content-type must be application/json, or application/octet-stream for chunks of a file. Received another. Change the header.',
  },
};

/** The refusal in our words; undefined for errors that are not about the request's form. */
export function frameworkRefusal(error: FastifyError): HttpError | undefined {
  const refusal = Object.hasOwn(refusals, error.code) ? refusals[error.code] : undefined;
  if (refusal === undefined) return undefined;
  return new HttpError(refusal.status, refusal.code, refusal.message, { cause: error });
}
