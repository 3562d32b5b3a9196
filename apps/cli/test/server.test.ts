import { afterAll, expect, test } from 'vitest';
import type { Io } from '../src/io.ts';
import { browserCommand } from '../src/server/open-browser.ts';
import { toEnvironment } from '../src/server/server-settings.ts';
import { tellSteps } from '../src/server/tell-steps.ts';
import { runCli, temporaryFolder } from './run-cli.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

test('serve refuses a host that others could reach without signing in', async () => {
  const { code, err } = await runCli(['serve', '--host', '0.0.0.0', '--data', folder.at('x')]);
  expect(code).toBe(2);
  expect(err).toContain('LEUKOSCOPE_MODE=accounts');
});

test('a start says what it begins with and what comes after a slow step, or every step', () => {
  const stepsTold = (all: boolean) => {
    const told: string[] = [];
    let now = 0;
    const io = { elapsedMs: () => now } as unknown as Io;
    const tell = tellSteps({ note: (text) => void told.push(text), io }, all);
    for (const [step, ms] of [
      ['open the database', 9000],
      ['open the ledger', 10],
      ['listen', 0],
    ] as const) {
      tell(step);
      now += ms;
    }
    return told;
  };
  expect(stepsTold(false)).toEqual(['Start: open the database ...', 'Start: open the ledger ...']);
  expect(stepsTold(true)).toHaveLength(3);
});

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
