import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli, temporaryFolder } from './run-cli.ts';

const folder = temporaryFolder();
const old = { ...process.env };

beforeAll(() => {
  mkdirSync(folder.at('models'));
  mkdirSync(folder.at('web'));
  writeFileSync(folder.at('web', 'index.html'), '<!doctype html><title>Leukoscope</title>');
  // Without a model nothing is analysed, and there is no demonstration case.
  process.env['LEUKOSCOPE_MODELS'] = folder.at('models');
  process.env['LEUKOSCOPE_WEB'] = folder.at('web');
  delete process.env['DATABASE_URL'];
});

afterAll(() => {
  process.env = old;
  folder.remove();
});

test('serve says where it is ready, answers there, and stops with Ctrl-C', async () => {
  const stop = new AbortController();
  let seen = '';
  const run = runCli(['serve', '--port', '0', '--data', folder.at('data'), '--no-open'], {
    signal: stop.signal,
    onWrite: (text) => {
      seen += text;
    },
  });
  const address = await waitFor(() => /ready on (http:\S+)/.exec(seen)?.[1]);
  expect(await (await fetch(`${address}/health`)).json()).toMatchObject({ status: 'ok' });
  const made = await fetch(`${address}/api/cases`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ number: 'S-1' }),
  });
  expect(made.status).toBe(201);
  const page = await fetch(`${address}/cases`, { headers: { accept: 'text/html' } });
  expect(await page.text()).toContain('<title>Leukoscope</title>');
  const second = await runCli(['serve', '--port', '0', '--data', folder.at('data')]);
  expect(second).toMatchObject({ code: 2 });
  expect(second.err).toMatch(/data folder must be used by one process/);
  stop.abort();
  expect(await run).toMatchObject({ code: 0 });
  expect(seen).toContain('For research use only.');
  await expect(fetch(`${address}/health`)).rejects.toThrow();
});

test('serve names the cure when the port is taken, and leaves the data folder free', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as { port: number };
  try {
    const args = ['serve', '--port', String(port), '--data', folder.at('busy'), '--no-open'];
    for (let i = 0; i < 2; i++) {
      const { code, err } = await runCli(args);
      expect(code).toBe(2);
      expect(err).toContain(`leukoscope serve --port ${port + 1}`);
    }
  } finally {
    other.close();
  }
});

test('what was served is backed up, restored into another folder, and checked', async () => {
  const backup = await runCli(['backup', folder.at('backup'), '--data', folder.at('data')]);
  expect(backup).toMatchObject({ code: 0 });
  expect(backup.out).toContain(`written to ${folder.at('backup')}`);
  const again = await runCli(['backup', folder.at('backup'), '--data', folder.at('data')]);
  expect(again.err).toMatch(/backup folder must be new or empty/);
  const restored = await runCli([
    'restore',
    folder.at('backup'),
    '--data',
    folder.at('restored'),
    '--key',
    folder.at('data/ledger.key'),
    '--json',
  ]);
  expect(JSON.parse(restored.out)).toEqual({
    folder: folder.at('backup'),
    // The case, its first history entry, that entry's line in the ledger, the beginning of the trail, and the heads
    // of the trail and of 16 strands.
    rows: 4 + 17,
    files: 0,
  });
  const verified = await runCli(['verify-data', '--data', folder.at('restored')]);
  expect(verified).toMatchObject({ code: 0, out: 'Everything is as it was stored.\n' });
  // What was restored is an earlier day for whoever has kept the ends of what went on since.
  const check = (data: string) =>
    runCli(['verify-data', '--data', folder.at(data), '--anchor', folder.at('anchor.json')]);
  expect((await check('restored')).out).toContain('It begins in ');
  expect((await check('restored')).out).toContain('Nothing was put back since ');
  const other = await check('data');
  expect(other).toMatchObject({ code: 2 });
  expect(other.out).toMatch(/the anchor of .* holds/);
});

async function waitFor<T>(read: () => T | undefined): Promise<T> {
  for (let i = 0; i < 3000; i++) {
    const found = read();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('it did not come');
}
