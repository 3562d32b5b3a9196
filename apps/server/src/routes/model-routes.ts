/** @file Models, those that administrators add, and examples of what they find. */
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { addRoutes } from '../http/endpoint-route.ts';
import { addModel, removeModel, sendModelChunk } from '../services/added-models.ts';
import { chooseModel, listModels } from '../services/model-choice.ts';
import { listExamples, readSyntheticExample } from '../services/examples.ts';
import { doerOf } from './caller-facts.ts';
import { parseChunk } from './parse-chunk.ts';
import { sendImage } from './send-image.ts';

const daySeconds = 86_400;

/** Add the routes of models. */
export function modelRoutes(app: FastifyInstance, context: Context): void {
  addRoutes(app, {
    listModels: async () => listModels(context),
    sendModelChunk: async ({ params, query, body }) =>
      sendModelChunk(context, params.id, query.offset, parseChunk(body)),
    addModel: async ({ params, body }) => addModel(context, params.id, body),
    removeModel: async (call) => removeModel(context, doerOf(call), call.params.id),
    chooseModel: async (call) => chooseModel(context, doerOf(call), call.params.id, call.body.note),
    listExamples: async ({ params, query }) => listExamples(context, params.id, query),
    getSyntheticExample: async ({ params, reply }) => {
      const picture = await readSyntheticExample(params.name);
      // A later version may draw another picture under the same name.
      return sendImage(reply, picture, 'image/jpeg', daySeconds);
    },
  });
}
