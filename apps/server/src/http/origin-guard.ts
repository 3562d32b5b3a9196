/**
 * @file Refuses requests that another website sent through the user's browser.
 *
 * Changing requests must name our own origin. In local mode, where no cookie is needed, the host must
 * also be this machine's: otherwise a name that is pointed at 127.0.0.1 would be let in (DNS rebinding).
 */
import type { FastifyRequest } from 'fastify';
import { HttpError } from '../http-error.ts';
import { isLoopback, type Settings } from '../settings.ts';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Make the check of hosts, which comes before everything else. */
export function createHostGuard(settings: Pick<Settings, 'mode' | 'publicUrl'>) {
  return (request: FastifyRequest): void => {
    const host = hostOf(request);
    const ours = settings.publicUrl === undefined ? undefined : new URL(settings.publicUrl).host;
    if (ours !== undefined && host === ours) return;
    if (settings.mode === 'accounts' && ours === undefined) return;
    if (isLoopback(nameOf(host))) return;
    throw new HttpError(
      421,
      'HOST_UNKNOWN',
      `host must be this server's own. Received ${JSON.stringify(host.slice(0, 100))}. Use the address it printed at its start, or set LEUKOSCOPE_PUBLIC_URL.`,
    );
  };
}

/** Make the check of origins, for callers that a browser's cookies or address speak for. */
export function createOriginGuard(settings: Pick<Settings, 'mode' | 'publicUrl'>) {
  return (request: FastifyRequest): void => {
    if (safeMethods.has(request.method)) return;
    const { origin } = request.headers;
    const site = request.headers['sec-fetch-site'];
    if (origin !== undefined) {
      const own = settings.publicUrl === undefined ? undefined : new URL(settings.publicUrl).origin;
      if (origin === own || hostOfOrigin(origin) === hostOf(request)) return;
    } else if (site === 'same-origin') {
      return;
    } else if (site === undefined && settings.mode === 'local') {
      // No browser sends a changing request of another site without an Origin; this is a script.
      return;
    }
    throw new HttpError(
      403,
      'ORIGIN_FOREIGN',
      `request must come from this server's own pages. Received the origin ${JSON.stringify(origin ?? null)}. Programs use an API key.`,
    );
  };
}

function hostOf(request: FastifyRequest): string {
  return request.headers[':authority']?.toString() ?? request.headers.host ?? '';
}

function hostOfOrigin(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

function nameOf(host: string): string {
  return host.replace(/:\d+$/, '');
}
