/**
 * @file What a laboratory lives through, on real cells: a server with the shipped model, fifty of Raabin's cells corrected and
 * signed, learnt from, accepted, other slides analysed with what was learnt, and back to the parent.
 *
 * `node --conditions=@leukoscope/source experiments/adapt/through-a-server.ts ../shared/data/raabin OUT.json [--cells 10]
 * [--measured 30] [--seed 16]` (cells a type), after `npm start` has built the page. Slides are those of labels.csv; a slide that is
 * learnt from measures nothing. Labels come in by `leukoscope dataset send`, as reviews of the one who sends.
 */
import { execFile, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { type Client, createClient } from '@leukoscope/client';
import type { Case } from '@leukoscope/contract';
import { clopperPearson, coarsen, taxonomies } from '@leukoscope/core';
import { chooseSides, type SitePicture } from './raabin-site.ts';

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
const program = path.resolve('node_modules/@leukoscope/cli/bin/leukoscope.mjs');
const home = mkdtempSync(path.join(tmpdir(), 'leukoscope-site-'));
const seed = Number(values.seed);
const sides = chooseSides(root, seed, {
  learnt: Number(values.cells),
  measured: Number(values.measured),
});
for (const [side, pictures] of Object.entries(sides)) copyTo(side, pictures);
const server = await serve();
try {
  const { client } = server;
  await send('measured', 'before-');
  await send('learnt', 'L-');
  const learnt = await casesOf(client, 'L-');
  for (const own of learnt) await sign(client, own);
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

async function serve() {
  const folder = path.join(home, 'data');
  const child = spawn(
    process.execPath,
    [...process.execArgv, program, 'serve', '--port', '0', '--data', folder, '--no-open'],
    {
      env: { ...process.env, LEUKOSCOPE_DEMO: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let said = '';
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (text: Buffer) => {
      said += text.toString();
      const ready = /ready on (http:\S+)/.exec(said)?.[1];
      if (ready !== undefined) resolve(ready);
    });
    child.on('exit', () => reject(new Error(`the server ended: ${said}`)));
  });
  const ended = new Promise((resolve) => {
    child.on('exit', resolve);
  });
  return {
    address,
    client: createClient({ baseUrl: address }),
    stop: async () => {
      child.kill('SIGINT');
      await ended;
    },
  };
}

/** A case for each slide. */
async function send(side: string, prefix: string): Promise<void> {
  const command = [
    ...process.execArgv,
    program,
    'dataset',
    'send',
    path.join(home, side),
    server.address,
  ];
  await promisify(execFile)(process.execPath, [
    ...command,
    '--prefix',
    prefix,
    '--together',
    '([^/~]+)~',
  ]);
}

async function casesOf(client: Client, prefix: string): Promise<Case[]> {
  const { items } = await client.listCases({ query: { search: prefix, limit: 200 } });
  return items.filter(({ number }) => number.startsWith(prefix));
}

/** Cells beside the labelled ones are taken out: nobody says what they are. */
async function sign(client: Client, { id }: Case): Promise<void> {
  const params = { id };
  const { items } = await client.listCells({ params });
  const cells = items.filter(({ seen }) => seen === null);
  if (cells.length > 0)
    await client.createReview({ params, body: { action: { kind: 'delete', cells } } });
  const { sha256 } = await client.getSigning({ params });
  await client.signCase({ params, body: { sha256, meaning: 'approved', acceptsFewer: true } });
}

async function untilLearnt(client: Client, id: string) {
  for (;;) {
    const found = await client.getLearning({ params: { id } });
    if (found.state !== 'queued' && found.state !== 'running') return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
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
