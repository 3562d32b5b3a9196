/** @file A server of its own folder, and what a laboratory does with it by the command line and the client. */
import { execFile, spawn } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Client, createClient } from '@leukoscope/client';
import type { Case, LearningDetail } from '@leukoscope/contract';

const program = path.resolve('node_modules/@leukoscope/cli/bin/leukoscope.mjs');

/** A running server. */
export interface SiteServer {
  readonly address: string;
  readonly client: Client;
  stop(): Promise<void>;
}

/** Start `leukoscope serve` with the model that ships, after `npm start` has built the page. */
export async function serveSite(folder: string): Promise<SiteServer> {
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

/** Send a labelled folder; pictures `SLIDE~name` become a case for each slide, its number beginning with the prefix. */
export async function sendSlides(folder: string, address: string, prefix: string): Promise<void> {
  const command = [...process.execArgv, program, 'dataset', 'send', folder, address];
  await promisify(execFile)(process.execPath, [
    ...command,
    '--prefix',
    prefix,
    '--together',
    '([^/~]+)~',
  ]);
}

/** The cases whose numbers begin so. */
export async function casesOf(client: Client, prefix: string): Promise<Case[]> {
  const { items } = await client.listCases({ query: { search: prefix, limit: 200 } });
  return items.filter(({ number }) => number.startsWith(prefix));
}

/** Sign a case; cells beside the labelled ones are taken out, since nobody says what they are. */
export async function signCase(client: Client, { id }: Case): Promise<void> {
  const params = { id };
  const { items } = await client.listCells({ params });
  const cells = items.filter(({ seen }) => seen === null);
  if (cells.length > 0)
    await client.createReview({ params, body: { action: { kind: 'delete', cells } } });
  const { sha256 } = await client.getSigning({ params });
  await client.signCase({ params, body: { sha256, meaning: 'approved', acceptsFewer: true } });
}

/** Wait until a run of learning is over. */
export async function untilLearnt(client: Client, id: string): Promise<LearningDetail> {
  for (;;) {
    const found = await client.getLearning({ params: { id } });
    if (found.state !== 'queued' && found.state !== 'running') return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
