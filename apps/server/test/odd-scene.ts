/**
 * @file Sends odd requests to a server with one thing of each kind in it, as an administrator who signs in again
 * whenever a request has ended the session.
 */
import { createRandom } from '@leukoscope/core';
import { newSetupToken } from '../src/auth/accounts.ts';
import { type KnownIds, makeOddRequests, type OddRequest } from './odd-requests.ts';
import {
  blobImage,
  clientOf,
  jobsOver,
  startTestServer,
  type TestServer,
  upload,
} from './test-server.ts';

const origin = { host: 'localhost', origin: 'http://localhost' };
const password = 'correct horse battery staple';

/** A server with one thing of each kind. */
export interface OddScene {
  readonly server: TestServer;
  readonly ids: KnownIds;
  /** Sign in; returns the cookie. */
  signIn(): Promise<string>;
}

/** What was answered. */
export interface OddAnswers {
  /** Answers of 5xx, in words. */
  readonly faults: readonly string[];
  /** How many answers each status had. */
  readonly statuses: ReadonlyMap<number, number>;
}

/** Start a server and make one thing of each kind. */
export async function openOddScene(): Promise<OddScene> {
  const server = await startTestServer({
    mode: 'accounts',
    limits: { requestsPerMinute: 1_000_000, signInsPerMinute: 100_000 },
  });
  const signIn = async () => {
    const answer = await server.app.inject({
      method: 'POST',
      url: '/api/session',
      headers: origin,
      payload: { name: 'chief', password },
    });
    return String(answer.headers['set-cookie']).split(';')[0]!;
  };
  const token = (await newSetupToken(server.context))!;
  const chief = { name: 'chief', displayName: 'The Chief', password };
  await clientOf(server.app, origin).setUp({ body: { ...chief, token } });
  const client = clientOf(server.app, { ...origin, cookie: await signIn() });
  const made = await client.createCase({ body: { number: 'ODD' } });
  const params = { id: made.id };
  const field = await upload(client, made.id, await blobImage(['neutrophil', 'lymphocyte'], 1));
  await jobsOver(client, made.id, 120_000);
  const cell = (await client.listCells({ params })).items[0]!;
  const entry = (await client.listHistory({ params })).items[0]!;
  const comment = await client.createComment({ params, body: { text: 'odd' } });
  const open = await client.createUpload({ params, body: { fileName: 'odd.png', sizeBytes: 3 } });
  const user = await client.createUser({
    body: { name: 'ada', displayName: 'Ada', role: 'viewer', password },
  });
  const key = await client.createApiKey({ body: { name: 'odd', role: 'viewer' } });
  const [job] = (await client.listJobs({ query: {} })).items;
  const ids = {
    id: made.id,
    cases: made.id,
    fields: field.id,
    fieldId: field.id,
    cells: cell.id,
    cellId: cell.id,
    historyId: entry.id,
    comments: comment.id,
    uploads: open.id,
    users: user.id,
    keys: key.id,
    jobs: job!.id,
  };
  return { server, ids, signIn };
}

/**
 * Draw so many of the odd requests, in their order. Those that are sound come before others: what is refused at the
 * door shows nothing of what lies behind it.
 */
export function sampleOfRequests(all: readonly OddRequest[], count: number, seed: number) {
  const random = createRandom(seed);
  const first = new Map(all.map((request) => [request.endpoint, request]));
  const sound = all.filter(({ what }) => what === 'sound');
  const drawn = random.shuffle(all.filter((request) => !sound.includes(request)));
  const chosen = new Set([...new Set([...first.values(), ...sound, ...drawn])].slice(0, count));
  return all.filter((request) => chosen.has(request));
}

/** Send requests one after the other. */
export async function sendOddRequests(
  { server, ids, signIn }: OddScene,
  requests: readonly OddRequest[] = makeOddRequests(ids),
): Promise<OddAnswers> {
  let cookie = await signIn();
  const faults: string[] = [];
  const statuses = new Map<number, number>();
  const send = ({ method, url, payload }: OddRequest) =>
    server.app.inject({
      method,
      url,
      headers: {
        ...origin,
        cookie,
        ...(Buffer.isBuffer(payload)
          ? { 'content-type': 'application/octet-stream' }
          : payload === undefined
            ? {}
            : { 'content-type': 'application/json' }),
      },
      ...(payload === undefined
        ? {}
        : { payload: Buffer.isBuffer(payload) ? payload : JSON.stringify(payload) }),
    });
  /** A change of an old revision is refused before it comes to the database. */
  const newest = async (request: OddRequest): Promise<OddRequest> => {
    const { payload } = request;
    if (typeof payload !== 'object' || payload === null) return request;
    const client = clientOf(server.app, { ...origin, cookie });
    const params = { id: ids['id']! };
    if ('revision' in payload && payload.revision === 0) {
      const { revision } =
        request.endpoint === 'replaceSite'
          ? await client.getSite()
          : request.endpoint === 'changeCase'
            ? await client.getCase({ params })
            : payload;
      return { ...request, payload: { ...payload, revision } };
    }
    if (request.endpoint !== 'createReview') return request;
    const { items } = await client.listCells({ params, query: { deleted: 'include' } });
    const cell = items.find(({ id }) => id === ids['cellId'])!;
    const text = JSON.stringify(payload).replace('"revision":0}', `"revision":${cell.revision}}`);
    return { ...request, payload: JSON.parse(text) };
  };
  for (const request of requests) {
    const { statusCode, body } = await send(await newest(request));
    statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
    if (statusCode >= 500) {
      faults.push(`${request.endpoint} ${request.what}: ${statusCode} ${body.slice(0, 200)}`);
    }
    // Signing out, or a changed password, is an answer like any other.
    if (statusCode === 401 || request.endpoint === 'signOut') cookie = await signIn();
  }
  return { faults, statuses };
}
