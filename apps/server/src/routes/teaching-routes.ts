/** @file Teaching: rounds over signed cells, and their table. */
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { addRoutes } from '../http/endpoint-route.ts';
import {
  answerTeaching,
  getTeaching,
  listTeaching,
  startTeaching,
} from '../services/teaching/rounds.ts';
import { toTeachingTable } from '../services/teaching/teaching-table.ts';

/** Add the routes of teaching. */
export function teachingRoutes(app: FastifyInstance, context: Context): void {
  addRoutes(app, {
    startTeaching: async ({ body, caller }) => startTeaching(context, caller.actor, body.cells),
    listTeaching: async ({ caller }) => ({ items: await listTeaching(context, caller) }),
    getTeaching: async ({ params, caller }) => getTeaching(context, caller, params.id),
    answerTeaching: async ({ params, body, caller }) =>
      answerTeaching(context, caller.actor, params.id, body),
    exportTeaching: async ({ caller, reply }) =>
      reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="teaching.csv"')
        .send(toTeachingTable(await listTeaching(context, caller))),
  });
}
