/**
 * @file What a laboratory lives through, on real cells: a server with the shipped model, fifty of Raabin's cells corrected and
 * signed, learnt from, accepted, other slides analysed with what was learnt, and back to the parent.
 *
 * `node --conditions=@leukoscope/source experiments/adapt/through-a-server.ts ../shared/data/raabin OUT.json [--cells 10]
 * [--measured 30] [--seed 16]` (cells a type), after `npm start` has built the page. Slides are those of labels.csv; a slide that is
 * learnt from measures nothing. Labels come in by `leukoscope dataset send`, as reviews of the one who sends.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Client } from '@leukoscope/client';
import { clopperPearson, coarsen, taxonomies } from '@leukoscope/core';
import { chooseSides, type SitePicture } from './raabin-site.ts';
import { casesOf, sendSlides, serveSite, signCase, untilLearnt } from './site-server.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cells: { type: 'string', default: '10' },
    measured: { type: 'string', default: '30' },
    seed: { type: 'string', default: '16' },
  },
});
const [root, out] = positionals;
if (root === undefined || out === undefined) {
  console.error('usage: through-a-server.ts RAABIN OUT.json [--cells N] [--measured N] [--seed N]');
  process.exit(2);
}
const types = taxonomies.five.classes;
const home = mkdtempSync(path.join(tmpdir(), 'leukoscope-site-'));
const seed = Number(values.seed);
const sides = chooseSides(root, seed, {
  learnt: Number(values.cells),
  measured: Number(values.measured),
});
for (const [side, pictures] of Object.entries(sides)) copyTo(side, pictures);
const server = await serveSite(path.join(home, 'data'));
const send = (side: string, prefix: string) =>
  sendSlides(path.join(home, side), server.address, prefix);
try {
  const { client } = server;
  await send('measured', 'before-');
  await send('learnt', 'L-');
  const learnt = await casesOf(client, 'L-');
  for (const own of learnt) await signCase(client, own);
  const pressed = performance.now();
  const { id, parentId } = await client.startLearning({ body: {} });
  const found = await untilLearnt(client, id);
  const seconds = (performance.now() - pressed) / 1000;
  const { result } = found;
  if (result === null || result.candidate === null || found.isOffered !== true)
    throw new Error(`nothing was offered: ${JSON.stringify(result ?? found.failure)}`);
  const body = { modelId: 'our-stain', name: 'Our stain', note: 'Better here', isChosen: true };
  await client.acceptLearning({ params: { id }, body });
  await send('measured', 'after-');
  await client.chooseModel({ params: { id: parentId }, body: { note: 'To compare' } });
  await send('measured', 'back-');
  const { here, there } = result.candidate;
  const told = {
    seed,
    learnt: { cells: result.cells, cases: learnt.length, seconds },
    // As the page shows it before anybody accepts.
    shown: { here: shares(here), there: shares(there) },
    otherSlides: {
      parent: await measure(client, 'before-'),
      candidate: await measure(client, 'after-'),
      parentAgain: await measure(client, 'back-'),
    },
  };
  writeFileSync(out, `${JSON.stringify(told, null, 2)}\n`);
  console.log(JSON.stringify(told, null, 2));
} finally {
  await server.stop();
  rmSync(home, { recursive: true });
}

function copyTo(side: string, pictures: readonly SitePicture[]): void {
  for (const { file, slide } of pictures) {
    const folder = path.join(home, side, path.dirname(file));
    mkdirSync(folder, { recursive: true });
    cpSync(path.join(root!, file), path.join(folder, `${slide}~${path.basename(file)}`));
  }
}

/** Of the labelled cells of cases: what the model had called them, before the label came. */
async function measure(client: Client, prefix: string) {
  let right = 0;
  let cells = 0;
  for (const { id } of await casesOf(client, prefix)) {
    const { items } = await client.listCells({ params: { id } });
    for (const { seen, bin, model } of items) {
      if (seen === null || model === null || bin === 'unidentified' || bin === 'not-classed')
        continue;
      cells++;
      if (coarsen(model.cellClass, types) === coarsen(bin, types)) right++;
    }
  }
  return { right, cells, share: right / cells, limits: clopperPearson(right, cells) };
}

function shares({ parent, candidate }: { parent: Shown; candidate: Shown }) {
  const of = ({ share, low, high }: Shown) => ({ share, low, high });
  return { parent: of(parent), candidate: of(candidate) };
}

interface Shown {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}
