/**
 * @file Trains a part of the compact model, or goes on where it stopped:
 * `node --conditions=@leukoscope/source scripts/train-compact.ts locator|refiner --data DIR --run DIR [--threads N] [--boxes FILE] [--cache DIR] [--start WEIGHTS]`
 *
 * The run folder takes checkpoint, log and weights. `--start` begins a new run from weights instead of random
 * numbers; the log says which. Ctrl-C saves and ends; the same command goes on.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '@leukoscope/core';
import { readSafetensors, writeSafetensors } from '@leukoscope/nn';
import {
  loadCheckpoint,
  openRuntime,
  saveCheckpoint,
  writeFileAtomically,
} from '@leukoscope/nn/runtime';
import { parseCompactExperiment, runTrainLoop } from '@leukoscope/training';
import { prepareLocator } from './train-compact-locator.ts';
import type { TrainStage } from './train-compact-parts.ts';
import { prepareRefiner } from './train-compact-refiner.ts';

const { values: args, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string' },
    run: { type: 'string' },
    boxes: { type: 'string' },
    cache: { type: 'string' },
    start: { type: 'string' },
    threads: { type: 'string', default: '2' },
    experiment: { type: 'string', default: 'experiments/compact/compact.json' },
  },
});
const [part] = positionals;
const parts = { locator: prepareLocator, refiner: prepareRefiner };
if (
  part === undefined ||
  !Object.hasOwn(parts, part) ||
  args.data === undefined ||
  args.run === undefined
) {
  console.error(
    `usage: train-compact.ts ${Object.keys(parts).join('|')} --data DIR --run DIR [--threads N] [--boxes FILE] [--cache DIR] [--start WEIGHTS]`,
  );
  process.exit(2);
}
const run = args.run;
const experiment = parseCompactExperiment(await readFile(args.experiment, 'utf8'));
await mkdir(run, { recursive: true });
const runtime = openRuntime({ host: 'process', threads: Number(args.threads), spinning: false });
const checkpoint = path.join(run, 'checkpoint.safetensors');
const isNew = !existsSync(checkpoint);
const startBytes =
  args.start === undefined ? undefined : new Uint8Array(await readFile(args.start));
const prepared = await parts[part as keyof typeof parts]({
  experiment,
  runtime,
  data: args.data,
  boxes: args.boxes,
  cache: args.cache,
  start: startBytes === undefined ? undefined : readSafetensors(startBytes).tensors,
  say: (text) => console.log(text),
});

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
await writeFile(path.join(run, 'experiment.json'), JSON.stringify(experiment, null, 2));
const logFile = path.join(run, 'log.jsonl');
let pendingLog = Promise.resolve();
const log = (line: object) => {
  const text = JSON.stringify(line, (_, value) =>
    typeof value === 'number' ? Number(value.toPrecision(5)) : value,
  );
  console.log(text);
  pendingLog = pendingLog.then(() => appendFile(logFile, `${text}\n`));
};
if (isNew && startBytes !== undefined) {
  const sha256 = createHash('sha256').update(startBytes).digest('hex');
  log({ kind: 'weights', step: 0, file: path.basename(args.start!), sha256 });
}

/** Train one stage, from the checkpoint where there is one; returns whether its last step was reached. */
async function runStage({ side, until }: TrainStage): Promise<boolean> {
  const stage = await prepared.prepareStage(side);
  const { trainer } = stage;
  if (existsSync(checkpoint)) await trainer.restore(await loadCheckpoint(checkpoint));
  const end = await runTrainLoop({
    ...stage,
    steps: until,
    async save() {
      await saveCheckpoint(checkpoint, await trainer.checkpoint());
      const weights = await trainer.weights('averaged');
      await writeFileAtomically(
        path.join(run, 'weights.safetensors'),
        writeSafetensors(weights, { step: String(trainer.step) }),
      );
    },
    log,
    clock: () => performance.now() / 1000,
    signal: stop.signal,
  });
  await trainer.dispose();
  return end === 'finished';
}

try {
  const done = existsSync(checkpoint) ? (await loadCheckpoint(checkpoint)).step : 0;
  let isDone = true;
  for (const stage of prepared.stages) {
    if (stage.until > done && isDone) isDone = await runStage(stage);
  }
  await pendingLog;
  console.log(isDone ? 'done' : 'stopped; the same command goes on');
} catch (error) {
  console.error(messageOf(error), error);
  process.exitCode = 1;
} finally {
  await runtime.close();
}
