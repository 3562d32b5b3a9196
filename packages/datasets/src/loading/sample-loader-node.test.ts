import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRgbRaster } from '@leukoscope/core';
import { encodePng, glass } from '@leukoscope/image';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseRecipe } from '../augment/recipe.ts';
import type { LoadedBatch, SampleLoaderOptions, SampleSource } from './loader-types.ts';
import { createSampleLoader } from './sample-loader-node.ts';

let folder = '';
const recipe = parseRecipe({
  steps: [{ kind: 'rotate' }, { kind: 'noise' }, { kind: 'mosaic', probability: 0.5 }],
});

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'leukoscope-'));
  for (let i = 0; i < 10; i++) {
    const raster = createRgbRaster({ width: 24, height: 16 });
    raster.data.fill(20 * i);
    await writeFile(path.join(folder, `${i}.png`), await encodePng(raster));
  }
  await writeFile(path.join(folder, 'broken.png'), 'not a picture');
});

afterAll(() => rm(folder, { recursive: true }));

function sourceOf(
  names: readonly string[],
  size = { width: 24, height: 16 },
): SampleSource & { reads: number } {
  const source = {
    length: names.length,
    classes: [{ id: 1, name: 'WBC', cellClass: 'leukocyte' as const }],
    reads: 0,
    read: (index: number) => {
      source.reads += 1;
      const box = { x1: 4, y1: 4, x2: 12, y2: 12 };
      const annotations = [{ classIndex: 0, box }];
      const image = { id: index, file: names[index]!, size, annotations };
      return { file: path.join(folder, names[index]!), image };
    },
  };
  return source;
}

const ten = Array.from({ length: 10 }, (_, i) => `${i}.png`);

async function collect(source: SampleSource, options: SampleLoaderOptions): Promise<LoadedBatch[]> {
  const batches: LoadedBatch[] = [];
  for await (const batch of createSampleLoader(source, { workers: 0, ...options }))
    batches.push(batch);
  return batches;
}

test('gives every image once an epoch, in an order that changes between epochs', async () => {
  const batches = await collect(sourceOf(ten), { batchSize: 4, epochs: 2, seed: 3 });
  expect(batches.map((batch) => batch.samples.length)).toEqual([4, 4, 2, 4, 4, 2]);
  const orders = [0, 1].map((epoch) =>
    batches
      .filter((batch) => batch.epoch === epoch)
      .flatMap((batch) => batch.samples.map((s) => s.index)),
  );
  for (const order of orders) expect(order.toSorted((a, b) => a - b)).toEqual([...ten.keys()]);
  expect(orders[0]).not.toEqual(orders[1]);
  expect(batches[0]!.samples[0]!.annotations[0]!.cellClass).toBe('leukocyte');
});

test('gives the same bytes in the calling thread and in two workers', async () => {
  const options = { batchSize: 3, recipe, seed: 5 };
  const here = await collect(sourceOf(ten), options);
  expect(await collect(sourceOf(ten), { ...options, workers: 2, prefetch: 0 })).toEqual(here);
  expect(await collect(sourceOf(ten), { ...options, seed: 6 })).not.toEqual(here);
});

test('resumes after any batch with what an unbroken run would have given', async () => {
  const options = { batchSize: 3, epochs: 2, recipe, seed: 5 };
  const whole = await collect(sourceOf(ten), options);
  const rest = await collect(sourceOf(ten), { ...options, startAt: whole[4]!.next });
  expect(rest).toEqual(whole.slice(5));
});

test('keeps the order of the source when not shuffled, and drops a partial last batch on request', async () => {
  const batches = await collect(sourceOf(ten), { batchSize: 4, shuffle: false, dropLast: true });
  expect(batches.map((batch) => batch.samples.map((sample) => sample.index))).toEqual([
    [0, 1, 2, 3],
    [4, 5, 6, 7],
  ]);
});

test('reads no further ahead than the prefetched batches, however long the source is', async () => {
  const source = sourceOf(Array.from({ length: 100_000 }, (_, i) => `${i % 10}.png`));
  const loader = createSampleLoader(source, { batchSize: 4, prefetch: 2, workers: 0 });
  await loader.next();
  await loader.next();
  // two batches used, two ready, and one that was started when the second was asked for
  expect(source.reads).toBeLessThanOrEqual((2 + 2) * 4);
  await loader.return();
});

test('stops at a broken file and names it', async () => {
  const source = sourceOf(['0.png', 'broken.png', '1.png']);
  await expect(collect(source, { batchSize: 3 })).rejects.toThrow(/broken\.png" must load/);
});

test('reports a broken file and goes on when told to skip', async () => {
  const source = sourceOf(['0.png', 'broken.png', '1.png', 'missing.png']);
  const batches = await collect(source, { batchSize: 4, onError: 'skip', shuffle: false });
  expect(batches[0]!.samples.map((sample) => sample.index)).toEqual([0, 2]);
  expect(batches[0]!.failed.map(({ index, code }) => [index, code])).toEqual([
    [1, 'IMAGE_NOT_RECOGNISED'],
    [3, 'LOADER_FILE'],
  ]);
});

test('refuses an image whose size is not the one its boxes were made for', async () => {
  const source = sourceOf(['0.png'], { width: 48, height: 32 });
  await expect(collect(source, {})).rejects.toThrow('48 x 32');
});

test('stops when the signal is aborted', async () => {
  const stop = new AbortController();
  const loader = createSampleLoader(sourceOf(ten), {
    batchSize: 1,
    epochs: Number.POSITIVE_INFINITY,
    workers: 1,
    signal: stop.signal,
  });
  await loader.next();
  stop.abort(new Error('enough'));
  await expect(loader.next()).rejects.toThrow('enough');
  expect((await loader.next()).done).toBe(true);
});

test('refuses impossible options', async () => {
  await expect(collect(sourceOf(ten), { batchSize: 0 })).rejects.toThrow('batchSize');
  await expect(collect(sourceOf(ten), { workers: 0.5 })).rejects.toThrow('workers');
  await expect(collect(sourceOf(ten), { batchSize: 11, dropLast: true })).rejects.toThrow(
    'one batch',
  );
  const startAt = { epoch: 0, batch: 99 };
  await expect(collect(sourceOf(ten), { startAt })).rejects.toThrow('startAt');
});

test('a picture is brought to balanced light and shown closer where its item says so', async () => {
  const plain = sourceOf(['5.png']);
  const load = async (more: object) => {
    const source = { ...plain, read: async () => ({ ...(await plain.read(0)), ...more }) };
    for await (const { samples } of createSampleLoader(source, { workers: 0 })) return samples[0]!;
    throw new Error('no batch');
  };
  expect((await load({})).raster.data[0]).toBe(100);
  expect((await load({ light: 'balanced' })).raster.data[0]).toBe(glass);
  const { box } = (await load({ zoom: 2 })).annotations[0]!;
  // (4, 4, 12, 12) about the middle (12, 8) of 24 x 16, twice as large, cut at the border.
  expect(box!.x2).toBeCloseTo(12, 5);
  expect(box!.y1).toBeCloseTo(0, 5);
  expect(box!.y2).toBeCloseTo(16, 5);
});
