/** @file Reviewers for the load: their keys, cases and cells, and what each of them does all the time. */
import { Agent, request as httpRequest } from 'node:http';
import { type Client, createClient, uploadFile } from '@leukoscope/client';
import { type Bin, type Cell, cellSchema } from '@leukoscope/contract';
import type { Random } from '@leukoscope/core';
import { synthesiseField } from '@leukoscope/datasets';
import { encodePng } from '@leukoscope/image';
import { z } from 'zod';
import type { ServerProcess } from './start-process.ts';
import type { Times } from './times.ts';

/** Mean time between two corrections of one reviewer; each pause is between a half and three halves of it. */
const pauseMs = 2000;
const cropsEvery = 5;
const cellSide = 24;
const bins: Bin[] = ['segmented-neutrophil', 'lymphocyte', 'monocyte', 'eosinophil', 'basophil'];

/** One reviewer at work. */
export interface Reviewer {
  work(times: Times, until: number): Promise<void>;
  close(): void;
}

/** Make accounts, cases and cells. */
export async function openReviewers(
  server: ServerProcess,
  options: { readonly count: number; readonly cells: number; readonly random: Random },
): Promise<Reviewer[]> {
  const admin = await signIn(server);
  const made: { id: string; client: Client; secret: string }[] = [];
  for (let i = 0; i < options.count; i++) {
    const { secret } = await admin.createApiKey({
      body: { name: `reviewer ${i}`, role: 'reviewer' },
    });
    const client = createClient({ baseUrl: server.address, apiKey: secret });
    const { id } = await client.createCase({ body: { number: `L-${i}` } });
    const field = await uploadFile(client, id, { name: 'a.png', data: await fieldImage(i) });
    await addCells(client, id, field, options.cells);
    made.push({ id, client, secret });
  }
  const reviewers: Reviewer[] = [];
  for (const { id, client, secret } of made) {
    while ((await client.getCase({ params: { id } })).counts.fieldsAnalysed === 0) await wait(500);
    const { items } = await client.listCells({ params: { id }, query: { limit: 1000 } });
    reviewers.push(openReviewer(server.address, secret, id, items, options.random));
  }
  return reviewers;
}

/** Upload one field after the other to a case of its own, so that the model always has something to do. */
export async function keepAnalysing(
  server: ServerProcess,
  most: number,
): Promise<{ stop(): Promise<number> }> {
  let isOver = false;
  // Drawn beforehand: drawing them later would slow the answers that are measured.
  const images: Blob[] = [];
  for (let i = 0; i < most; i++) images.push(await fieldImage(10_000 + i));
  const loop = async () => {
    const client = await signIn(server);
    const { id } = await client.createCase({ body: { number: 'busy' } });
    for (let sent = 0; ; ) {
      const { items } = await client.listFields({ params: { id } });
      const done = items.filter((field) => field.state === 'analysed').length;
      if (isOver) return done;
      if (items.length - done < 3 && sent < images.length) {
        await uploadFile(client, id, { name: 'b.png', data: images[sent++]! });
      }
      await wait(200);
    }
  };
  const fields = loop();
  fields.catch(() => {});
  return {
    stop: () => {
      isOver = true;
      return fields;
    },
  };
}

/** Learn from the reviewers' open cases, one run after the other. */
export async function keepLearning(server: ServerProcess): Promise<{ stop(): Promise<number> }> {
  let isOver = false;
  const client = await signIn(server);
  const { items } = await client.listCases({ query: { search: 'L-', limit: 200 } });
  const caseIds = items.map(({ id }) => id);
  const loop = async () => {
    for (let done = 0; ; done++) {
      const { id } = await client.startLearning({ body: { caseIds } });
      for (;;) {
        const { state, failure } = await client.getLearning({ params: { id } });
        if (state === 'failed') throw new Error(`learning failed: ${failure}`);
        if (state !== 'queued' && state !== 'running') break;
        if (isOver) return done;
        await wait(200);
      }
      if (isOver) return done + 1;
    }
  };
  const runs = loop();
  runs.catch(() => {});
  return {
    stop: () => {
      isOver = true;
      return runs;
    },
  };
}

