/**
 * @file Augmentation throughput: 512 x 512 pictures with masks, flips, affine, elastic and colour.
 *
 * Run: node --conditions=@leukoscope/source bench/augmentation.ts [workers]. Prints images per second of
 * one thread and of worker threads, median of 5 rounds, against the target of 60 on two cores.
 */
import { cpus } from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { createMask, createRandom, createRgbRaster, type Sample } from '@leukoscope/core';
import { augmentSample, parseRecipe } from '@leukoscope/datasets';

const side = 512;
const imagesPerRound = 40;
const recipe = parseRecipe({
  steps: [
    { kind: 'flip', axis: 'horizontal' },
    { kind: 'flip', axis: 'vertical' },
    { kind: 'rotate', degrees: [-180, 180], probability: 1 },
    { kind: 'scale', factor: [0.8, 1.25], probability: 1 },
    { kind: 'shift', probability: 1 },
    { kind: 'elastic', probability: 1 },
    { kind: 'stain', probability: 1 },
    { kind: 'gamma', probability: 1 },
    { kind: 'brightness', probability: 1 },
    { kind: 'contrast', probability: 1 },
    { kind: 'saturation', probability: 1 },
  ],
});

if (isMainThread) await main();
else runWorker();

async function main(): Promise<void> {
  const workers = Number(process.argv[2] ?? 2);
  console.log(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}`,
  );
  const sample = makeSample();
  augmentMany(sample, 10, 0); // compile first
  const single = Array.from({ length: 5 }, (_, round) =>
    augmentMany(sample, imagesPerRound, round),
  );
  const used = process.cpuUsage();
  augmentMany(sample, imagesPerRound, 5);
  const { user, system } = process.cpuUsage(used);
  // Processor time, unlike the rate, says the same on a busy machine.
  const cpuMs = (user + system) / 1000 / imagesPerRound;
  console.log(
    `1 thread: ${median(single).toFixed(1)} images/s, ${cpuMs.toFixed(1)} ms of processor time an image`,
  );
  const many = await runInWorkers(workers);
  console.log(
    `${workers} worker threads: ${median(many).toFixed(1)} images/s (target 60 on 2 cores)`,
  );
}

function augmentMany(sample: Sample, count: number, round: number): number {
  const random = createRandom(round);
  const startedMs = performance.now();
  for (let i = 0; i < count; i++) augmentSample(sample, recipe, random.fork(i));
  return (1000 * count) / (performance.now() - startedMs);
}

async function runInWorkers(count: number): Promise<number[]> {
  const pool = Array.from(
    { length: count },
    (_, index) => new Worker(new URL(import.meta.url), { workerData: index }),
  );
  try {
    await Promise.all(pool.map((worker) => answerOf(worker))); // ready
    const rates: number[] = [];
    for (let round = 0; round < 5; round++) {
      const startedMs = performance.now();
      const answers = pool.map((worker) => answerOf(worker));
      for (const worker of pool) worker.postMessage(round);
      await Promise.all(answers);
      rates.push((1000 * imagesPerRound * count) / (performance.now() - startedMs));
    }
    return rates;
  } finally {
    await Promise.all(pool.map((worker) => worker.terminate()));
  }
}

function answerOf(worker: Worker): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

function runWorker(): void {
  const sample = makeSample();
  augmentMany(sample, 10, 0);
  parentPort?.on('message', (round: number) => {
    augmentMany(sample, imagesPerRound, round * 16 + Number(workerData));
    parentPort?.postMessage('done');
  });
  parentPort?.postMessage('ready');
}

/** A picture of noise with ten round cells of 40 to 60 pixels. */
function makeSample(): Sample {
  const random = createRandom(1);
  const raster = createRgbRaster({ width: side, height: side });
  for (let i = 0; i < raster.data.length; i++) raster.data[i] = random.integer(60, 250);
  const annotations = Array.from({ length: 10 }, () => {
    const diameter = random.integer(40, 61);
    const mask = createMask({ width: diameter, height: diameter });
    for (let y = 0; y < diameter; y++) {
      for (let x = 0; x < diameter; x++) {
        const away = Math.hypot(x + 0.5 - diameter / 2, y + 0.5 - diameter / 2);
        if (away <= diameter / 2) mask.data[y * diameter + x] = 1;
      }
    }
    const left = random.integer(0, side - diameter);
    const top = random.integer(0, side - diameter);
    return {
      mask: { left, top, mask },
      box: { x1: left, y1: top, x2: left + diameter, y2: top + diameter },
      cellClass: 'neutrophil',
    } as const;
  });
  return { raster, annotations };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
