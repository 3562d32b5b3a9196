/**
 * @file What it takes to show all cells of a case: every picture once, six at a time, as a browser fetches them.
 * Run: `node --conditions=@leukoscope/source bench/server/crops.ts [--fields 5] [--cells 200] [--megapixels 5]`.
 *
 * Times on a core of the server's own process say how long it could answer nobody else; they and those of its child
 * processes hardly depend on what else the machine does, unlike the times of the answers.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createClient, uploadFile } from '@leukoscope/client';
import { synthesiseField } from '@leukoscope/datasets';
import { encodeJpeg, resizeRaster } from '@leukoscope/image';
import { addCells, callOver, signIn } from './reviewers.ts';
import { startProcess } from './start-process.ts';
import { createTimes } from './times.ts';
import { childrenOf, usageOf } from './usage-of.ts';

const { values } = parseArgs({
  options: {
    fields: { type: 'string', default: '5' },
    /** In each field. */
    cells: { type: 'string', default: '200' },
    megapixels: { type: 'string', default: '5' },
  },
});
const atOnce = 6;
const folder = mkdtempSync(path.join(tmpdir(), 'leukoscope-crops-'));
const server = await startProcess(folder);
try {
  console.log(
    `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, Node ${process.versions.node}, load average ${loadavg()[0]?.toFixed(1)}`,
  );
  const admin = await signIn(server);
  const { secret } = await admin.createApiKey({ body: { name: 'crops', role: 'reviewer' } });
  const client = createClient({ baseUrl: server.address, apiKey: secret });
  const { id } = await client.createCase({ body: { number: 'CROPS' } });
  for (let i = 0; i < Number(values.fields); i++) {
    const data = new Blob([new Uint8Array(await fieldImage(i))]);
    const field = await uploadFile(client, id, { name: `${i}.jpg`, data });
    await addCells(client, id, field, Number(values.cells));
  }
  for (;;) {
    const { counts } = await client.getCase({ params: { id } });
    if (counts.fieldsAnalysed === counts.fields) break;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  const { items } = await client.listCells({ params: { id }, query: { limit: 1000 } });
  // By type and then by field, as the gallery shows them.
  const cells = items.toSorted((a, b) => a.bin.localeCompare(b.bin));
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const times = createTimes();
  const cpuOf = () => ({
    own: usageOf(server.pid).cpuSeconds,
    children: childrenOf(server.pid).reduce((sum, pid) => sum + usageOf(pid).cpuSeconds, 0),
  });
  const before = cpuOf();
  const startedAt = performance.now();
  const queue = cells.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const cell of queue) {
        const url = `${server.address}/api/cells/${cell.id}/crop?size=128`;
        const askedAt = performance.now();
        await callOver(agent, { url, method: 'GET', secret, body: undefined });
        times.add('crop of a cell', performance.now() - askedAt);
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  const after = cpuOf();
  agent.destroy();
  console.log(`${cells.length} pictures of ${values.fields} fields in ${seconds.toFixed(1)} s\n`);
  console.log(times.table());
  const perPicture = (cpu: number) => `${((1000 * cpu) / cells.length).toFixed(2)} ms a picture`;
  console.log(
    `\non a core: server process ${perPicture(after.own - before.own)}, its children ${perPicture(after.children - before.children)}`,
  );
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** A field as cameras make them: 4 to 3, of so many megapixels. */
function fieldImage(seed: number): Promise<Uint8Array> {
  const { raster } = synthesiseField({ seed });
  const width = Math.round(Math.sqrt((Number(values.megapixels) * 1e6 * 4) / 3));
  return encodeJpeg(resizeRaster(raster, { width, height: Math.round((width * 3) / 4) }));
}
