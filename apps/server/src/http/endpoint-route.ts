/**
 * @file Endpoints of the contract -> routes. A handler gets parsed input and who asks; access, parsing,
 * answers and the OpenAPI document follow from the table alone.
 */
import {
  type Endpoint,
  type EndpointName,
  type Endpoints,
  endpoints,
  errorSchema,
} from '@leukoscope/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { JsonText } from '../json-text.ts';
import { type Caller, checkAccess } from '../services/actor.ts';
import { refuseOddText } from '../refuse-odd-text.ts';

type Output<T> = T extends z.ZodType ? z.output<T> : undefined;
type Input<T> = T extends z.ZodType ? z.input<T> : undefined;
type Maybe<E, K extends string> = E extends Record<K, infer T> ? T : undefined;

/** What a handler gets. */
export interface Call<E extends Endpoint> {
  readonly params: Output<Maybe<E, 'params'>>;
  readonly query: Output<Maybe<E, 'query'>>;
  readonly body: E extends { bodyMedia: 'bytes' } ? Uint8Array : Output<Maybe<E, 'body'>>;
  /** Undefined only where `access` is `anybody`. */
  readonly caller: E extends { access: 'anybody' } ? Caller | undefined : Caller;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Answers an endpoint. Endpoints with media send by themselves and return the reply. */
export type Handler<E extends Endpoint> = (
  call: Call<E>,
) => Promise<
  E extends { media: string }
    ? FastifyReply
    : E extends { answer: z.ZodType }
      ? Input<E['answer']> | JsonText
      : void
>;

/** Handlers by the name of their endpoint. */
export type Handlers = { readonly [N in EndpointName]: Handler<Endpoints[N]> };

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | undefined;
  }
}

/** Register routes for some endpoints. */
export function addRoutes<N extends EndpointName>(
  app: FastifyInstance,
  handlers: Pick<Handlers, N>,
): void {
  for (const [name, handler] of Object.entries(handlers)) {
    const endpoint: Endpoint | undefined = endpoints[parseName(name)];
    addRoute(app, name, endpoint, parseHandler(handler));
  }
}

type AnyHandler = (call: object) => Promise<unknown>;

function addRoute(
  app: FastifyInstance,
  name: string,
  endpoint: Endpoint,
  handler: AnyHandler,
): void {
  const status =
    endpoint.status ?? (endpoint.answer === undefined && endpoint.media === undefined ? 204 : 200);
  app.route({
    method: endpoint.method,
    url: endpoint.path,
    schema: {
      operationId: name,
      summary: endpoint.summary,
      description: `Access: ${endpoint.access}.`,
      tags: [endpoint.tag],
      ...(endpoint.params === undefined ? {} : { params: endpoint.params }),
      ...(endpoint.query === undefined ? {} : { querystring: endpoint.query }),
      ...(endpoint.body === undefined ? {} : { body: endpoint.body }),
      response: {
        ...(endpoint.media === undefined ? { [status]: endpoint.answer ?? z.null() } : {}),
        ...(name === 'getReady' ? { 503: endpoint.answer } : {}),
        '4xx': errorSchema,
      },
      ...(endpoint.bodyMedia === 'bytes' ? { consumes: ['application/octet-stream'] } : {}),
    },
    // Before bodies are read: who may not call shall not upload either.
    preParsing: async (request) => {
      checkAccess(request.caller, endpoint.access, endpoint.settles);
    },
    handler: async (request, reply) => {
      const { params, query, body, caller } = request;
      refuseOddText(params, 'params');
      refuseOddText(query, 'query');
      refuseOddText(body, 'body');
      const answer = await handler({ params, query, body, caller, request, reply });
      if (endpoint.media !== undefined) return reply;
      if (answer instanceof JsonText) {
        return reply.type('application/json; charset=utf-8').send(answer.text);
      }
      if (!reply.sent && reply.statusCode === 200) reply.status(status);
      return reply.send(endpoint.answer === undefined ? null : answer);
    },
  });
}

function parseName(name: string): EndpointName {
  return z.enum(Object.keys(endpoints) as [EndpointName]).parse(name);
}

/** The route has parsed the input with the endpoint's own schemas. */
function parseHandler(handler: unknown): AnyHandler {
  return handler as AnyHandler;
}
