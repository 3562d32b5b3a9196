/**
 * @file Asks a person who is signed in for the password again: a signature, an amendment or a new password is
 * one's own act, which a session left open on a bench must not give. Guesses are braked like sign-ins. Who has no
 * password signs after a new sign-in at the organisation's provider.
 */
import type { FastifyRequest } from 'fastify';
import { checkOwnPassword, hasPassword } from '../auth/own-password.ts';
import { takeConfirmation } from '../auth/provider-sign-in.ts';
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

/** The same for what is signed: accounts without a password have confirmed at the provider who they are. */
export async function checkSigner(
  context: Context,
  brake: SignInBrake,
  { caller, request }: { readonly caller: Caller; readonly request: FastifyRequest },
  password: string | undefined,
): Promise<void> {
  const userId = requireUser(caller);
  if (context.mode === 'accounts' && !(await hasPassword(context, userId))) {
    return takeConfirmation(context, caller);
  }
  return checkPasswordAgain(context, brake, { caller, request }, password);
}
