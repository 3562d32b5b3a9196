/** @file Everything that was thrown -> the one shape of errors. Our own faults say nothing of the inside. */
import type { ErrorBody } from '@leukoscope/contract';
import { LeukoscopeError, messageOf } from '@leukoscope/core';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { HttpError } from '../http-error.ts';
import { frameworkRefusal } from './framework-refusals.ts';

/** What an attack begins with: broken requests, no or a wrong secret, a role that is too low, too many. */
const refusals: ReadonlySet<number> = new Set([400, 401, 403, 421, 429]);

/** Answer an error. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const body = toBody(error, request);
  if (body.status >= 500) request.log.error({ err: error }, 'request failed');
  else if (refusals.has(body.status))
    request.log.warn(refusalFacts(request, body), 'request refused');
  if (body.status === 503 || body.status === 429) reply.header('retry-after', '5');
  reply.status(body.status).send({ error: body });
}

/** Who asked for what from where, and why it was refused; nothing of what was sent. */
function refusalFacts(request: FastifyRequest, { code, status }: ErrorBody['error']) {
  const { method, url, ip, caller } = request;
  return { method, path: url.split('?')[0], status, code, by: caller?.actor.id, from: ip };
}

function toBody(thrown: unknown, request: FastifyRequest): ErrorBody['error'] {
  const requestId = request.id;
  const error = (isFastifyError(thrown) && frameworkRefusal(thrown)) || thrown;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const issues = error.validation.map((issue) => ({
      path: `${error.validationContext ?? ''}${issue.instancePath}`,
      message: issue.message ?? '',
    }));
    const first = issues[0];
    return {
      code: 'REQUEST',
      message: `request must fit the endpoint. Received ${first?.path ?? 'something else'}: ${first?.message ?? ''}. See /docs.`,
      status: 400,
      requestId,
      issues,
    };
  }
  if (error instanceof HttpError) {
    const { code, message, status, details } = error;
    return {
      code,
      message,
      status,
      requestId,
      ...(details === undefined ? {} : { details: { ...details } }),
    };
  }
  const system = systemFault(error);
  if (system !== undefined) return { ...system, requestId };
  if (isFastifyError(error) && (error.statusCode ?? 500) < 500) {
    const { code, message, statusCode = 400 } = error;
    return { code, message, status: statusCode, requestId };
  }
  if (error instanceof LeukoscopeError && !error.message.startsWith('internal:')) {
    return { code: error.code, message: error.message, status: 500, requestId };
  }
  return {
    code: 'INTERNAL',
    message: `internal: the request failed. Look for ${requestId} in the server's log.`,
    status: 500,
    requestId,
  };
}

/** Full disks and databases that are gone are nobody's bug, and pass. */
function systemFault(error: unknown): Omit<ErrorBody['error'], 'requestId'> | undefined {
  for (let e = error, depth = 0; e instanceof Error && depth < 5; e = e.cause, depth++) {
    const code = 'code' in e && typeof e.code === 'string' ? e.code : '';
    // 53100: PostgreSQL's disk_full. PGlite's file system says it in words only.
    if (code === 'ENOSPC' || code === '53100' || /no space left on device/i.test(messageOf(e))) {
      return {
        code: 'DISK_FULL',
        message:
          'disk must have free space. Received a full one; nothing was changed. Free some space and repeat.',
        status: 507,
      };
    }
    if (
      code === 'ECONNREFUSED' ||
      code === 'ECONNRESET' ||
      code.startsWith('57P0') ||
      code === '08006' ||
      /connection terminated|timeout exceeded when trying to connect/i.test(messageOf(e))
    ) {
      return {
        code: 'DATABASE_GONE',
        message:
          'database must answer. Received no connection; nothing was changed. Repeat in a moment.',
        status: 503,
      };
    }
  }
  return undefined;
}

function isFastifyError(error: unknown): error is FastifyError {
  return error instanceof Error && 'statusCode' in error && 'code' in error;
}
