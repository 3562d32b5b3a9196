/**
 * @file Asks a person who is signed in for the password again: a signature, an amendment or a new password is
 * one's own act, which a session left open on a bench must not give. Guesses are braked like sign-ins.
 */
import type { FastifyRequest } from 'fastify';
import { checkOwnPassword } from '../auth/own-password.ts';
import type { Context } from '../context.ts';
import type { Caller } from '../services/actor.ts';
import { requireUser } from './caller-facts.ts';
import type { SignInBrake } from './sign-in-brake.ts';

/** Throw unless the caller is a person and, where people sign in, this is that person's password. */
export async function checkPasswordAgain(
  context: Context,
  brake: SignInBrake,
  { caller, request }: { readonly caller: Caller; readonly request: FastifyRequest },
  password: string | undefined,
): Promise<void> {
  const userId = requireUser(caller);
  if (context.mode === 'local') return;
  await brake.guardKnown(caller.tokenHash ?? userId, () =>
    checkOwnPassword(context, userId, password ?? '', request.ip),
  );
}
