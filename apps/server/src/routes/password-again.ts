/**
 * @file Asks a person who is signed in for the password again: a signature, an amendment or a new password is
 * one's own act, which a session left open on a bench must not give. Guesses are braked like sign-ins.
 */
import type { FastifyRequest } from 'fastify';
import { checkOwnPassword } from '../auth/accounts.ts';
import type { Context } from '../context.ts';
import { HttpError } from '../http-error.ts';
import type { Caller } from '../services/actor.ts';
import type { SignInBrake } from './sign-in-brake.ts';

/** Return the account of a caller; API keys have none. */
export function requireUser(caller: Caller): string {
  if (caller.actor.kind === 'user' && caller.actor.id !== null) return caller.actor.id;
  throw new HttpError(
    403,
    'ACCOUNT_NEEDED',
    'caller must be a person. Received an API key. Sign in.',
  );
}

/** Throw unless the caller is a person and, where people sign in, this is that person's password. */
export async function checkPasswordAgain(
  context: Context,
  brake: SignInBrake,
  { caller, request }: { readonly caller: Caller; readonly request: FastifyRequest },
  password: string | undefined,
): Promise<void> {
  const userId = requireUser(caller);
  if (context.mode === 'local') return;
  await brake.guardSession(caller.tokenHash ?? userId, () =>
    checkOwnPassword(context, userId, password ?? '', request.ip),
  );
}
