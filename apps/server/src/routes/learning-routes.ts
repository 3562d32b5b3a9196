/** @file Learning from corrected cells: what there is, runs, and decisions about what came out. */
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { addRoutes } from '../http/endpoint-route.ts';
import { countLearnable } from '../services/learnable-cells.ts';
import {
  acceptLearning,
  cancelLearning,
  discardLearning,
  getLearning,
  listLearnings,
  startLearning,
} from '../services/learnings.ts';
import { doerOf } from './caller-facts.ts';

/** Add the routes of learning. */
export function learningRoutes(app: FastifyInstance, context: Context): void {
  addRoutes(app, {
    countLearnable: async ({ body }) => countLearnable(context, body),
    startLearning: async (call) => startLearning(context, doerOf(call), call.body),
    listLearnings: async () => ({ items: await listLearnings(context) }),
    getLearning: async ({ params }) => getLearning(context, params.id),
    cancelLearning: async (call) => cancelLearning(context, doerOf(call), call.params.id),
    acceptLearning: async (call) =>
      acceptLearning(context, doerOf(call), call.params.id, call.body),
    discardLearning: async (call) =>
      discardLearning(context, doerOf(call), call.params.id, call.body.note),
  });
}
