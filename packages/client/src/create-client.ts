/**
 * @file The typed client: one method for each endpoint of the contract.
 *
 * `client.listCases({ query: { state: 'open' } })` gives the parsed answer or throws an `ApiError`.
 * Answers are checked against the same schemas the server writes them with, so that a server of
 * another version fails loudly at the door and not somewhere in a page.
 */
import {
  type AnswerOf,
  type Endpoint,
  type EndpointName,
  type Endpoints,
  endpoints,
  fillPath,
  type RequestOf,
} from '@leukoscope/contract';
import { ApiError, apiErrorOf } from './api-error.ts';

/** Settings of a client. */
export interface ClientOptions {
  /** Address of the server without a slash at its end. @default '' (the page's own origin) */
  readonly baseUrl?: string;
  /** Secret of an API key; browsers use the session cookie instead. */
  readonly apiKey?: string;
  /** @default the platform's fetch */
  readonly fetch?: typeof globalThis.fetch;
}

/** What every call takes beside its request. */
export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** Endpoints whose answer is JSON or nothing. */
export type JsonEndpointName = {
  [N in EndpointName]: Endpoints[N] extends { media: string } ? never : N;
}[EndpointName];

type Method<E extends Endpoint> = keyof RequestOf<E> extends never
  ? (options?: CallOptions) => Promise<AnswerOf<E>>
  : Record<never, never> extends RequestOf<E>
    ? (request?: RequestOf<E> & CallOptions) => Promise<AnswerOf<E>>
    : (request: RequestOf<E> & CallOptions) => Promise<AnswerOf<E>>;

/** One method for each endpoint that answers JSON, and addresses of those that do not. */
export type Client = { readonly [N in JsonEndpointName]: Method<Endpoints[N]> };

interface AnyRequest extends CallOptions {
  readonly params?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

/** Make a client. */
export function createClient(options: ClientOptions = {}): Client {
  const methods = Object.entries(endpoints)
    .filter(([, endpoint]) => !('media' in endpoint))
    .map(([name, endpoint]) => [
      name,
      (request: AnyRequest = {}) => call(endpoint, request, options),
    ]);
  return parseMethods(Object.fromEntries(methods));
}

/** Return the address of an endpoint: for pictures, exports and event streams. */
export function addressOf<N extends EndpointName>(
  name: N,
  request: Omit<RequestOf<Endpoints[N]>, 'body'>,
  options: Pick<ClientOptions, 'baseUrl'> = {},
): string {
  return urlOf(endpoints[name], request, options.baseUrl);
}

async function call(
  endpoint: Endpoint,
  request: AnyRequest,
  options: ClientOptions,
): Promise<unknown> {
  const { fetch = globalThis.fetch, apiKey } = options;
  const headers: Record<string, string> = { accept: 'application/json' };
  if (apiKey !== undefined) headers['authorization'] = `Bearer ${apiKey}`;
  const init: RequestInit = { method: endpoint.method, headers, credentials: 'same-origin' };
  if (request.signal !== undefined) init.signal = request.signal;
  if (endpoint.bodyMedia === 'bytes') {
    headers['content-type'] = 'application/octet-stream';
    init.body = parseBytes(request.body);
  } else if (endpoint.body !== undefined) {
    headers['content-type'] = 'application/json';
    init.body = JSON.stringify(request.body);
  }
  const response = await fetch(urlOf(endpoint, request, options.baseUrl), init);
  if (!response.ok) throw await apiErrorOf(response);
  if (endpoint.answer === undefined) return undefined;
  const answer = endpoint.answer.safeParse(await response.json());
  if (answer.success) return answer.data;
  throw new ApiError(
    'ANSWER_UNKNOWN',
    `answer of ${endpoint.method} ${endpoint.path} must fit the contract. ` +
      `Received something else at "${answer.error.issues[0]!.path.join('.')}". Use the same version for client and server.`,
    { status: response.status, cause: answer.error },
  );
}

function urlOf(endpoint: Endpoint, request: AnyRequest, baseUrl = ''): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined) search.set(name, String(value));
  }
  const path = fillPath(endpoint.path, request.params ?? {});
  return `${baseUrl}${path}${search.size > 0 ? `?${search}` : ''}`;
}

/** The table's entries have just become methods; TypeScript cannot follow `fromEntries`. */
function parseMethods(methods: object): Client {
  return methods as Client;
}

/** Blobs and their slices pass as they are: a browser streams them from the file. */
function parseBytes(body: unknown): NonNullable<RequestInit['body']> {
  return body as NonNullable<RequestInit['body']>;
}
