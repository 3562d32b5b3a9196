import { eq } from 'drizzle-orm';
import { afterEach, describe, expect, test } from 'vitest';
import { cells, jobs } from '../src/db/schema.ts';
import { createJobHandlers } from '../src/jobs/analyse-field.ts';
import {
  blobImage,
  jobsOver,
  startTestServer,
  type TestServer,
  type TestServerOptions,
  upload,
} from './test-server.ts';

let server: TestServer;

// Each test starts a server of its own.
const limit = 60_000;

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
  test(
    'whose process crashes runs again and stores its cells once',
    async () => {
      const { id, job, field } = await analyse({ behaviour: 'crash-once' });
      expect(job).toMatchObject({ state: 'completed', tries: 2, failure: null, progress: 1 });
      expect(field).toMatchObject({ state: 'analysed', cells: 2 });
      expect((await server.client.listCells({ params: { id } })).items).toHaveLength(2);
    },
    limit,
  );

  test(
    'that refuses the image for good is not tried again',
    async () => {
      const { job } = await analyse({ behaviour: 'refuse' });
      expect(job).toMatchObject({
        state: 'failed',
        tries: 1,
        failure: expect.stringContaining('image must please'),
      });
    },
    limit,
  );
});

test(
  'an attempt that is over completes nothing',
  async () => {
    server = await startTestServer({ work: { workers: 0 } });
    const { client, context } = server;
    const { id } = await client.createCase({ body: { number: 'Z' } });
    await upload(client, id, await blobImage(['neutrophil']));
    const [job] = await context.db.sql.select().from(jobs);
    // Nobody has taken the job: a worker that believes it has must be refused, with everything it wrote.
    const handlers = createJobHandlers(context, server.pool);
    await expect(handlers.work({ jobId: job!.id, retries: 0 })).rejects.toMatchObject({
      code: 'ATTEMPT_OVER',
    });
    expect(await context.db.sql.select().from(cells).where(eq(cells.caseId, id))).toEqual([]);
  },
  limit,
);

test(
  'a field that is removed while it waits is not analysed',
  async () => {
    server = await startTestServer({ work: { workers: 0 } });
    const { client, context } = server;
    const { id } = await client.createCase({ body: { number: 'R' } });
    const field = await upload(client, id, await blobImage(['neutrophil']));
    await client.removeField({ params: { id: field.id }, body: { revision: field.revision } });
    await context.queue.take(createJobHandlers(context, server.pool), 1);
    const [job] = await jobsOver(client, id);
    expect(job!.state).toBe('cancelled');
    // The queue counts its jobs every five seconds.
    await expect
      .poll(async () => (await context.queue.depth()).waiting, { timeout: 20_000 })
      .toBe(0);
    expect(
      (await client.listCells({ params: { id }, query: { deleted: 'include' } })).items,
    ).toEqual([]);
  },
  limit,
);

test(
  'jobs that wait in line follow each other at once, not at the next poll after seconds',
  async () => {
    server = await startTestServer({ work: { workers: 0 } });
    const { client, context } = server;
    const { id } = await client.createCase({ body: { number: 'L' } });
    for (let i = 0; i < 6; i++) await upload(client, id, await blobImage(['neutrophil'], i));
    await context.queue.take(createJobHandlers(context, server.pool), 1);
    const over = (await jobsOver(client, id, limit))
      .map((job) => Date.parse(job.finishedAt!))
      .sort();
    const gaps = over.slice(1).map((at, i) => at - over[i]!);
    // pg-boss polls every 5 seconds here; the median forgives a machine that is busy once.
    expect(gaps.sort((a, b) => a - b)[2]).toBeLessThan(2500);
  },
  limit,
);
