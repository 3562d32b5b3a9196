/** @file Health, readiness, metrics, events. */
import { sql } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { addRoutes } from '../http/endpoint-route.ts';
import type { EventHub } from '../http/event-hub.ts';
import { streamEvents } from '../http/event-stream.ts';
import type { Monitoring } from '../http/monitoring.ts';
import { watchCallers } from '../http/watch-callers.ts';

/** What the routes need. */
export interface ServerRouteParts {
  readonly context: Context;
  readonly events: EventHub;
  readonly version: string;
  readonly monitoring: Monitoring;
}

/** Add the routes of the server itself. */
export function serverRoutes(app: FastifyInstance, parts: ServerRouteParts): void {
  const { context, events, version, monitoring } = parts;
  const watch = watchCallers(context);
  const stopping = new AbortController();
  app.addHook('preClose', async () => {
    watch.close();
    stopping.abort();
  });
  addRoutes(app, {
    getHealth: async () => ({ status: 'ok' as const, version }),
    getReady: async ({ reply }) => {
      const [database, storage, queue] = await Promise.all([
        holds(async () => {
          await context.db.sql.execute(sql`select 1`);
        }),
        holds(() => context.store.check()),
        holds(async () => {
          if (!(await context.queue.check())) throw new Error('queue is not installed');
        }),
      ]);
      const isReady = database && storage && queue;
      if (!isReady) reply.status(503);
      return { isReady, checks: { database, storage, queue } };
    },
    getMetrics: async ({ reply }) =>
      reply
        .type('text/plain; version=0.0.4; charset=utf-8')
        .send(await monitoring.write(context, events)),
    streamEvents: async ({ query, caller, request, reply }) => {
      // Who asks for the head alone wants no stream, which would not end.
      if (request.method === 'HEAD') {
        return reply.type('text/event-stream; charset=utf-8').send('');
      }
      streamEvents(reply, events, {
        caseId: query.caseId,
        version,
        whenOver: (end) => watch.follow(caller, end),
        signal: stopping.signal,
      });
      return reply;
    },
  });
}

async function holds(check: () => Promise<void>): Promise<boolean> {
  return check().then(
    () => true,
    () => false,
  );
}
