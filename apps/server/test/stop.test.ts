import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { databaseTemplate } from './database-template.ts';
import { blobImage, clientOf, startTestServer, upload } from './test-server.ts';
import { startBlobs } from './start-blobs.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'leukoscope-stop-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('SIGTERM ends a server within five seconds, whatever its clients do', async () => {
  const modelsFolder = path.join(folder, 'models');
  mkdirSync(modelsFolder);
  // An analysis that takes a minute runs meanwhile.
  const model = { behaviour: 'work', delayMs: 60_000 };
  writeFileSync(path.join(modelsFolder, 'blobs.json'), JSON.stringify(model));
  writeFileSync(path.join(modelsFolder, 'blobs.md'), '# Blobs\n');
  const dataFolder = path.join(folder, 'data');
  cpSync(await databaseTemplate(), dataFolder, { recursive: true });
  const { child, address, printed } = await startBlobs('the server', {
    role: 'server',
    dataFolder,
    modelsFolder,
    database: 'embedded',
    workers: 1,
  });
  const { hostname, port } = new URL(address);
  const ask = async (method: string, route: string, body: string | Uint8Array<ArrayBuffer>) => {
    const type = typeof body === 'string' ? 'application/json' : 'application/octet-stream';
    const headers = { 'content-type': type };
    const answer = await fetch(`${address}${route}`, { method, headers, body });
    return z.object({ id: z.string() }).parse(await answer.json()).id;
  };
  const id = await ask('POST', '/api/cases', JSON.stringify({ number: 'STOP' }));
  const image = new Uint8Array(await blobImage(['neutrophil']));
  const announced = JSON.stringify({ fileName: 'a.png', sizeBytes: image.length });
  const sent = await ask('POST', `/api/cases/${id}/uploads`, announced);
  await ask('PUT', `/api/uploads/${sent}?offset=0`, image);
  await ask('POST', `/api/uploads/${sent}/finish`, '{}');
  const open = async (text: string) => {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => {});
    await once(socket, 'connect');
    socket.write(text.replaceAll('\n', '\r\n'));
    return socket;
  };
  const host = `Host: ${hostname}:${port}`;
  const sockets = [
    // A body that never comes whole, a head without an end, a stream, and one that only sits there.
    await open(
      `POST /api/cases HTTP/1.1\n${host}\ncontent-type: application/json\ncontent-length: 99\n\n{`,
    ),
    await open(`GET /api/cases HTTP/1.1\n${host}\n`),
    await open(`GET /api/events HTTP/1.1\n${host}\n\n`),
    await open(''),
  ];
  await once(sockets[2]!, 'data');
  const startedAt = performance.now();
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  const ms = performance.now() - startedAt;
  expect([code, printed().includes('fault')]).toEqual([0, false]);
  expect(ms).toBeLessThan(5000);
  for (const socket of sockets) socket.destroy();
}, 240_000);

test('a queue that is full says so before a file is sent, and takes files again when it is not', async () => {
  const server = await startTestServer({ work: { workers: 0 }, limits: { waitingJobs: 2 } });
  try {
    const client = clientOf(server.app);
    const { id } = await client.createCase({ body: { number: 'FULL' } });
    await upload(client, id, await blobImage(['neutrophil'], 1));
    const late = await client.createUpload({
      params: { id },
      body: { fileName: 'late.png', sizeBytes: 3 },
    });
    await upload(client, id, await blobImage(['neutrophil'], 2));
    const announce = () =>
      server.app.inject({
        method: 'POST',
        url: `/api/cases/${id}/uploads`,
        headers: { host: 'localhost' },
        payload: { fileName: 'a.png', sizeBytes: 3 },
      });
    const refused = await announce();
    expect([refused.statusCode, refused.json().error.code]).toEqual([503, 'QUEUE_FULL']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    // Announced before the queue was full: what was sent stays, to be finished later.
    expect(await client.getUpload({ params: { id: late.id } })).toMatchObject({ offset: 0 });
    const { items } = await client.listFields({ params: { id } });
    const { revision, id: fieldId } = items[0]!;
    await client.removeField({ params: { id: fieldId }, body: { revision } });
    expect((await announce()).statusCode).toBe(201);
  } finally {
    await server.close();
  }
}, 120_000);
