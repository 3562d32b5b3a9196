import { endpoints } from '@leukoscope/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyAll } from '../src/backup/verify.ts';
import { makeOddRequests } from './odd-requests.ts';
import { type OddScene, openOddScene, sampleOfRequests, sendOddRequests } from './odd-scene.ts';

// All of them are sent by odd-requests.slow.test.ts.
const count = 1000;
const seed = 11;

let scene: OddScene;
const origin = { host: 'localhost', origin: 'http://localhost' };

beforeAll(async () => {
  scene = await openOddScene();
}, 300_000);

afterAll(() => scene.server.close(), 120_000);

test('none of 1000 odd requests, some to every endpoint, is answered 5xx, and what was stored stays whole', async () => {
  const requests = sampleOfRequests(makeOddRequests(scene.ids), count, seed);
  expect(requests).toHaveLength(count);
  const asked = new Set(requests.map((request) => request.endpoint));
  // All but the stream, which does not end.
  expect(asked.size).toBe(Object.keys(endpoints).length - 1);
  const { faults, statuses } = await sendOddRequests(scene, requests);
  expect(faults).toEqual([]);
  // Requests that were let through count too: a test that is refused at the door shows nothing.
  expect(statuses.get(200) ?? 0).toBeGreaterThan(40);
  expect(statuses.get(201) ?? 0).toBeGreaterThan(5);
  expect(await verifyAll(scene.server.context)).toEqual([]);
}, 300_000);

test('half a surrogate pair and NUL are refused wherever they stand, before anything is hashed', async () => {
  const { server, ids } = scene;
  const cookie = await scene.signIn();
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
