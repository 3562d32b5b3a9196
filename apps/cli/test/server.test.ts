import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserCommand } from '../src/server/open-browser.ts';
import { toEnvironment } from '../src/server/server-settings.ts';
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

describe('serve', () => {
  test('says where it is ready, answers there, and stops with Ctrl-C', async () => {
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
    const page = await fetch(`${address}/cases`, { headers: { accept: 'text/html' } });
    expect(await page.text()).toContain('<title>Leukoscope</title>');
    const second = await runCli(['serve', '--port', '0', '--data', folder.at('data')]);
    expect(second).toMatchObject({ code: 2 });
    expect(second.err).toMatch(/data folder must be used by one process/);
    stop.abort();
    expect(await run).toMatchObject({ code: 0 });
    expect(seen).toContain('For research use only.');
    await expect(fetch(`${address}/health`)).rejects.toThrow();
  }, 120_000);

  test('names the cure when the port is taken, and leaves the data folder free', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    try {
      const args = ['serve', '--port', String(port), '--data', folder.at('data'), '--no-open'];
      for (let i = 0; i < 2; i++) {
        const { code, err } = await runCli(args);
        expect(code).toBe(2);
        expect(err).toContain(`leukoscope serve --port ${port + 1}`);
      }
    } finally {
      other.close();
    }
  }, 120_000);

  test('refuses a host that others could reach without signing in', async () => {
    const { code, err } = await runCli(['serve', '--host', '0.0.0.0', '--data', folder.at('x')]);
    expect(code).toBe(2);
    expect(err).toContain('LEUKOSCOPE_MODE=accounts');
  });
});

test('a backup is restored into another folder, and what is stored is checked', async () => {
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
    '--json',
  ]);
  expect(JSON.parse(restored.out)).toEqual({ folder: folder.at('backup'), rows: 0, files: 0 });
  const verified = await runCli(['verify-data', '--data', folder.at('restored')]);
  expect(verified).toMatchObject({ code: 0, out: 'Everything is as it was stored.\n' });
}, 120_000);

test('a worker says that it needs a PostgreSQL', async () => {
  const { code, err } = await runCli(['worker', '--data', folder.at('data')]);
  expect(code).toBe(2);
  expect(err).toContain('Set DATABASE_URL');
});

test('options go before the environment, and only those that were given', () => {
  expect(toEnvironment({ port: 0, data: undefined, workers: 3 })).toEqual({
    LEUKOSCOPE_PORT: '0',
    LEUKOSCOPE_WORKERS: '3',
  });
});

test('a browser is opened where somebody sees it', () => {
  const page = 'http://127.0.0.1:8642';
  expect(browserCommand(page, {}, 'linux')).toBeUndefined();
  expect(browserCommand(page, { DISPLAY: ':0' }, 'linux')).toEqual(['xdg-open', page]);
  expect(browserCommand(page, { WAYLAND_DISPLAY: 'w' }, 'linux')).toEqual(['xdg-open', page]);
  expect(browserCommand(page, {}, 'darwin')).toEqual(['open', page]);
  expect(browserCommand(page, {}, 'win32')).toEqual(['cmd', '/c', 'start', '""', page]);
  expect(browserCommand(page, { DISPLAY: ':0', SSH_CONNECTION: 'x' }, 'linux')).toBeUndefined();
});

async function waitFor<T>(read: () => T | undefined): Promise<T> {
  for (let i = 0; i < 1000; i++) {
    const found = read();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('it did not come');
}
