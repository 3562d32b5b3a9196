/**
 * @file How long *Learn from this site* takes with thousands of cells: PBC's pictures as the signed cases of a site.
 *
 * `node --conditions=@leukoscope/source experiments/adapt/time-learning.ts ../shared/data/oi-pbc [--cells 2000]`, after `npm start` has
 * built the page. Types are those of the files' names; fifty cells a case. The model knows this laboratory, so nothing new is to be
 * learnt: what counts is the time from pressing the button to the answer.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createRandom } from '@leukoscope/core';
import { pbcTypes } from '../published-types.ts';
import { casesOf, sendSlides, serveSite, signCase, untilLearnt } from './site-server.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { cells: { type: 'string', default: '2000' } },
});
const [root] = positionals;
if (root === undefined) {
  console.error('usage: time-learning.ts OI-PBC [--cells N]');
  process.exit(2);
}
const cellsOfCase = 50;
const home = mkdtempSync(path.join(tmpdir(), 'leukoscope-time-'));
const images = path.join(root, 'images/train');
const named = readdirSync(images).flatMap((file) => {
  const type = pbcTypes[/^[A-Z]+/.exec(file)?.[0] ?? ''];
  return type === undefined ? [] : [{ file, type }];
});
const pictures = createRandom(1).shuffle(named).slice(0, Number(values.cells));
for (const [i, { file, type }] of pictures.entries()) {
  mkdirSync(path.join(home, 'cells', type), { recursive: true });
  const slide = `S${Math.floor(i / cellsOfCase)}`;
  cpSync(path.join(images, file), path.join(home, 'cells', type, `${slide}~${file}`));
}
const server = await serveSite(path.join(home, 'data'));
try {
  const { client } = server;
  await sendSlides(path.join(home, 'cells'), server.address, 'T-');
  for (const own of await casesOf(client, 'T-')) await signCase(client, own);
  for (const name of ['first', 'again']) {
    const pressed = performance.now();
    const { id } = await client.startLearning({ body: {} });
    const { state, failure, result } = await untilLearnt(client, id);
    const seconds = ((performance.now() - pressed) / 1000).toFixed(1);
    const cells = result?.cells ?? 0;
    console.log(
      `${name}: ${cells} cells of ${pictures.length} pictures, ${state}${failure === null ? '' : ` (${JSON.stringify(failure)})`}, ${seconds} s; ${cpus()[0]?.model.trim()}, ${cpus().length} cores`,
    );
  }
} finally {
  await server.stop();
  rmSync(home, { recursive: true });
}
