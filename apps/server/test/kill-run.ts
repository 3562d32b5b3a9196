/**
 * @file Uploads, analyses and corrections against processes that are killed again and again: whatever was
 * answered must be there at the end, and nothing twice.
 *
 * With the embedded database one process serves and analyses; with PostgreSQL a server and two workers are
 * processes of their own, and any of them is killed. Delays between kills come from a seeded generator.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ApiError, type Client, createClient } from '@leukoscope/client';
import { createRandom } from '@leukoscope/core';
import { newId } from '../src/new-id.ts';
import { type Blob, blobImage } from './test-server.ts';
import type { ProcessTask } from './serve-blobs.ts';

/** How hard and how long. */
export interface KillRunOptions {
  readonly kills: number;
  readonly uploads: number;
  readonly seed: number;
  /** Longest time between a start and the next kill. */
  readonly mostMs: number;
  readonly place: Pick<ProcessTask, 'dataFolder' | 'modelsFolder' | 'database'>;
}

/** What happened. */
export interface KillRunResult {
  readonly caseId: string;
  /** Cells that each acknowledged field must have: the model's and the one that was added. */
  readonly cellsOf: ReadonlyMap<string, number>;
  readonly kills: number;
  /** How long starts took, of servers only, from spawn to listening. */
  readonly startMs: readonly number[];
  /** Calls to the server as it is now. */
  readonly client: Client;
  /** Kill everything that runs. */
  end(): Promise<void>;
}

const uploaders = 4;
const chunkBytes = 400;
/** Longer than any start takes. */
const answerMs = 60_000;

/** Run uploads while processes are killed; throws when something that was answered is gone. */
export async function killRun(options: KillRunOptions): Promise<KillRunResult> {
  const { kills, uploads, place, mostMs } = options;
  const random = createRandom(options.seed);
  const isEmbedded = place.database === 'embedded';
  const startMs: number[] = [];
  const open = async (role: ProcessTask['role'], workers: number): Promise<Running> => {
    const startedAt = performance.now();
    const running = await startProcess({ ...place, role, workers });
    if (role === 'server') startMs.push(performance.now() - startedAt);
    return running;
  };
  const plan: [ProcessTask['role'], number][] = isEmbedded
    ? [['server', 1]]
    : [
        ['server', 0],
        ['worker', 1],
        ['worker', 1],
      ];
  const processes = await Promise.all(plan.map(([role, workers]) => open(role, workers)));
  // Always the server's newest address: it changes with every start.
  const client = (): Client => createClient({ baseUrl: processes[0]!.address });
  const { id: caseId } = await client().createCase({ body: { number: 'K' } });

  let killed = 0;
  let isOver = false;
  const killing = async () => {
    while (killed < kills && !isOver) {
      await wait(random.next() * mostMs);
      const place = random.integer(0, processes.length);
      await killProcess(processes[place]!);
      killed++;
      processes[place] = await open(...plan[place]!);
    }
  };

  const cellsOf = new Map<string, number>();
  let next = 0;
  const uploading = async () => {
    for (let i = next++; i < uploads; i = next++) {
      const blobs: Blob[] = Array.from({ length: 1 + (i % 4) }, () => 'neutrophil');
      const fieldId = await sendField(client, caseId, await blobImage(blobs, i), `${i}.png`);
      const review = {
        id: newId(new Date()),
        action: { kind: 'add', fieldId, box, mask: null, bin: 'lymphocyte' },
      } as const;
      await untilAnswered(() => client().createReview({ params: { id: caseId }, body: review }));
      cellsOf.set(fieldId, blobs.length + 1);
      // Spreads the uploads over the kills.
      while (killed * uploads < kills * (i - uploaders)) await wait(20);
    }
  };
  const end = async () => {
    await Promise.all(processes.map(killProcess));
  };
  try {
    await Promise.all([killing(), ...Array.from({ length: uploaders }, uploading)]);
  } catch (error) {
    isOver = true;
    for (const { child } of processes) child.kill('SIGKILL');
    throw error;
  }
  return {
    caseId,
    cellsOf,
    kills: killed,
    startMs,
    get client() {
      return client();
    },
    end,
  };
}

const box = { x1: 1, y1: 1, x2: 9, y2: 9 };

interface Running {
  readonly child: ChildProcess;
  readonly address: string;
}

async function startProcess(task: ProcessTask): Promise<Running> {
  const script = fileURLToPath(new URL('./serve-blobs.ts', import.meta.url));
  const child = spawn(process.execPath, [...process.execArgv, script, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (data) => resolve(String(data).trim()));
    child.once('exit', (code) => reject(new Error(`the ${task.role} did not start: ${code}`)));
  });
  return { child, address };
}

async function killProcess({ child }: Running): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    throw new Error(`a process ended by itself: ${child.exitCode ?? child.signalCode}`);
  }
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

/** Upload in chunks and check at each step that the server still knows what it has answered. */
async function sendField(
  client: () => Client,
  caseId: string,
  bytes: Uint8Array,
  fileName: string,
): Promise<string> {
  const { id } = await untilAnswered(() =>
    client().createUpload({ params: { id: caseId }, body: { fileName, sizeBytes: bytes.length } }),
  );
  const params = { id };
  for (let offset = 0; offset < bytes.length; ) {
    const body = bytes.subarray(offset, offset + chunkBytes);
    try {
      const answer = await client().sendChunk({ params, query: { offset }, body });
      offset = answer.offset;
    } catch (error) {
      if (isAnswer(error) && error.code !== 'UPLOAD_OFFSET') throw error;
      const known = await untilAnswered(() => client().getUpload({ params }));
      if (known.offset < offset) {
        throw new Error(`${offset} bytes were acknowledged, ${known.offset} are there`);
      }
      offset = known.offset;
    }
  }
  const field = await untilAnswered(() => client().finishUpload({ params }));
  return field.id;
}

/** Repeat while nobody answers. An answer that refuses is an error: nothing here may be refused. */
async function untilAnswered<T>(call: () => Promise<T>): Promise<T> {
  const until = Date.now() + answerMs;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (isAnswer(error) || Date.now() > until) throw error;
      await wait(50);
    }
  }
}

/** 5xx of a server that is being killed (its children die first) are no answer either. */
function isAnswer(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status < 500;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
