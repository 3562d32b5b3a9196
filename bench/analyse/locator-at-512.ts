/**
 * @file The locator's network at 512x512: median of one run on two threads, with the weights that ship.
 *
 * `node --conditions=@leukoscope/source bench/analyse/locator-at-512.ts [--runs 101]`. The aim is 14 ms, the
 * recognition paper's fastest detector on a GTX 1080 Ti.
 */
import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { familyOf } from '@leukoscope/models';
import { buildInferenceModel, readSafetensors } from '@leukoscope/nn';
import { openRuntime } from '@leukoscope/nn/runtime';

const aimMs = 14;
const side = 512;
const { values } = parseArgs({ options: { runs: { type: 'string', default: '101' } } });
const file = new URL(
  '../../experiments/compact/weights/compact-locator.safetensors',
  import.meta.url,
);
const { tensors, metadata } = readSafetensors(new Uint8Array(await readFile(file)));
const config: Readonly<Record<string, unknown>> = JSON.parse(metadata['config'] ?? '{}');
const locator = familyOf('compact-locator').configure({ config });
const bytes = buildInferenceModel(
  (scope) => locator.stage!(scope, { count: 1, size: { width: side, height: side } }),
  tensors,
  { name: 'locator' },
);
const runtime = openRuntime({ host: 'thread', threads: 2 });
const session = await runtime.load(bytes);
const data = new Float32Array(3 * side * side).fill(128);
const times: number[] = [];
for (let run = -5; run < Number(values.runs); run++) {
  const image = { dtype: 'float32', shape: [1, 3, side, side], data } as const;
  const startedMs = performance.now();
  await session.run({ image });
  if (run >= 0) times.push(performance.now() - startedMs);
}
await runtime.close();
times.sort((a, b) => a - b);
const median = times[Math.floor(times.length / 2)]!;
console.log(`${cpus()[0]?.model.trim()}, Node ${process.versions.node}, two threads`);
console.log(
  `locator at ${side}x${side}: median ${median.toFixed(1)} ms, least ${times[0]!.toFixed(1)} ms, ratio to the aim of ${aimMs} ms: ${(median / aimMs).toFixed(2)}`,
);
