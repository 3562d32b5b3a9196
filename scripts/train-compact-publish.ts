/**
 * @file Takes the averaged weights and the log of a run into the repository, to train on and to export from:
 * `node --conditions=@leukoscope/source scripts/train-compact-publish.ts locator|refiner --run DIR [--run DIR ...]`
 *
 * Of several runs the mean is taken: they must have begun from the same weights.
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
import { meanWeights } from './mean-weights.ts';

const { values: args, positionals } = parseArgs({
  allowPositionals: true,
  options: { run: { type: 'string', multiple: true, default: [] } },
});
const [part] = positionals;
const runs = args.run;
if ((part !== 'locator' && part !== 'refiner') || runs.length === 0) {
  console.error('usage: train-compact-publish.ts locator|refiner --run DIR [--run DIR ...]');
  process.exit(2);
}
const text = await readFile(path.join(runs[0]!, 'experiment.json'), 'utf8');
const experiment = parseCompactExperiment(text);
const files = await Promise.all(
  runs.map(async (run) =>
    readSafetensors(new Uint8Array(await readFile(path.join(run, 'weights.safetensors')))),
  ),
);
const weights = meanWeights(files.map(({ tensors }) => tensors));
const bytes = writeSafetensors(weights, {
  model: `compact-${part}`,
  config: JSON.stringify(experiment[part].config),
  classes: JSON.stringify(part === 'locator' ? locatorClasses : refinerClasses),
  // A run says `step`; published weights, taken as a run, say `steps`.
  steps: files.map(({ metadata }) => metadata['step'] ?? metadata['steps']).join(' and '),
  plannedSteps: String(experiment[part].recipe.steps),
  experimentSha256: createHash('sha256').update(text).digest('hex'),
  licence: 'Apache-2.0; data and their licences in weights/leukoscope-compact.md',
});
await mkdir('experiments/compact/weights', { recursive: true });
await mkdir('experiments/compact/logs', { recursive: true });
const file = `experiments/compact/weights/compact-${part}.safetensors`;
await writeFileAtomically(file, bytes);
for (const run of runs) {
  const log = `experiments/compact/logs/${path.basename(run)}.jsonl`;
  await copyFile(path.join(run, 'log.jsonl'), log);
}
console.log(
  `${file}: ${bytes.length} bytes, SHA-256 ${createHash('sha256').update(bytes).digest('hex')}`,
);
