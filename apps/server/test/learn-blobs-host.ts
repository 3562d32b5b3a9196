/**
 * @file The program of learning processes in tests: the blobs' model, seen by features of its own. A site that calls blue
 * blobs monocytes is another laboratory to it; what it learns is a blobs' model that says so too.
 */
import { readFileSync } from 'node:fs';
import { type CellClass, createRandom } from '@leukoscope/core';
import type { TypeHead } from '@leukoscope/models';
import { answerOf, type FeatureCells } from '@leukoscope/training';
import { z } from 'zod';
import { type Learner, serveLearning } from '../src/models/serve-learning.ts';
import { blobClasses, blobLooks, createBlobModel, lookWidth } from './blob-model.ts';

/** Waits at each stage, so that a test can kill the process there. */
const delaySchema = z.object({ learnDelayMs: z.number().default(0) });

async function delay(file: string): Promise<void> {
  const { learnDelayMs } = delaySchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  await new Promise((resolve) => setTimeout(resolve, learnDelayMs));
}

/** Other laboratories' cells: each kind on its own axis. */
function storedCells(each: number, seed: number): FeatureCells {
  const random = createRandom(seed);
  const labels = Array.from({ length: each * blobClasses.length }, (_, n): CellClass => {
    return blobClasses[n % blobClasses.length]!;
  });
  const features = Float32Array.from({ length: labels.length * lookWidth }, (_, i) => {
    const kind = Math.floor(i / lookWidth) % blobClasses.length;
    return Math.max(0, 1 + (i % lookWidth === kind ? 3 : 0) + random.normal(0, 0.3));
  });
  return { width: lookWidth, features, labels };
}

/** Each kind by its own axis. */
const head: TypeHead = {
  weights: Float64Array.from({ length: blobClasses.length * lookWidth }, (_, i) =>
    i % lookWidth === Math.floor(i / lookWidth) ? 2 : 0,
  ),
  bias: new Float64Array(blobClasses.length),
};

async function learner(file: string): Promise<Learner> {
  await delay(file);
  return {
    parent: { classes: blobClasses, head, temperature: 1 },
    stored: {
      memory: storedCells(24, 1),
      check: storedCells(40, 2),
      body: '',
      sources: 'drawn blobs',
    },
    memorySha256: 'c'.repeat(64),
    described: { hash: 'b'.repeat(64), description: { name: 'Blobs' } },
    write: async (candidate, name) => {
      const says: Partial<Record<CellClass, CellClass>> = {};
      blobLooks.forEach((look, kind) => {
        const answer = answerOf([Float32Array.from(look)], candidate.head, 1);
        says[blobClasses[kind]!] = blobClasses[answer.indexOf(Math.max(...answer))]!;
      });
      const json = JSON.stringify({ behaviour: 'work', name, says });
      return new Map([['model.json', new TextEncoder().encode(json)]]);
    },
  };
}

serveLearning({
  look: async (file) => {
    const model = createBlobModel({ hasFeatures: true });
    return {
      ...model,
      analyse: async (raster) => {
        await delay(file);
        return model.analyse(raster);
      },
    };
  },
  learner,
});
