/**
 * @file Knows browsers in which somebody has signed in before, so that guesses of strangers behind the same address
 * do not shut out who works there. After OWASP's "device cookies".
 *
 * The cookie is a random mark of the browser and, for each account that was signed in to there, the mark sealed
 * with the account's name by a key of the server. It opens nothing: who has it may guess as often as who has not.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import type { Settings } from '../settings.ts';

const markBytes = 16;
/** People of one bench; the longest away is forgotten first. */
const mostAccounts = 16;
const lifeSeconds = 180 * 24 * 3600;
const form = /^[\w-]{22}(\.[\w-]{22}){1,16}$/;

/** Knows browsers. */
export interface DeviceCookie {
  /** Return the mark of a browser in which this account was signed in to; undefined: a stranger's. */
  markOf(request: FastifyRequest, account: string): string | undefined;
  /** Remember that this account was signed in to here. */
  remember(request: FastifyRequest, reply: FastifyReply, account: string): void;
}

/** Make the device cookie. */
export function createDeviceCookie(
  { keys }: Pick<Context, 'keys'>,
  settings: Pick<Settings, 'publicUrl'>,
): DeviceCookie {
  const isSecure = settings.publicUrl?.startsWith('https:') === true;
  const name = isSecure ? '__Host-leukoscope-device' : 'leukoscope-device';
  // The newest key only: after a change of keys people are strangers until they sign in again.
  const sealOf = (mark: string, account: string) =>
    createHmac('sha256', keys.secretOf(keys.newest())!)
      .update(`leukoscope device cookie 1\n${mark}\n${account}`)
      .digest()
      .subarray(0, markBytes);
  const read = (request: FastifyRequest) => {
    const text = request.cookies[name];
    if (text === undefined || !form.test(text)) return undefined;
    const [mark, ...seals] = text.split('.');
    return { mark: mark!, seals };
  };
  return {
    markOf: (request, account) => {
      const found = read(request);
      if (found === undefined) return undefined;
      const wanted = sealOf(found.mark, account);
      const isKnown = found.seals.some((seal) =>
        timingSafeEqual(Buffer.from(seal, 'base64url'), wanted),
      );
      return isKnown ? found.mark : undefined;
    },
    remember: (request, reply, account) => {
      const { mark, seals } = read(request) ?? {
        mark: randomBytes(markBytes).toString('base64url'),
        seals: [],
      };
      const own = sealOf(mark, account).toString('base64url');
      const kept = [own, ...seals.filter((seal) => seal !== own)].slice(0, mostAccounts);
      reply.setCookie(name, [mark, ...kept].join('.'), {
        path: '/',
        httpOnly: true,
        sameSite: 'strict',
        secure: isSecure,
        maxAge: lifeSeconds,
      });
    },
  };
}
