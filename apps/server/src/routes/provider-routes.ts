/** @file Signing in by the organisation's provider, and confirming there who signs. */
import type { FastifyInstance } from 'fastify';
import { beginAtProvider, finishAtProvider } from '../auth/provider-sign-in.ts';
import type { Context } from '../context.ts';
import type { TokenCookie } from '../http/caller-of-request.ts';
import { addRoutes } from '../http/endpoint-route.ts';
import { requireAccounts } from './caller-facts.ts';
import type { SessionAnswers } from './session-answers.ts';

/** What the routes need. */
export interface ProviderRouteParts {
  readonly context: Context;
  /** Binds what was begun to the browser that began it. */
  readonly cookie: TokenCookie;
  readonly answers: SessionAnswers;
}

/** Add the routes of the provider. */
export function providerRoutes(app: FastifyInstance, parts: ProviderRouteParts): void {
  const { context, cookie, answers } = parts;
  addRoutes(app, {
    beginAtProvider: async ({ body, caller, reply }) => {
      requireAccounts(context);
      const { url, token } = await beginAtProvider(context, body.purpose, caller);
      cookie.set(reply, token);
      return { url };
    },
    finishAtProvider: async ({ body, caller, request, reply }) => {
      requireAccounts(context);
      const place = answers.placeOf(request);
      const token = request.cookies[cookie.name] ?? '';
      cookie.clear(reply);
      const outcome = await finishAtProvider(context, token, body.query, { caller, place });
      const { purpose } = outcome;
      return purpose === 'sign-in'
        ? { purpose, session: await answers.enter(request, reply, outcome.token) }
        : { purpose, session: await answers.sessionOf(caller) };
    },
  });
}
