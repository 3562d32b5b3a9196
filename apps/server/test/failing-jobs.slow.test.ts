import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import {
  blobImage,
  jobsOver,
  startTestServer,
  type TestServer,
  type TestServerOptions,
  upload,
} from './test-server.ts';

let server: TestServer;

afterEach(() => server.close(), 60_000);

async function analyse(options: TestServerOptions, blobs = ['neutrophil', 'lymphocyte'] as const) {
  server = await startTestServer(options);
  const { id } = await server.client.createCase({ body: { number: 'J' } });
  await upload(server.client, id, await blobImage(blobs));
  const [job] = await jobsOver(server.client, id, 40_000);
  const [field] = (await server.client.listFields({ params: { id } })).items;
  return { id, job: job!, field: field! };
}

describe('a job', () => {
  test('that always crashes is given up with its reason; the field can be analysed again', async () => {
    const { id, job, field } = await analyse({ behaviour: 'crash', work: { retries: 1 } });
    expect(job).toMatchObject({
      state: 'failed',
      tries: 2,
      failure: expect.stringContaining('SIGKILL'),
    });
    expect(field).toMatchObject({ state: 'failed', failure: expect.stringContaining('SIGKILL') });
    expect((await server.client.getSignOff({ params: { id } })).blockers[0]).toMatchObject({
      code: 'FIELDS_FAILED',
    });
    writeFileSync(path.join(server.settings.modelsFolder, 'blobs.json'), '{"behaviour":"work"}');
    await server.client.requeueField({ params: { id: field.id } });
    await jobsOver(server.client, id);
    expect(await server.client.getField({ params: { id: field.id } })).toMatchObject({
      state: 'analysed',
      failure: null,
      cells: 2,
    });
    await expect(server.client.requeueField({ params: { id: field.id } })).rejects.toMatchObject({
      code: 'FIELD_NOT_FAILED',
    });
  });

  test('that never ends is stopped at its deadline while the server answers', async () => {
    const { job } = await analyse({ behaviour: 'hang', work: { retries: 0, jobMs: 3000 } });
    expect(job).toMatchObject({ state: 'failed', failure: expect.stringContaining('3 s') });
  });

  test('that takes too much memory is stopped', async () => {
    const { job } = await analyse({
      behaviour: 'eat',
      work: { retries: 0, jobMemoryBytes: 500 * 2 ** 20 },
    });
    expect(job.failure).toMatch(/500 MB/);
  });
});
