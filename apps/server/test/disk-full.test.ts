import { ApiError } from '@leukoscope/client';
import type { ReviewAction } from '@leukoscope/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyAll } from '../src/backup/verify.ts';
import { listCases } from '../src/services/cases.ts';
import { openCore } from '../src/start-server.ts';
import { mountSmallDisk } from './small-disk.ts';
import {
  analysedCase,
  blobImage,
  jobsOver,
  startTestServer,
  type TestServer,
} from './test-server.ts';

const limit = 120_000;
const disk = mountSmallDisk();
let server: TestServer;
let isStopped = false;

beforeAll(async () => {
  if (disk.isMounted) server = await startTestServer({ parent: disk.folder });
}, limit);

afterAll(async () => {
  if (disk.isMounted && !isStopped) await server.stop();
  disk.unmount();
}, limit);

const diskFull = { status: 507, code: 'DISK_FULL', message: expect.stringContaining('Free some') };

test.skipIf(!disk.isMounted)(
  'a full disk refuses uploads and changes by name, loses nothing that was answered, and passes',
  async () => {
    const { client } = server;
    const { id, cells } = await analysedCase(server, ['neutrophil', 'lymphocyte']);
    const bytes = await blobImage(['neutrophil'], 1);
    const announced = await client.createUpload({
      params: { id },
      body: { fileName: 'a.png', sizeBytes: bytes.length },
    });
    const params = { id: announced.id };
    const makeRoom = disk.fill();

    await expect(
      client.sendChunk({ params, query: { offset: 0 }, body: bytes }),
    ).rejects.toMatchObject(diskFull);
    // PostgreSQL has some pages left in its files; sooner or later it needs a new one.
    const kept: string[] = [];
    const refused = await (async () => {
      for (let i = 0; i < 3000; i++) {
        const made = await client
          .createComment({ params: { id }, body: { text: 'x'.repeat(2000) } })
          .catch((error: unknown) => error);
        if (made instanceof ApiError) return made;
        if (typeof made === 'object' && made !== null && 'id' in made) kept.push(String(made.id));
      }
      return undefined;
    })();
    expect(refused).toMatchObject(diskFull);
    const before = await client.getCase({ params: { id } });
    const action: ReviewAction = {
      kind: 'reclassify',
      cells: cells.slice(0, 1),
      bin: 'monocyte',
    };
    const review = await client
      .createReview({ params: { id }, body: { action } })
      .catch((error: unknown) => error);
    const after = await client.getCase({ params: { id } });
    if (review instanceof ApiError) {
      expect(review).toMatchObject(diskFull);
      expect(after.sequence).toBe(before.sequence);
    } else {
      expect(after.sequence).toBe(before.sequence + 1);
    }

    makeRoom();
    await client.sendChunk({ params, query: { offset: 0 }, body: bytes });
    await client.finishUpload({ params });
    for (const job of await jobsOver(client, id, limit)) expect(job.state).toBe('completed');
    const { items } = await client.listComments({ params: { id } });
    expect(items.map((comment) => comment.id).sort()).toEqual(kept.sort());
    expect(await verifyAll(server.context)).toEqual([]);
  },
  limit,
);

test.skipIf(!disk.isMounted)(
  'a start on a full disk says so, and everything is there when it has room',
  async () => {
    const { items: before } = await server.client.listCases();
    await server.stop();
    isStopped = true;
    const makeRoom = disk.fill();
    await expect(openCore(server.settings)).rejects.toMatchObject({
      code: 'DATABASE_OPEN',
      message: expect.stringContaining('free space'),
    });
    makeRoom();
    const core = await openCore(server.settings);
    try {
      const { items } = await listCases(core.context, { limit: 50 });
      expect(items).toEqual(before);
      expect(await verifyAll(core.context)).toEqual([]);
    } finally {
      await core.close();
    }
  },
  limit,
);
