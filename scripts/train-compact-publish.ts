/**
 * @file Takes the averaged weights and the log of a run into the repository, to train on and to export from:
 * `node --conditions=@leukoscope/source scripts/train-compact-publish.ts locator|refiner --run DIR`
 *
 * The weights file says by itself what it is: network, configuration, classes, experiment, steps.
 */
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { locatorClasses, refinerClasses } from '@leukoscope/models';
import { readSafetensors, writeSafetensors } from '@leukoscope/nn';
import { writeFileAtomically } from '@leukoscope/nn/runtime';
import { parseCompactExperiment } from '@leukoscope/training';

const { values: args, positionals } = parseArgs({
  allowPositionals: true,
  options: { run: { type: 'string' } },
});
const [part] = positionals;
if ((part !== 'locator' && part !== 'refiner') || args.run === undefined) {
  console.error('usage: train-compact-publish.ts locator|refiner --run DIR');
  process.exit(2);
}
const text = await readFile(path.join(args.run, 'experiment.json'), 'utf8');
const experiment = parseCompactExperiment(text);
const { tensors, metadata } = readSafetensors(
  new Uint8Array(await readFile(path.join(args.run, 'weights.safetensors'))),
);
const bytes = writeSafetensors(tensors, {
  model: `compact-${part}`,
  config: JSON.stringify(experiment[part].config),
  classes: JSON.stringify(part === 'locator' ? locatorClasses : refinerClasses),
  steps: metadata['step'] ?? '',
  plannedSteps: String(experiment[part].recipe.steps),
  experimentSha256: createHash('sha256').update(text).digest('hex'),
  licence: 'Apache-2.0; data and their licences in weights/leukoscope-compact.md',
});
await mkdir('experiments/compact/weights', { recursive: true });
await mkdir('experiments/compact/logs', { recursive: true });
const file = `experiments/compact/weights/compact-${part}.safetensors`;
await writeFileAtomically(file, bytes);
await copyFile(path.join(args.run, 'log.jsonl'), `experiments/compact/logs/${part}.jsonl`);
console.log(
  `${file}: ${bytes.length} bytes, SHA-256 ${createHash('sha256').update(bytes).digest('hex')}`,
);
