/** @file What routes need of who calls: whom the trail names, and that it is a person of a server with accounts. */
import type { FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import { HttpError } from '../http-error.ts';
import type { Doer } from '../ledger/trail.ts';
import type { Caller } from '../services/actor.ts';

/** Say who acts, and from where, for the trail. */
export function doerOf(call: { readonly caller: Caller; readonly request: FastifyRequest }): Doer {
  return { actor: call.caller.actor, address: call.request.ip };
}

/** Return the account of a caller; API keys have none. */
export function requireUser(caller: Caller): string {
  if (caller.actor.kind === 'user' && caller.actor.id !== null) return caller.actor.id;
  throw new HttpError(
    403,
    'ACCOUNT_NEEDED',
    'caller must be a person. Received an API key. Sign in.',
  );
}

/** Throw unless people sign in at this server. */
export function requireAccounts(context: Pick<Context, 'mode'>): void {
  if (context.mode === 'accounts') return;
  throw new HttpError(
    409,
    'MODE_LOCAL',
    'server must be in accounts mode for this. Received a request in local mode, which has no sign-in. Set LEUKOSCOPE_MODE=accounts.',
  );
}
