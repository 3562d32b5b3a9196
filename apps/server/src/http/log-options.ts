/** @file How the server's log is written: neither secrets nor what people wrote stands in it. */
import { faultFacts } from '../fault-words.ts';
import type { Settings } from '../settings.ts';

/** Make the options of the log, for Fastify. */
export function logOptions(level: Exclude<Settings['log'], 'silent'>) {
  return {
    level,
    serializers: {
      err: (error: unknown) => ({ ...faultFacts(error) }),
      // An address's query and headers may hold tokens: neither is logged.
      req: (request: { method: string; url: string }) => ({
        method: request.method,
        path: request.url.split('?')[0],
      }),
    },
  };
}
