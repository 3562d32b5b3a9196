/** @file What the runs of an experiment have reached so far, read from their folders. */
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Recipe } from '../recipe/recipe.ts';
import { readLog, readRunFacts, type RunFacts, runFiles } from '../run/run-folder-node.ts';
import { readTestResult, type TestResult } from '../run/test-result-node.ts';
import type { LogLine } from '../train-loop.ts';
import type { ExperimentRun } from './experiment.ts';
import { hashOfRecipe } from './hash-recipe-node.ts';

/** How far a run is. */
export type RunState = 'missing' | 'begun' | 'done' | 'other-recipe';

/** One run with what it reached. */
export interface RunResult {
  readonly run: ExperimentRun;
  readonly recipeHash: string;
  readonly state: RunState;
  /** Reported before; the run itself lies elsewhere. */
  readonly isKept: boolean;
  readonly step: number;
  readonly steps: number | undefined;
  /** Of the test side; of the best validation where the recipe keeps none apart. */
  readonly measures: Readonly<Record<string, number>>;
  /** Limits of the measures, and every picture, where a test side was measured. */
  readonly tested: TestResult | undefined;
  readonly lines: readonly LogLine[];
  readonly counts: RunFacts['counts'] | undefined;
}

/** Read all runs below a folder. */
export function readResults(runs: readonly ExperimentRun[], root: string): Promise<RunResult[]> {
  return Promise.all(runs.map((run) => readResult(run, path.join(root, ...run.id.split('/')))));
}

async function readResult(run: ExperimentRun, folder: string): Promise<RunResult> {
  const facts = await readRunFacts(folder);
  const known = { run, recipeHash: hashOfRecipe(run.recipe), isKept: false };
  const nothing = {
    ...known,
    step: 0,
    steps: undefined,
    measures: {},
    tested: undefined,
    lines: [],
    counts: undefined,
  };
  if (facts === undefined) return { ...nothing, state: 'missing' };
  if (!isSame(facts.asked, run.recipe)) return { ...nothing, state: 'other-recipe' };
  const lines = await readLog(folder);
  const { steps, validation, earlyStopping } = facts.recipe;
  const step = lines.at(-1)?.step ?? 0;
  const measured = lines.filter(({ kind }) => kind === 'validation');
  const isLowest = /loss$/i.test(validation.best);
  const best = measured.reduce<LogLine | undefined>((found, line) => {
    const [value, other] = [line.values[validation.best], found?.values[validation.best]];
    if (typeof value !== 'number') return found;
    const isBetter = typeof other !== 'number' || (isLowest ? value < other : value > other);
    return isBetter ? line : found;
  }, undefined);
  const tested = await readTestResult(path.join(folder, runFiles.tested));
  const isTrained =
    lines.at(-1)?.kind === 'end' && (step >= steps || endedEarly(measured, best, earlyStopping));
  const isOver = isTrained && (facts.counts.test === 0 || tested !== undefined);
  return {
    ...known,
    state: isOver ? 'done' : 'begun',
    step,
    steps,
    measures: tested?.measures ?? (facts.counts.test === 0 ? best?.values : undefined) ?? {},
    tested,
    lines,
    counts: facts.counts,
  };
}

function endedEarly(
  measured: readonly LogLine[],
  best: LogLine | undefined,
  rule: { readonly patience: number } | undefined,
): boolean {
  if (rule === undefined || best === undefined) return false;
  return measured.length - 1 - measured.indexOf(best) >= rule.patience;
}

function isSame(a: Recipe, b: Recipe): boolean {
  const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
  return isDeepStrictEqual(plain(a), plain(b));
}
