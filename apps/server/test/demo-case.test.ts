import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureDemoCase } from '../src/services/demo-case.ts';
import { jobsOver, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
const never = new AbortController().signal;

beforeAll(async () => {
  server = await startTestServer();
}, 60_000);

afterAll(() => server.close(), 60_000);

test('an empty database gets the demonstration case, whose fields are analysed', async () => {
  const { client, context } = server;
  const stopped = new AbortController();
  stopped.abort();
  // Broken off after the case: the next start goes on.
  await ensureDemoCase(context, stopped.signal);
  const [demo] = (await client.listCases({})).items;
  expect(demo).toMatchObject({ number: 'DEMO-0001', state: 'open', counts: { fields: 0 } });
  await ensureDemoCase(context, never);
  const jobs = await jobsOver(client, demo!.id, 60_000);
  expect(jobs.map((job) => job.state)).toEqual(new Array(6).fill('completed'));
  const { items } = await client.listFields({ params: { id: demo!.id } });
  expect(items.map((field) => field.fileName)).toEqual(
    [1, 2, 3, 4, 5, 6].map((i) => `demo-field-${i}.jpg`),
  );
  expect(items[0]).toMatchObject({ width: 960, height: 720, pixelSizeUm: 1 / 8 });
}, 90_000);

test('is made once: what was removed stays away, and a discarded case is left alone', async () => {
  const { client, context } = server;
  const [demo] = (await client.listCases({})).items;
  const params = { id: demo!.id };
  const [first] = (await client.listFields({ params })).items;
  await client.removeField({ params: { id: first!.id }, body: { revision: first!.revision } });
  await ensureDemoCase(context, never);
  expect((await client.listFields({ params })).items).toHaveLength(5);
  await client.discardCase({
    params,
    body: { revision: (await client.getCase({ params })).revision },
  });
  await ensureDemoCase(context, never);
  expect((await client.listCases({})).items).toHaveLength(1);
});

test('is not made beside cases of one’s own, nor without a model', async () => {
  const other = await startTestServer({ work: { workers: 0 } });
  try {
    const models = { ...other.context.models, hasAny: () => false };
    await ensureDemoCase({ ...other.context, models }, never);
    expect((await other.client.listCases({})).items).toEqual([]);
    await other.client.createCase({ body: { number: 'mine' } });
    await ensureDemoCase(other.context, never);
    expect((await other.client.listCases({})).items).toHaveLength(1);
  } finally {
    await other.close();
  }
});
