/**
 * @file The last act of a run: its best model on the pictures of the test side, which neither trained nor chose it.
 * Once: what stands in `test.json` is never measured again.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRandom, type Interval } from '@leukoscope/core';
import { percentileLimits } from '@leukoscope/metrics';
import type { ItemStore } from '../data/item-store-node.ts';
import type { TrainingItem } from '../data/list-items.ts';
import type { RunProgress } from '../run-progress.ts';
import type { LoopEnd } from '../train-loop.ts';
import type { Measurement } from '../validate/measurement.ts';
import type { MeasuredPictures } from '../validate/measuring.ts';
import { measureSide } from './measure-side-node.ts';
import { withTest } from './model-card.ts';
import { modelFiles } from './model-folder-node.ts';
import { runFiles } from './run-folder-node.ts';
import type { RunWork } from './run-work.ts';
import type { TestResult } from './test-result-node.ts';

const resamples = 500;
const confidence = 0.95;

/** Test the best model, unless that was done, and say so on its card. Returns how the run ended. */
export async function testBest(
  run: RunWork,
  store: ItemStore,
  { best }: RunProgress,
  end: LoopEnd,
): Promise<LoopEnd> {
  const { folder, facts, options } = run;
  if (existsSync(folder.at(runFiles.tested))) return end;
  const model = (file: string) => folder.at(`${runFiles.best}/${file}`);
  const network = await readFile(model(modelFiles.network));
  let measured: MeasuredPictures;
  try {
    measured = await measureSide(run, store, { network, most: store.length });
  } catch (error) {
    // The weights are kept; the same command tests them.
    if (options.signal?.aborted === true) return 'interrupted';
    throw error;
  }
  const step = best?.step ?? facts.recipe.steps;
  const result = await sumUp(measured, store, { step, seed: facts.recipe.seed });
  const card = await readFile(model(modelFiles.card), 'utf8');
  await folder.write(`${runFiles.best}/${modelFiles.card}`, withTest(card, result));
  // Last: its presence says that the test is over.
  await folder.write(runFiles.tested, `${JSON.stringify(result, null, 1)}\n`);
  return end;
}

async function sumUp(
  measured: MeasuredPictures,
  store: ItemStore,
  { step, seed }: { readonly step: number; readonly seed: number },
): Promise<TestResult> {
  const items: TrainingItem[] = [];
  for (let i = 0; i < store.length; i++) items.push(await store.read(i));
  const groups = [...Map.groupBy(items.keys(), (i) => groupOf(items[i]!)).values()];
  const each = measured.each();
  return {
    format: 1,
    step,
    examples: items.length,
    groups: groups.length,
    measures: defined(measured.finish().values),
    limits: limitsOf(measured, groups, seed),
    resamples,
    pictures: items.map(({ set, image, cutFrom }, i) => ({
      set,
      file: cutFrom ?? image.file,
      values: each[i]!,
    })),
  };
}

/** Cells of one patient, slide or picture are no draws of their own. */
function groupOf({ set, image, cutFrom }: TrainingItem): string {
  return `${set} ${image.patient ?? image.slide ?? cutFrom ?? image.file}`;
}

function limitsOf(
  measured: MeasuredPictures,
  groups: readonly (readonly number[])[],
  seed: number,
): Record<string, Interval> {
  // One group says nothing of the next.
  if (groups.length < 2) return {};
  const random = createRandom(seed);
  const drawn = new Map<string, number[]>();
  for (let resample = 0; resample < resamples; resample++) {
    const places = groups.flatMap(() => groups[random.integer(0, groups.length)]!);
    for (const [name, value] of Object.entries(defined(measured.valuesOf(places)))) {
      drawn.set(name, [...(drawn.get(name) ?? []), value]);
    }
  }
  return Object.fromEntries(
    [...drawn].map(([name, values]) => [name, percentileLimits(values, confidence)]),
  );
}

/** JSON knows no NaN: what cannot be measured is left out. */
function defined(values: Measurement['values']): Measurement['values'] {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => Number.isFinite(value)));
}
