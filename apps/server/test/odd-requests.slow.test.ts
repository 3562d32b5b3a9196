import { endpoints } from '@leukoscope/contract';
import { expect, test } from 'vitest';
import { verifyAll } from '../src/backup/verify.ts';
import { makeOddRequests } from './odd-requests.ts';
import { openOddScene, sendOddRequests } from './odd-scene.ts';

test('no odd request to any endpoint is answered 5xx, and what was stored stays whole', async () => {
  const scene = await openOddScene();
  const requests = makeOddRequests(scene.ids);
  expect(requests.length).toBeGreaterThan(1000);
  const asked = new Set(requests.map((request) => request.endpoint));
  // All but the stream, which does not end.
  expect(asked.size).toBe(Object.keys(endpoints).length - 1);
  const { faults, statuses } = await sendOddRequests(scene, requests);
  expect(faults).toEqual([]);
  // Requests that were let through count too: a test that is refused at the door shows nothing.
  expect(statuses.get(200) ?? 0).toBeGreaterThan(100);
  expect(statuses.get(201) ?? 0).toBeGreaterThan(20);
  expect(await verifyAll(scene.server.context)).toEqual([]);
  await scene.server.close();
}, 1_800_000);
