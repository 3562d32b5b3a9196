/** A whole server killed while it learns: it goes on at the next start, and nothing was accepted by itself. */
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createClient } from '@leukoscope/client';
import { expect, test } from 'vitest';
import { over, signedCases } from './correct-blobs.ts';
import { type Started, startBlobs } from './start-blobs.ts';
import { testSettings } from './test-server.ts';

test.each([/picture/, /fit/])('killed at %s, a server learns on when it is back', async (stage) => {
  const { folder, dataFolder, modelsFolder } = await testSettings();
  const task = {
    role: 'server',
    dataFolder,
    modelsFolder,
    database: 'embedded',
    workers: 1,
  } as const;
  let running: Started | undefined;
  try {
    running = await startBlobs('the first start', task);
    let client = createClient({ baseUrl: running.address });
    await signedCases(client, 4, 'Kill');
    const slow = JSON.stringify({ behaviour: 'work', learnDelayMs: 3000 });
    writeFileSync(path.join(modelsFolder, 'blobs.json'), slow);
    const { id } = await client.startLearning({ body: {} });
    for (;;) {
      const found = await client.getLearning({ params: { id } });
      if (stage.test(found.stage ?? '')) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const isOver = once(running.child, 'exit');
    running.child.kill('SIGKILL');
    await isOver;
    writeFileSync(path.join(modelsFolder, 'blobs.json'), '{"behaviour":"work"}');
    running = await startBlobs('the second start', task);
    client = createClient({ baseUrl: running.address });
    expect((await client.listModels()).items.map((model) => model.id)).toEqual(['blobs']);
    expect(await over(client, id)).toMatchObject({ state: 'completed', isOffered: true });
    expect((await client.listModels()).items.map((model) => model.id)).toEqual(['blobs']);
  } finally {
    running?.child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
});
