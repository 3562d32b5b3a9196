/** @file Sessions, first start, accounts, API keys. */
import type { FastifyInstance } from 'fastify';
import * as accounts from '../auth/accounts.ts';
import * as keys from '../auth/api-keys.ts';
import { endOpenSession, listSessions } from '../auth/open-sessions.ts';
import { changePassword } from '../auth/own-password.ts';
import { endSession } from '../auth/sessions.ts';
import { accountOfStep, finishSignIn, signIn } from '../auth/sign-in.ts';
import type { Context } from '../context.ts';
import type { TokenCookie } from '../http/caller-of-request.ts';
import { addRoutes } from '../http/endpoint-route.ts';
import { listTrail } from '../ledger/trail.ts';
import { doerOf, requireAccounts, requireUser } from './caller-facts.ts';
import { checkPasswordAgain } from './password-again.ts';
import { secondFactorRoutes } from './second-factor-routes.ts';
import type { SessionAnswers } from './session-answers.ts';
import type { SignInBrake } from './sign-in-brake.ts';

/** What the routes need. */
export interface AccountRouteParts {
  readonly context: Context;
  readonly cookie: TokenCookie;
  readonly brake: SignInBrake;
  readonly answers: SessionAnswers;
}

/** Add the routes of accounts. */
export function accountRoutes(app: FastifyInstance, parts: AccountRouteParts): void {
  const { context, cookie, brake, answers } = parts;
  const { sessionOf, enter, placeOf, guesserOf } = answers;
  secondFactorRoutes(app, { context, brake, answers });
  addRoutes(app, {
    getSession: async ({ caller }) => sessionOf(caller),
    signIn: async ({ body, request, reply }) => {
      requireAccounts(context);
      const signedIn = await brake.guard(body.name, guesserOf(request, body.name), () =>
        signIn(context, body.name, body.password, placeOf(request)),
      );
      if ('secondStep' in signedIn) return { ...(await sessionOf(undefined)), ...signedIn };
      return { ...(await enter(request, reply, signedIn.token)), secondStep: null };
    },
    finishSignIn: async ({ body, request, reply }) => {
      requireAccounts(context);
      const userId = await accountOfStep(context, body.token);
      const token = await brake.guardKnown(`second step ${userId}`, () =>
        finishSignIn(context, body.token, body.proof, placeOf(request)),
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
        accounts.setUp(context, body, placeOf(request)),
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
