import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ApiError, type Client, createClient } from '@leukoscope/client';
import { createRandom } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { verifyAll } from '../src/backup/verify.ts';
import { openCore } from '../src/start-server.ts';
import { type Blob, blobImage, jobsOver, testSettings, upload } from './test-server.ts';

const kills = 30;
const uploads = 200;

interface Running {
  readonly child: ChildProcess;
  readonly client: Client;
}

async function start(folder: string, models: string, database: string): Promise<Running> {
  const script = fileURLToPath(new URL('./serve-blobs.ts', import.meta.url));
  const child = spawn(process.execPath, [...process.execArgv, script, folder, models, database], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (data) => resolve(String(data).trim()));
    child.once('exit', (code) => reject(new Error(`the server did not start: ${code}`)));
  });
  return { child, client: createClient({ baseUrl: address }) };
}

test('killed at 30 random moments of 200 uploads, nothing acknowledged is lost and nothing doubled', async () => {
  const settings = await testSettings();
  const database = 'url' in settings.database ? settings.database.url : 'embedded';
  const random = createRandom(7);
  const open = () => start(settings.dataFolder, settings.modelsFolder, database);
  let server = await open();
  let killed = 0;
  let isOver = false;
  let restarted: Promise<void> = Promise.resolve();
  const { id } = await server.client.createCase({ body: { number: 'K' } });

  const killing = (async () => {
    while (killed < kills && !isOver) {
      await wait(200 + random.next() * 2000);
      if (isOver) break;
      const gone = new Promise((resolve) => server.child.once('exit', resolve));
      server.child.kill('SIGKILL');
      restarted = gone.then(async () => {
        server = await open();
      });
      await restarted;
      killed++;
    }
  })();

  const acknowledged = new Map<string, number>();
  for (let i = 0; i < uploads; i++) {
    const blobs: Blob[] = Array.from({ length: 1 + (i % 4) }, () => 'neutrophil');
    const bytes = await blobImage(blobs, i);
    for (;;) {
      await restarted;
      try {
        acknowledged.set((await upload(server.client, id, bytes, `${i}.png`)).id, blobs.length);
        break;
      } catch (error) {
        if (error instanceof ApiError && error.code === 'FIELD_TWICE') {
          // Stored before the kill, but not answered: it counts all the same.
          acknowledged.set(String(error.body!.details!['fieldId']), blobs.length);
          break;
        }
        await wait(50);
      }
    }
    // Spreads the uploads over the kills.
    while (killed * uploads < kills * i) await wait(20);
  }
  isOver = true;
  await killing;
  expect(killed).toBeGreaterThanOrEqual(kills - 1);

  for (const job of await jobsOver(server.client, id, 300_000)) expect(job.state).toBe('completed');
  const { items } = await server.client.listFields({ params: { id } });
  expect(items).toHaveLength(uploads);
  for (const field of items)
    expect([field.fileName, field.cells]).toEqual([field.fileName, acknowledged.get(field.id)]);
  const gone = new Promise((resolve) => server.child.once('exit', resolve));
  server.child.kill('SIGKILL');
  await gone;
  const core = await openCore(settings);
  expect(await verifyAll(core.context)).toEqual([]);
  await core.close();
  rmSync(settings.folder, { recursive: true, force: true });
}, 900_000);

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
