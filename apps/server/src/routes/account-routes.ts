/** @file Sessions, first start, accounts, API keys. */
import type { Session } from '@leukoscope/contract';
import { eq } from 'drizzle-orm';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as accounts from '../auth/accounts.ts';
import * as keys from '../auth/api-keys.ts';
import { endOpenSession, listSessions } from '../auth/open-sessions.ts';
import { changePassword } from '../auth/own-password.ts';
import { callerOfSession, endSession, type SignInPlace } from '../auth/sessions.ts';
import { accountOfStep, finishSignIn, signIn } from '../auth/sign-in.ts';
import type { Context } from '../context.ts';
import { users } from '../db/schema.ts';
import type { SessionCookie } from '../http/caller-of-request.ts';
import type { DeviceCookie } from '../http/device-cookie.ts';
import { addRoutes } from '../http/endpoint-route.ts';
import { listTrail } from '../ledger/trail.ts';
import type { Caller } from '../services/actor.ts';
import { doerOf, requireAccounts, requireUser } from './caller-facts.ts';
import { checkPasswordAgain } from './password-again.ts';
import { secondFactorRoutes } from './second-factor-routes.ts';
import type { SignInBrake } from './sign-in-brake.ts';

/** What the routes need. */
export interface AccountRouteParts {
  readonly context: Context;
  readonly cookie: SessionCookie;
  readonly device: DeviceCookie;
  readonly brake: SignInBrake;
}

/** Add the routes of accounts. */
export function accountRoutes(app: FastifyInstance, parts: AccountRouteParts): void {
  const { context, cookie, device, brake } = parts;
  const sessionOf = async (caller: Caller | undefined): Promise<Session> => {
    const needsSetup = context.mode === 'accounts' && (await accounts.needsSetup(context.db.sql));
    return { mode: context.mode, needsSetup, user: await userOf(context, caller) };
  };
  const guesserOf = (request: FastifyRequest, name: string) => ({
    address: request.ip,
    device: device.markOf(request, name),
  });
  const enter = async (request: FastifyRequest, reply: FastifyReply, token: string) => {
    cookie.set(reply, token);
    const session = await sessionOf(await callerOfSession(context, token));
    // With everything that was asked of the person: the password alone makes no browser known.
    if (session.user !== null) device.remember(request, reply, session.user.name);
    return session;
  };
  secondFactorRoutes(app, { context, brake });
  addRoutes(app, {
    getSession: async ({ caller }) => sessionOf(caller),
    signIn: async ({ body, request, reply }) => {
      requireAccounts(context);
      const signedIn = await brake.guard(body.name, guesserOf(request, body.name), () =>
        signIn(context, body.name, body.password, placeOf(request, cookie)),
      );
      if ('secondStep' in signedIn) return { ...(await sessionOf(undefined)), ...signedIn };
      return { ...(await enter(request, reply, signedIn.token)), secondStep: null };
    },
    finishSignIn: async ({ body, request, reply }) => {
      requireAccounts(context);
      const userId = await accountOfStep(context, body.token);
      const token = await brake.guardKnown(`second step ${userId}`, () =>
        finishSignIn(context, body.token, body.proof, placeOf(request, cookie)),
      );
      return enter(request, reply, token);
    },
    signOut: async ({ request, reply }) => {
      const token = request.cookies[cookie.name];
      if (token !== undefined) await endSession(context, token);
      cookie.clear(reply);
    },
    setUp: async ({ body, request, reply }) => {
      requireAccounts(context);
      // Names of accounts have no spaces: this counts apart from all of them.
      const token = await brake.guard('first start', guesserOf(request, 'first start'), () =>
        accounts.setUp(context, body, placeOf(request, cookie)),
      );
      return enter(request, reply, token);
    },
    changePassword: async ({ body, caller, request }) => {
      requireAccounts(context);
      const userId = requireUser(caller);
      await checkPasswordAgain(context, brake, { caller, request }, body.current);
      await changePassword(context, userId, caller.tokenHash, body.next, request.ip);
    },
    listSessions: async ({ query, caller }) => ({
      items: await listSessions(context, caller, query.of),
    }),
    endSession: async (call) => endOpenSession(context, call.caller, doerOf(call), call.params.id),
    listUsers: async ({ query }) => accounts.listUsers(context, query),
    createUser: async (call) => accounts.createUser(context, doerOf(call), call.body),
    changeUser: async (call) =>
      accounts.changeUser(context, doerOf(call), call.params.id, call.body),
    listApiKeys: async ({ query }) => keys.listApiKeys(context, query),
    createApiKey: async (call) => keys.createApiKey(context, doerOf(call), call.body),
    revokeApiKey: async (call) => keys.revokeApiKey(context, doerOf(call), call.params.id),
    listTrail: async ({ query }) => ({ items: await listTrail(context, query) }),
  });
}

function placeOf(request: FastifyRequest, cookie: SessionCookie): SignInPlace {
  return {
    address: request.ip,
    userAgent: request.headers['user-agent'] ?? '',
    tokenBefore: request.cookies[cookie.name],
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
        mustChangePassword: caller.owes === 'password',
        mustAddSecondFactor: caller.owes === 'second-factor',
      };
  }
  return { id, name, displayName: name, role: caller.role };
}
