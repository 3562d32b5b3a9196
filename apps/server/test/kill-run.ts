/**
 * @file Uploads, analyses and corrections against processes that are killed again and again: whatever was
 * answered must be there at the end, and nothing twice.
 *
 * With the embedded database one process serves and analyses; with PostgreSQL a server and two workers are
 * processes of their own, and any of them is killed. Delays between kills come from a seeded generator. Kills and
 * uploads keep pace with each other, so that the same happens on a fast machine and on a busy one.
 */
import { ApiError, type Client, createClient } from '@leukoscope/client';
import { createRandom } from '@leukoscope/core';
import { newId } from '../src/new-id.ts';
import { descendantsOf, isRunning, type KnownProcess } from './process-tree.ts';
import type { ProcessTask } from './serve-blobs.ts';
import { type Started, startBlobs } from './start-blobs.ts';
import { type Blob, blobImage } from './test-server.ts';

/** How hard and how long. */
export interface KillRunOptions {
  readonly kills: number;
  readonly uploads: number;
  readonly seed: number;
  /** Longest time between a start and the next kill. */
  readonly mostMs: number;
  /** Hears how far it is. */
  readonly onProgress: (line: string) => void;
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
  /** Processes that killed ones had started, and that still run although all others have ended. */
  readonly orphans: () => readonly KnownProcess[];
  /** Calls to the server as it is now. */
  readonly client: Client;
  /** Kill everything that runs. */
  end(): Promise<void>;
}

const uploaders = 4;
const chunkBytes = 400;
/** More kills in a row, and a slow machine would never get through a single upload. */
const mostKillsAhead = 1;
/** From processes that are all there, on a busy machine. A start has its own limits. */
const answerMs = 120_000;

/** Run uploads while processes are killed; throws when something that was answered is gone. */
export async function killRun(options: KillRunOptions): Promise<KillRunResult> {
  const { kills, uploads, place, mostMs, onProgress } = options;
  const random = createRandom(options.seed);
  const isEmbedded = place.database === 'embedded';
  const startMs: number[] = [];
  const orphans: KnownProcess[] = [];
  const standing: Standing = { since: performance.now() };
  let starts = 0;
  const open = async (role: ProcessTask['role'], workers: number): Promise<Started> => {
    const startedAt = performance.now();
    const name = `start ${++starts} (of a ${role}, after ${killed} kills)`;
    const running = await startBlobs(name, { ...place, role, workers });
    if (role === 'server') startMs.push(performance.now() - startedAt);
    return running;
  };
  let killed = 0;
  let isOver = false;
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

  const cellsOf = new Map<string, number>();
  // What the kills may be ahead of.
  const fewestUploads = (mostKillsAhead * uploads) / kills;
  const killing = async () => {
    while (killed < kills && !isOver) {
      await wait(random.next() * mostMs);
      while (killed * uploads > kills * (cellsOf.size + fewestUploads) && !isOver) await wait(20);
      const at = random.integer(0, processes.length);
      standing.since = undefined;
      orphans.push(...(await killProcess(processes[at]!)));
      killed++;
      const startedAt = performance.now();
      processes[at] = await open(...plan[at]!);
      standing.since = performance.now();
      const seconds = ((standing.since - startedAt) / 1000).toFixed(1);
      const below = orphans.filter(isRunning).length;
      onProgress(
        `${killed} kills, ${cellsOf.size} fields; start of the ${plan[at]![0]} ${seconds} s; ${below} children of killed ones still run`,
      );
    }
  };

  let next = 0;
  const uploading = async () => {
    for (let i = next++; i < uploads; i = next++) {
      const blobs: Blob[] = Array.from({ length: 1 + (i % 4) }, () => 'neutrophil');
      const fieldId = await sendField(
        client,
        standing,
        caseId,
        await blobImage(blobs, i),
        `${i}.png`,
      );
      const review = {
        id: newId(new Date()),
        action: { kind: 'add', fieldId, box, mask: null, bin: 'lymphocyte' },
      } as const;
      await untilAnswered(standing, () =>
        client().createReview({ params: { id: caseId }, body: review }),
      );
      cellsOf.set(fieldId, blobs.length + 1);
      // Spreads the uploads over the kills.
      while (killed * uploads < kills * (i - uploaders)) await wait(20);
    }
  };
  const end = async () => {
    for (const below of await Promise.all(processes.map(killProcess))) orphans.push(...below);
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
    orphans: () => orphans.filter(isRunning),
    get client() {
      return client();
    },
    end,
  };
}

const box = { x1: 1, y1: 1, x2: 9, y2: 9 };

/** Since when all processes are there; undefined while one of them starts. */
interface Standing {
  since: number | undefined;
}

/** Kill a process; resolves with those that it had started, which must end by themselves. */
async function killProcess({ child, printed }: Started): Promise<readonly KnownProcess[]> {
  if (child.exitCode !== null || child.signalCode !== null) {
    throw new Error(
      `process must run until it is killed. Received its end by ${child.signalCode ?? child.exitCode}. It had printed: ${printed()}`,
    );
  }
  const gone = new Promise((resolve) => child.once('exit', resolve));
  // Stopped first: what it starts while its children are listed would be missed.
  child.kill('SIGSTOP');
  const below = child.pid === undefined ? [] : descendantsOf(child.pid);
  child.kill('SIGKILL');
  await gone;
  return below;
}

/** Upload in chunks and check at each step that the server still knows what it has answered. */
async function sendField(
  client: () => Client,
  standing: Standing,
  caseId: string,
  bytes: Uint8Array,
  fileName: string,
): Promise<string> {
  const { id } = await untilAnswered(standing, () =>
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
      const known = await untilAnswered(standing, () => client().getUpload({ params }));
      if (known.offset < offset) {
        throw new Error(`${offset} bytes were acknowledged, ${known.offset} are there`);
      }
      offset = known.offset;
    }
  }
  const field = await untilAnswered(standing, () => client().finishUpload({ params }));
  return field.id;
}

/** Repeat while nobody answers. An answer that refuses is an error: nothing here may be refused. */
async function untilAnswered<T>(standing: Readonly<Standing>, call: () => Promise<T>): Promise<T> {
  const askedAt = performance.now();
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (isAnswer(error)) throw error;
      const { since } = standing;
      // Time in which a process starts says nothing about the others.
      if (since !== undefined && performance.now() - Math.max(since, askedAt) > answerMs) {
        throw new Error(
          `call must be answered within ${answerMs / 1000} s by processes that all run. Received none; the last fault is the cause.`,
          { cause: error },
        );
      }
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