function openReviewer(
  address: string,
  secret: string,
  caseId: string,
  cells: readonly Cell[],
  random: Random,
): Reviewer {
  const agent = new Agent({ keepAlive: true, maxSockets: 6 });
  const call = (method: string, url: string, body?: unknown) =>
    callOver(agent, { url: address + url, method, secret, body });
  const stopFollowing = follow(address, secret, caseId);
  const known = [...cells];
  let sequence = 0;
  let corrections = 0;

  const correct = async (times: Times) => {
    const place = random.integer(0, known.length);
    const cell = known[place]!;
    const bin = bins[(bins.indexOf(cell.bin) + 1) % bins.length]!;
    const ref = { id: cell.id, revision: cell.revision };
    const review = { action: { kind: 'reclassify', cells: [ref], bin } };
    const startedAt = performance.now();
    const text = await call('POST', `/api/cases/${caseId}/reviews`, review);
    times.add('correction', performance.now() - startedAt);
    const answer = reviewAnswerSchema.parse(JSON.parse(text.toString()));
    known[place] = answer.cells[0]!;
    sequence = answer.entry.sequence;
  };
  const ask = async (times: Times, kind: string, url: string) => {
    const startedAt = performance.now();
    await call('GET', url);
    times.add(kind, performance.now() - startedAt);
  };
  return {
    work: async (times, until) => {
      await wait(random.next() * pauseMs);
      while (performance.now() < until) {
        await correct(times);
        const of = `/api/cases/${caseId}`;
        await Promise.all([
          ask(times, 'case', of),
          ask(times, 'fields', `${of}/fields`),
          ask(times, 'differential', `${of}/differential`),
          ask(times, 'sign-off', `${of}/sign-off`),
          ask(times, 'changed cells', `${of}/cells?since=${sequence - 1}`),
        ]);
        if (++corrections % cropsEvery === 0) {
          const shown = Array.from(
            { length: cropsEvery },
            () => known[random.integer(0, known.length)]!,
          );
          await Promise.all(shown.map((cell) => ask(times, 'crop', `/api/cells/${cell.id}/crop`)));
          await ask(times, 'worklist', '/api/cases');
        }
        await wait(pauseMs * (0.5 + random.next()));
      }
    },
    close: () => {
      stopFollowing();
      agent.destroy();
    },
  };
}

const reviewAnswerSchema = z.object({
  entry: z.object({ sequence: z.int() }),
  cells: z.array(cellSchema),
});

/** Follow a case's events and throw them away. */
function follow(address: string, secret: string, caseId: string): () => void {
  const stream = httpRequest(`${address}/api/events?caseId=${caseId}`, {
    headers: { authorization: `Bearer ${secret}` },
  });
  stream.on('response', (response) => response.resume());
  stream.on('error', () => {});
  stream.end();
  return () => stream.destroy();
}

/** Call over connections that stay open, as browsers keep them; throws unless the answer is a success. */
export function callOver(
  agent: Agent,
  call: { url: string; method: string; secret: string; body: unknown },
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const headers: Record<string, string> = { authorization: `Bearer ${call.secret}` };
    if (call.body !== undefined) headers['content-type'] = 'application/json';
    const sent = httpRequest(call.url, { agent, method: call.method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const bytes = Buffer.concat(chunks);
        if (response.statusCode === 200 || response.statusCode === 201) resolve(bytes);
        else reject(new Error(`${call.method} ${call.url}: ${response.statusCode} ${bytes}`));
      });
    });
    sent.on('error', reject);
    sent.end(call.body === undefined ? undefined : JSON.stringify(call.body));
  });
}

/** Make the administrator at the first call; a session's cookie lets later calls in. */
export async function signIn(server: ServerProcess): Promise<Client> {
  cookie ??= setUp(server);
  const held = await cookie;
  return createClient({
    baseUrl: server.address,
    fetch: (url, init) => {
      const headers = new Headers(init?.headers);
      headers.set('cookie', held);
      headers.set('origin', server.address);
      return fetch(url, { ...init, headers });
    },
  });
}

let cookie: Promise<string> | undefined;

async function setUp(server: ServerProcess): Promise<string> {
  const response = await fetch(`${server.address}/api/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: server.address },
    body: JSON.stringify({
      token: server.setupToken,
      name: 'admin',
      displayName: 'Admin',
      password: 'four random words of load',
    }),
  });
  const [held] = response.headers.getSetCookie();
  if (held === undefined)
    throw new Error(`no session: ${response.status} ${await response.text()}`);
  return held.split(';')[0]!;
}

async function fieldImage(seed: number): Promise<Blob> {
  const { raster } = synthesiseField({ seed });
  return new Blob([new Uint8Array(await encodePng(raster))]);
}

/** Add cells on a grid until there are enough; the model's own come on top. */
export async function addCells(
  client: Client,
  caseId: string,
  field: { readonly id: string; readonly width: number; readonly height: number },
  count: number,
): Promise<void> {
  const columns = Math.floor(field.width / cellSide);
  for (let i = 0; i < count; i++) {
    const x1 = (i % columns) * cellSide;
    const y1 = (Math.floor(i / columns) * cellSide) % (field.height - cellSide);
    const box = { x1, y1, x2: x1 + cellSide, y2: y1 + cellSide };
    const action = {
      kind: 'add',
      fieldId: field.id,
      box,
      mask: null,
      bin: bins[i % bins.length]!,
    } as const;
    await client.createReview({ params: { id: caseId }, body: { action } });
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
