import { createRandom } from '@leukoscope/core';
import type { TypeHead } from '@leukoscope/models';
import { openRuntime } from '@leukoscope/nn/runtime';
import { afterAll, expect, test } from 'vitest';
import { type FitExamples, fitHead, logitsOf, widened } from './fit-head.ts';

const runtime = openRuntime({ host: 'inline', threads: 1 });
afterAll(() => runtime.close());

const K = 3;
const F = 4;
const parent: TypeHead = { weights: new Float64Array(K * F), bias: Float64Array.of(0.2, 0, -0.2) };

/** Cells of three kinds around three corners. */
function examples(each: number, seed = 1): FitExamples {
  const random = createRandom(seed);
  const N = each * K;
  const features = new Float32Array(N * F);
  const allowed = new Uint8Array(N * K);
  for (let n = 0; n < N; n++) {
    const kind = n % K;
    for (let f = 0; f < F; f++) features[n * F + f] = random.normal(f === kind ? 3 : 0, 1);
    allowed[n * K + kind] = 1;
  }
  return { features, allowed, counts: new Float64Array(N).fill(1) };
}

function rightShare({ features, allowed }: FitExamples, head: TypeHead): number {
  const logits = logitsOf(features, head);
  const N = allowed.length / K;
  let right = 0;
  for (let n = 0; n < N; n++) {
    const row = Array.from(logits.subarray(n * K, (n + 1) * K));
    right += allowed[n * K + row.indexOf(Math.max(...row))]!;
  }
  return right / N;
}

test('learns kinds that lie apart, also for cells that it did not see', async () => {
  const head = await fitHead(examples(40), parent, { runtime, hold: 0.01 });
  expect(rightShare(examples(200, 2), parent)).toBeLessThan(0.5);
  expect(rightShare(examples(200, 2), head)).toBeGreaterThan(0.93);
});

test('the gradient is that of the loss: no step away from the fit makes it smaller', async () => {
  const cells = examples(20);
  const hold = 0.05;
  const head = await fitHead(cells, parent, { runtime, hold, mostSteps: 300 });
  const lossAt = (candidate: TypeHead) => {
    const logits = logitsOf(cells.features, candidate);
    const N = cells.counts.length;
    const spreads = Array.from({ length: F }, (_, f) => {
      const x = Array.from({ length: N }, (_, n) => cells.features[n * F + f]!);
      const mean = x.reduce((a, b) => a + b, 0) / N;
      return Math.sqrt(x.reduce((a, b) => a + (b - mean) ** 2, 0) / N);
    });
    let loss = 0;
    for (let n = 0; n < N; n++) {
      const row = logits.subarray(n * K, (n + 1) * K);
      const sum = row.reduce((a, z) => a + Math.exp(z), 0);
      loss -= (row[cells.allowed.subarray(n * K, (n + 1) * K).indexOf(1)]! - Math.log(sum)) / N;
    }
    candidate.weights.forEach((w, i) => {
      loss += (hold / 2) * (spreads[i % F]! * w) ** 2;
    });
    return loss;
  };
  const least = lossAt(head);
  expect(least).toBeLessThan(lossAt(parent));
  for (let i = 0; i < K * F; i++) {
    for (const step of [-0.05, 0.05]) {
      const weights = Float64Array.from(head.weights);
      weights[i]! += step;
      expect(lossAt({ weights, bias: head.bias })).toBeGreaterThan(least);
    }
  }
});

test('held fast, it stays the parent', async () => {
  const { weights } = await fitHead(examples(20), parent, { runtime, hold: 1e6 });
  for (const w of weights) expect(Math.abs(w)).toBeLessThan(1e-3);
});

test('a label that allows two kinds leaves open which', async () => {
  const { features, counts, allowed } = examples(30);
  const coarse = Uint8Array.from(allowed, (_, i) => {
    const kind = Math.floor(i / K) % K;
    return kind === 0 ? allowed[i]! : Number(i % K !== 0);
  });
  const { bias } = await fitHead(
    { features, counts, allowed: coarse },
    { ...parent, bias: Float64Array.of(0, 0, -4) },
    { runtime, hold: 0.01 },
  );
  // What the parent thought of the two beside each other stays.
  expect(bias[1]! - bias[2]!).toBeGreaterThan(2);
});

test('a cell that counts nothing teaches nothing', async () => {
  const { features, allowed } = examples(30);
  const counts = Float64Array.from({ length: 90 }, (_, n) => Number(n % K !== 2));
  const head = await fitHead({ features, allowed, counts }, parent, { runtime, hold: 0.01 });
  const logits = logitsOf(features, head);
  const thirds = Array.from({ length: 90 }, (_, n) => logits[n * K + 2]!);
  expect(Math.max(...thirds)).toBeLessThan(-1);
});

test('a wider layer looks at new features from nothing on', () => {
  const narrow = { weights: Float64Array.of(1, 2, 3, 4, 5, 6), bias: Float64Array.of(7, 8, 9) };
  expect([...widened(narrow, 3).weights]).toEqual([1, 2, 0, 3, 4, 0, 5, 6, 0]);
});

test('the same cells give the same layer', async () => {
  const again = () => fitHead(examples(20), parent, { runtime, hold: 0.01 });
  expect(await again()).toEqual(await again());
});

test('a cell that is to keep an answer keeps it, surer or less sure, whatever its label says', async () => {
  const { features, allowed, counts } = examples(30);
  const N = counts.length;
  const kept = new Float64Array(N * K);
  // Of cells of the first kind three quarters are to be doubted.
  for (let n = 0; n < N; n += K) kept.set([0.25, 0.75, 0], n * K);
  const head = await fitHead({ features, allowed, counts, kept }, parent, { runtime, hold: 0.001 });
  const logits = logitsOf(features, head);
  let first = 0;
  for (let n = 0; n < N; n += K) {
    const [a, b, c] = Array.from(logits.subarray(n * K, (n + 1) * K), Math.exp);
    first += a! / (a! + b! + c!) / (N / K);
  }
  expect(first).toBeCloseTo(0.25, 1);
});
