import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyAll } from '../src/backup/verify.ts';
import { mountSmallDisk } from './small-disk.ts';
import { blobImage, jobsOver, startTestServer, type TestServer, upload } from './test-server.ts';

const limit = 120_000;
const disk = mountSmallDisk();
let server: TestServer;

beforeAll(async () => {
  if (disk.isMounted) server = await startTestServer({ parent: disk.folder });
}, limit);

afterAll(async () => {
  if (disk.isMounted) await server.stop();
  disk.unmount();
}, limit);

test.skipIf(!disk.isMounted)(
  'an analysis that ends on a full disk is stored once there is room, or fails with its reason and can be repeated',
  async () => {
    const { client } = server;
    const file = path.join(server.settings.modelsFolder, 'blobs.json');
    writeFileSync(file, JSON.stringify({ behaviour: 'work', delayMs: 3000 }));
    const { id } = await client.createCase({ body: { number: 'full' } });
    const field = await upload(client, id, await blobImage(Array(40).fill('neutrophil'), 2));
    const makeRoom = disk.fill();
    await new Promise((resolve) => setTimeout(resolve, 5000));
    makeRoom();
    const [job] = await jobsOver(client, id, limit);
    if (job!.state === 'failed') {
      await client.requeueField({ params: { id: field.id } });
      await jobsOver(client, id, limit);
    }
    expect(await client.getField({ params: { id: field.id } })).toMatchObject({ cells: 40 });
    expect(await verifyAll(server.context)).toEqual([]);
  },
  limit,
);
