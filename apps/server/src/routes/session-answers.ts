/** @file What signing in needs, however it is done: where from, the session's cookie, and who is in now. */
import type { Session } from '@leukoscope/contract';
import { eq } from 'drizzle-orm';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { needsSetup } from '../auth/accounts.ts';
import { partyOf } from '../auth/relying-party.ts';
import { callerOfSession, type SignInPlace } from '../auth/sessions.ts';
import type { Context } from '../context.ts';
import { users } from '../db/schema.ts';
import type { TokenCookie } from '../http/caller-of-request.ts';
import type { DeviceCookie } from '../http/device-cookie.ts';
import type { Caller } from '../services/actor.ts';
import type { Settings } from '../settings.ts';
import type { Guesser } from './sign-in-brake.ts';

/** Answers of endpoints by which people sign in. */
export interface SessionAnswers {
  /** Tell who asks. */
  sessionOf(caller: Caller | undefined): Promise<Session>;
  /** Set the cookie of a session that has begun, know the browser from now on, and tell who is in. */
  enter(request: FastifyRequest, reply: FastifyReply, token: string): Promise<Session>;
  placeOf(request: FastifyRequest): SignInPlace;
  /** Say who gives a name and a secret, for the brake. */
  guesserOf(request: FastifyRequest, name: string): Guesser;
}

/** Make the answers. */
export function createSessionAnswers(
  context: Context,
  cookie: TokenCookie,
  { device, publicUrl }: Pick<Settings, 'publicUrl'> & { readonly device: DeviceCookie },
): SessionAnswers {
  const sessionOf = async (caller: Caller | undefined): Promise<Session> => ({
    mode: context.mode,
    needsSetup: context.mode === 'accounts' && (await needsSetup(context.db.sql)),
    provider: context.provider?.name ?? null,
    user: await userOf(context, caller),
  });
  return {
    sessionOf,
    enter: async (request, reply, token) => {
      cookie.set(reply, token);
      const session = await sessionOf(await callerOfSession(context, token));
      // With everything that was asked of the person: the password alone makes no browser known.
      if (session.user !== null) device.remember(request, reply, session.user.name);
      return session;
    },
    guesserOf: (request, name) => ({
      address: request.ip,
      device: device.markOf(request, name),
    }),
    placeOf: (request) => ({
      address: request.ip,
      userAgent: request.headers['user-agent'] ?? '',
      tokenBefore: request.cookies[cookie.name],
      // The guard of origins has seen that a browser's own is ours.
      party: partyOf(publicUrl ?? request.headers.origin),
    }),
  };
}

async function userOf(context: Context, caller: Caller | undefined): Promise<Session['user']> {
  if (caller === undefined || caller.actor.id === null) return null;
  const { id, name } = caller.actor;
  if (caller.actor.kind === 'user' && context.mode === 'accounts') {
    const [row] = await context.db.sql.select().from(users).where(eq(users.id, id));
    if (row !== undefined)
      return {
        id,
        name: row.name,
        displayName: row.displayName,
        role: row.role,
        hasPassword: row.passwordHash !== null,
        mustChangePassword: caller.owes === 'password',
        mustAddSecondFactor: caller.owes === 'second-factor',
      };
  }
  return { id, name, displayName: name, role: caller.role, hasPassword: false };
}
