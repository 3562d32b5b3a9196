import { endpoints } from '@leukoscope/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newSetupToken } from '../src/auth/accounts.ts';
import { verifyAll } from '../src/backup/verify.ts';
import { type KnownIds, makeOddRequests, type OddRequest } from './odd-requests.ts';
import {
  blobImage,
  clientOf,
  jobsOver,
  startTestServer,
  type TestServer,
  upload,
} from './test-server.ts';

let server: TestServer;
let ids: KnownIds;
const origin = { host: 'localhost', origin: 'http://localhost' };
const password = 'correct horse battery staple';

const signIn = async () => {
  const answer = await server.app.inject({
    method: 'POST',
    url: '/api/session',
    headers: origin,
    payload: { name: 'chief', password },
  });
  return String(answer.headers['set-cookie']).split(';')[0]!;
};

beforeAll(async () => {
  server = await startTestServer({
    mode: 'accounts',
    limits: { requestsPerMinute: 1_000_000, signInsPerMinute: 100_000 },
  });
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
  ids = {
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
}, 300_000);

afterAll(() => server.close(), 120_000);

test('no odd request to any endpoint is answered 5xx, and what was stored stays whole', async () => {
  const requests = makeOddRequests(ids);
  expect(requests.length).toBeGreaterThan(1000);
  const asked = new Set(requests.map((request) => request.endpoint));
  // All but the stream, which does not end.
  expect(asked.size).toBe(Object.keys(endpoints).length - 1);
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
  expect(faults).toEqual([]);
  // Requests that were let through count too: a test that is refused at the door shows nothing.
  expect(statuses.get(200) ?? 0).toBeGreaterThan(100);
  expect(statuses.get(201) ?? 0).toBeGreaterThan(20);
  expect(await verifyAll(server.context)).toEqual([]);
}, 900_000);

test('half a surrogate pair and NUL are refused wherever they stand, before anything is hashed', async () => {
  const cookie = await signIn();
  const post = (url: string, payload: unknown) =>
    server.app.inject({
      method: 'POST',
      url,
      headers: { ...origin, cookie, 'content-type': 'application/json' },
      payload: JSON.stringify(payload),
    });
  for (const text of ['a\ud800b', '\udc00', 'a\u0000b']) {
    for (const [url, body] of [
      [`/api/cases/${ids['id']}/comments`, { text }],
      ['/api/cases', { number: text }],
      ['/api/cases', { number: 'x', patientReference: text }],
      [
        `/api/cases/${ids['id']}/reviews`,
        { reason: text, action: { kind: 'see', cells: [{ id: ids['cellId'], revision: 0 }] } },
      ],
    ] as const) {
      const answer = await post(url, body);
      expect([answer.statusCode, answer.json().error.code]).toEqual([400, 'TEXT_ODD']);
    }
  }
  // What is merely rare is kept as it came.
  const { statusCode } = await post(`/api/cases/${ids['id']}/comments`, { text: '𝒳 \ufffd 👩‍🔬' });
  expect([201, 409]).toContain(statusCode);
  expect(await verifyAll(server.context)).toEqual([]);
}, 120_000);
