import { existsSync, readFileSync } from 'node:fs';
import { compareModels, quantiseModel } from '@leukoscope/nn';
import { openRuntime } from '@leukoscope/nn/runtime';
import { expect, test } from 'vitest';
import { plainNetwork, randomImages } from './export-networks.ts';

// The figure is for x86 with VNNI, the instruction that multiplies and sums 8-bit numbers; elsewhere 8 bits save
// memory first of all, and how much time is not known here.
const flags = existsSync('/proc/cpuinfo') ? readFileSync('/proc/cpuinfo', 'utf8') : '';
const hasVnni = /avx(512)?_vnni/.test(flags);

// Measured 3.3. A busy machine distorts single rounds, so the best of five counts.
test.skipIf(!hasVnni)('8 bits run a plain 3x3 network at least twice as fast', async () => {
  const runtime = openRuntime({ host: 'inline', threads: 1, spinning: false });
  const model = plainNetwork(96, 32, 10);
  const samples = randomImages(2, 96);
  const { model: int8 } = await quantiseModel(model, { runtime, samples });
  const ratios: number[] = [];
  for (let round = 0; round < 5; round++) {
    const options = { runtime, clock: () => performance.now(), repeats: 7 };
    ratios.push((await compareModels(model, int8, samples, options)).speedRatio!);
  }
  await runtime.close();
  expect(Math.max(...ratios), ratios.join(', ')).toBeGreaterThan(2);
});
