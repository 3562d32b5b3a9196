/** @file Finds out who asks, and sets and clears cookies. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerOfKey, callerOfSession } from '../auth/sessions.ts';
import type { Context } from '../context.ts';
import { type Caller, localCaller } from '../services/actor.ts';
import type { Settings } from '../settings.ts';
import { idleHeader } from '@leukoscope/contract';
import { createOriginGuard } from './origin-guard.ts';

/** Knows a cookie's name and flags. */
export interface TokenCookie {
  readonly name: string;
  set(reply: FastifyReply, token: string): void;
  clear(reply: FastifyReply): void;
}

/** Make a cookie for a token. Behind https it gets the prefix that binds it to exactly this host. */
export function createTokenCookie(
  settings: Pick<Settings, 'publicUrl'>,
  plainName: string,
  lifeMs: number,
): TokenCookie {
  const isSecure = settings.publicUrl?.startsWith('https:') === true;
  const name = isSecure ? `__Host-${plainName}` : plainName;
  const flags = { path: '/', httpOnly: true, sameSite: 'strict', secure: isSecure } as const;
  return {
    name,
    set: (reply, token) => {
      reply.setCookie(name, token, { ...flags, maxAge: Math.floor(lifeMs / 1000) });
    },
    clear: (reply) => {
      reply.clearCookie(name, flags);
    },
  };
}

/** Make the function that finds who asks. Requests that a browser's state speaks for must be our own. */
export function createCallerFinder(
  context: Context,
  settings: Pick<Settings, 'mode' | 'publicUrl'>,
  cookie: TokenCookie,
) {
  const guardOrigin = createOriginGuard(settings);
  return async (request: FastifyRequest): Promise<Caller | undefined> => {
    const { authorization, origin } = request.headers;
    const [scheme, secret] = authorization?.split(' ') ?? [];
    const hasKey = scheme?.toLowerCase() === 'bearer' && secret !== undefined;
    // Programs with a key name no origin; a browser does, whatever headers a page adds.
    const isProgram = origin === undefined && request.headers['sec-fetch-site'] === undefined;
    if (!hasKey || !isProgram) guardOrigin(request);
    if (hasKey) return callerOfKey(context, secret);
    if (authorization !== undefined) return undefined;
    if (settings.mode === 'local') return localCaller;
    const token = request.cookies[cookie.name];
    return token === undefined ? undefined : callerOfSession(context, token, isAct(request));
  };
}

/** The least time without a key or pointer after which a page says that it asks by itself. */
const idleSeconds = 60;

/**
 * Tell whether a person does something with this request. Following events is none, and pages say for how long
 * nobody has touched them: what others do makes an open page ask, and must not keep its session alive.
 */
function isAct({ url, method, headers }: FastifyRequest): boolean {
  if (/^\/api\/events(\?|$)/.test(url)) return false;
  const isReading = method === 'GET' || method === 'HEAD';
  return !isReading || !(Number(headers[idleHeader]) >= idleSeconds);
}
