/**
 * @file Feeds mutated image files to the decoders: no crash, no hang over 2 s, only clean errors.
 *
 * Run: node --conditions=@leukoscope/source scripts/fuzz-images.ts [count = 2000] [seed = 1]. Files are
 * decoded in a child process, so that a crash of a native decoder is seen and counted. Then the readers
 * written here (headers, BMP) get fifty times as many inputs in this process. Exit code 1 on any fault;
 * the file at fault is written to the folder of temporary files.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRandom, LeukoscopeError, messageOf, type Random } from '@leukoscope/core';
import { decodeBmp, decodeRgb, readImageHeader } from '@leukoscope/image';
import { makeSeedImages, mutate } from './fuzz-image-mutations.ts';

const hangMs = 2000;
const maxPixels = 4_000_000;
/** Children that were asked before; the first question also waits for the start. */
const started = new WeakSet<ChildProcess>();

interface Answer {
  readonly outcome: 'decoded' | 'refused' | 'unclean';
  readonly message: string;
  readonly memoryMb: number;
}

if (process.send === undefined) await main();
else runChild(process.send.bind(process));

async function main(): Promise<void> {
  const count = Number(process.argv[2] ?? 2000);
  const seed = Number(process.argv[3] ?? 1);
  const seeds = await makeSeedImages();
  const random = createRandom(seed);
  const tally = { decoded: 0, refused: 0, unclean: 0, hang: 0, crash: 0 };
  const codes = new Map<string, number>();
  let slowestMs = 0;
  let memoryMb = 0;
  let child = startChild();
  for (let i = 0; i < count; i++) {
    const bytes = mutate(seeds, random.fork(i));
    const startedMs = performance.now();
    const answer = await ask(child, bytes);
    const tookMs = performance.now() - startedMs;
    if (typeof answer === 'string') {
      child.kill('SIGKILL');
      child = startChild();
      tally[answer] += 1;
      keepFault(answer, i, bytes);
      continue;
    }
    slowestMs = Math.max(slowestMs, tookMs);
    memoryMb = Math.max(memoryMb, answer.memoryMb);
    tally[answer.outcome] += 1;
    if (answer.outcome === 'refused')
      codes.set(answer.message, (codes.get(answer.message) ?? 0) + 1);
    if (answer.outcome === 'unclean') keepFault(`unclean error "${answer.message}"`, i, bytes);
  }
  child.kill();
  console.log(`${count} mutated images of ${seeds.length} seeds:`, tally);
  console.log('refused by:', Object.fromEntries([...codes].sort((a, b) => b[1] - a[1])));
  console.log(
    `slowest ${slowestMs.toFixed(0)} ms, child's largest memory ${memoryMb.toFixed(0)} MB`,
  );
  const own = fuzzOwnReaders(seeds, random.fork('own'), count * 50);
  if (tally.unclean + tally.hang + tally.crash + own > 0) process.exitCode = 1;
}

function startChild(): ChildProcess {
  return fork(fileURLToPath(import.meta.url), [], {
    execArgv: process.execArgv,
    serialization: 'advanced',
  });
}

function ask(child: ChildProcess, bytes: Uint8Array): Promise<Answer | 'hang' | 'crash'> {
  return new Promise((resolve) => {
    const settle = (answer: Answer | 'hang' | 'crash') => {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
      resolve(answer);
    };
    const onMessage = (answer: Answer) => settle(answer);
    const onExit = () => settle('crash');
    const timer = setTimeout(() => settle('hang'), started.has(child) ? hangMs : 20_000);
    started.add(child);
    child.on('message', onMessage);
    child.on('exit', onExit);
    child.send(bytes);
  });
}

function runChild(send: (answer: Answer) => void): void {
  process.on('message', async (bytes: Uint8Array) => {
    const reply = (outcome: Answer['outcome'], message: string) =>
      send({ outcome, message, memoryMb: process.memoryUsage.rss() / 2 ** 20 });
    try {
      const raster = await decodeRgb(new Uint8Array(bytes), { maxPixels });
      const isWhole = raster.data.length === raster.width * raster.height * 3;
      reply(isWhole ? 'decoded' : 'unclean', isWhole ? '' : 'pixels missing');
    } catch (error) {
      if (error instanceof LeukoscopeError) reply('refused', error.code);
      else reply('unclean', messageOf(error));
    }
  });
}

/** Headers and BMP are read by our own code: many more inputs, and time is measured for each. */
function fuzzOwnReaders(seeds: readonly Uint8Array[], random: Random, count: number): number {
  let faults = 0;
  let slowestMs = 0;
  for (let i = 0; i < count; i++) {
    const bytes = mutate(seeds, random.fork(i));
    const startedMs = performance.now();
    try {
      const header = readImageHeader(bytes);
      if (header.format === 'bmp' && header.width * header.height <= maxPixels) decodeBmp(bytes);
    } catch (error) {
      if (!(error instanceof LeukoscopeError)) {
        faults += 1;
        keepFault(`unclean error "${messageOf(error)}"`, i, bytes);
      }
    }
    slowestMs = Math.max(slowestMs, performance.now() - startedMs);
  }
  console.log(
    `${count} inputs to the header and BMP readers: ${faults} faults, slowest ${slowestMs.toFixed(0)} ms`,
  );
  return slowestMs > hangMs ? faults + 1 : faults;
}

function keepFault(what: string, index: number, bytes: Uint8Array): void {
  const file = path.join(tmpdir(), `leukoscope-fuzz-${index}.bin`);
  writeFileSync(file, bytes);
  console.error(`${what}: ${file}`);
}
