/**
 * @file Uses the program as people do, each part through its own entry point: draws a field, analyses it,
 * trains, serves with accounts (on the folder `data`, new or not), uploads, waits for the analysis, looks at cells, exports in every format.
 * With `all`, also what takes long: checking and backing up the data, data sets, measuring, a whole training.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createClient, uploadFile } from '@leukoscope/client';
import { exportFormats } from '@leukoscope/contract';

const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const leukoscope = pathOf('../../../cli/bin/leukoscope.mjs');
const node = (args: readonly string[]) => [...process.execArgv, ...args];

const starting = serve();
try {
  await useCommands();
  const { address, setupToken } = await starting;
  await useServer(address, setupToken);
} finally {
  await (await starting).stop();
}
if (process.argv[2] === 'all') {
  await run([leukoscope, 'verify-data', '--data', 'data']);
  await run([leukoscope, 'backup', 'backup', '--data', 'data']);
  await run([leukoscope, 'restore', 'backup', '--data', 'restored', '--key', 'data/ledger.key']);
  await run([leukoscope, 'dataset', 'stats', 'in', '--out', 'stats']);
  await run([leukoscope, 'evaluate', 'in', 'in', '--out', 'scores']);
  await run([
    leukoscope,
    'weights',
    'inspect',
    pathOf('../../../../weights/compact-refiner-int8.onnx'),
  ]);
  await run([pathOf('../../../../examples/train-a-classifier.ts'), 'trained']);
}
console.log('everything was used');

async function useCommands() {
  await run([
    leukoscope,
    'dataset',
    'synthesise',
    '--out',
    'in',
    '--count',
    '1',
    '--size',
    '320x240',
  ]);
  await run([leukoscope, 'analyze', 'in/images', '--out', 'found']);
  await run([pathOf('train-briefly.ts')]);
}

async function run(args: readonly string[]) {
  const [code] = await once(spawn(process.execPath, node(args), { stdio: 'inherit' }), 'exit');
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
}

async function serve() {
  const args = [leukoscope, 'serve', '--port', '0', '--data', 'data', '--no-open'];
  const child = spawn(process.execPath, node(args), {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, LEUKOSCOPE_MODE: 'accounts' },
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let [address, setupToken] = ['', ''];
  for await (const line of createInterface({ input: child.stdout })) {
    address ||= /ready on (http\S+)/.exec(line)?.[1] ?? '';
    setupToken = /#(\S+)$/.exec(line)?.[1] ?? '';
    if (setupToken !== '') break;
  }
  if (setupToken === '') throw new Error('the server did not start');
  child.stdout.resume();
  return {
    address,
    setupToken,
    stop: () => {
      child.kill('SIGTERM');
      return gone;
    },
  };
}

async function useServer(address: string, token: string) {
  const setUp = await fetch(`${address}/api/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: address },
    body: JSON.stringify({
      token,
      name: 'admin',
      displayName: 'Admin',
      password: 'four random words of privacy',
    }),
  });
  const cookie = setUp.headers.getSetCookie()[0]?.split(';')[0];
  if (cookie === undefined) throw new Error(`no session: ${await setUp.text()}`);
  const call: typeof fetch = (url, init) => {
    const headers = new Headers(init?.headers);
    headers.set('cookie', cookie);
    headers.set('origin', address);
    return fetch(url, { ...init, headers });
  };
  const client = createClient({ baseUrl: address, fetch: call });
  const { id } = await client.createCase({ body: { number: 'PRIVATE-1' } });
  const image = readFileSync('in/images/field-1.png');
  await uploadFile(client, id, { name: 'field-1.png', data: new Blob([new Uint8Array(image)]) });
  for (;;) {
    const jobs = (await client.listJobs({ query: { caseId: id } })).items;
    if (jobs.some((job) => job.state === 'failed')) throw new Error('the analysis failed');
    if (jobs.length > 0 && jobs.every((job) => job.state === 'completed')) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const { items } = await client.listCells({ params: { id }, query: {} });
  if (items.length === 0) throw new Error('no cell was found');
  const paths = [
    `/api/cells/${items[0]!.id}/crop`,
    ...Object.keys(exportFormats).map((format) => `/api/cases/${id}/exports/${format}`),
  ];
  for (const path of paths) {
    const answer = await call(`${address}${path}`);
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    await answer.arrayBuffer();
  }
}
