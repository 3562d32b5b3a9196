/**
 * @file How quick a correction is while one person asks for a hundred exports at once, of a case with thousands of cells.
 * Run: `node --conditions=@leukoscope/source bench/server/exports.ts [--cells 2000] [--rounds 3]`.
 *
 * Ten of each hundred are made, as many as one person may have on their way; the others are refused (429). A round ends
 * when the last one is there. Aim: p95 of a correction below 100 ms.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createClient, uploadFile } from '@leukoscope/client';
import { exportFormats } from '@leukoscope/contract';
import { synthesiseField } from '@leukoscope/datasets';
import { encodePng } from '@leukoscope/image';
import { addCells, callOver, signIn } from './reviewers.ts';
import { startProcess } from './start-process.ts';
import { createTimes } from './times.ts';

const pauseMs = 50;
const { values } = parseArgs({
  options: {
    cells: { type: 'string', default: '2000' },
    rounds: { type: 'string', default: '3' },
  },
});
const folder = mkdtempSync(path.join(tmpdir(), 'leukoscope-exports-'));
const server = await startProcess(folder);
try {
  console.log(
    `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, Node ${process.versions.node}, load average ${loadavg()[0]?.toFixed(1)}`,
  );
  const admin = await signIn(server);
  const key = async (name: string, role: 'viewer' | 'reviewer') =>
    (await admin.createApiKey({ body: { name, role } })).secret;
  const [greedy, secret] = [await key('greedy', 'viewer'), await key('reviewer', 'reviewer')];
  const client = createClient({ baseUrl: server.address, apiKey: secret });
  const made = await Promise.all(
    ['LARGE', 'OWN'].map(async (number) => {
      const { id } = await client.createCase({ body: { number } });
      const { raster } = synthesiseField({ seed: 1, size: { width: 640, height: 480 } });
      const data = new Blob([new Uint8Array(await encodePng(raster))]);
      const field = await uploadFile(client, id, { name: 'a.png', data });
      await addCells(client, id, field, number === 'LARGE' ? Number(values.cells) : 20);
      return { id, fieldId: field.id };
    }),
  );
  const [large, own] = [made[0]!, made[1]!];
  const formats = Object.keys(exportFormats);
  const agents = [new Agent({ keepAlive: true, maxSockets: 100 }), new Agent({ keepAlive: true })];
  const times = createTimes();
  let taken = 0;
  for (let round = 0; round < Number(values.rounds); round++) {
    let isOver = false;
    const exports = Promise.allSettled(
      Array.from({ length: 100 }, (_, i) => {
        const url = `${server.address}/api/cases/${large.id}/exports/${formats[i % formats.length]}`;
        return callOver(agents[0]!, { url, method: 'GET', secret: greedy, body: undefined });
      }),
    ).then((answers) => {
      taken += answers.filter(({ status }) => status === 'fulfilled').length;
      isOver = true;
    });
    while (!isOver) {
      const action = {
        kind: 'add',
        fieldId: own.fieldId,
        box: { x1: 1, y1: 1, x2: 20, y2: 20 },
        mask: null,
        bin: 'lymphocyte',
      };
      const startedAt = performance.now();
      const url = `${server.address}/api/cases/${own.id}/reviews`;
      await callOver(agents[1]!, { url, method: 'POST', secret, body: { action } });
      times.add('correction', performance.now() - startedAt);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    await exports;
  }
  for (const agent of agents) agent.destroy();
  console.log(`${taken} exports of ${values.cells} cells made in ${values.rounds} rounds of 100\n`);
  console.log(times.table());
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
