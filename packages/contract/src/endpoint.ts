/**
 * @file What an endpoint is. Server routes, the client's methods, the OpenAPI document and the test
 * of permissions are all made from the same table of these.
 */
import type { z } from 'zod';
import type { Role } from './user.ts';

/** Who may call an endpoint: a role and all above it, anybody signed in or not, or the one-time link. */
export type Access = Role | 'anybody';

/** What a person who has signed in may have to do before anything else. */
export type Debt = 'password' | 'second-factor';

/** One endpoint. Paths hold parameters as `:name`; bodies and answers are JSON unless `media` says otherwise. */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  readonly access: Access;
  /** Open also to whom everything else is closed until this is done. */
  readonly settles?: Debt;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** `bytes`: the body is the file's bytes. */
  readonly bodyMedia?: 'bytes';
  /** Absent where the answer is not JSON (`media`) or there is none (204). */
  readonly answer?: z.ZodType;
  /** Media of an answer that is not JSON. */
  readonly media?: 'image' | 'text' | 'file' | 'events';
  /** @default 200, or 204 without an answer */
  readonly status?: 200 | 201 | 204;
}

type Input<T> = T extends z.ZodType ? z.input<T> : never;

/** What a caller passes: only the parts the endpoint has. */
export type RequestOf<E extends Endpoint> = (E['params'] extends z.ZodObject
  ? { params: Input<E['params']> }
  : unknown) &
  (E['query'] extends z.ZodObject ? { query?: Input<E['query']> } : unknown) &
  (E['body'] extends z.ZodType
    ? { body: Input<E['body']> }
    : E['bodyMedia'] extends 'bytes'
      ? { body: Uint8Array }
      : unknown);

/** What a caller gets: the JSON answer, or nothing. */
export type AnswerOf<E extends Endpoint> = E['answer'] extends z.ZodType
  ? z.output<E['answer']>
  : undefined;

/** Fill `:name` in a path. */
export function fillPath(path: string, params: Readonly<Record<string, string | number>>): string {
  return path.replaceAll(/:([a-zA-Z]+)/g, (_, name: string) =>
    encodeURIComponent(String(params[name])),
  );
}
