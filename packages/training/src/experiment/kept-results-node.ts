/**
 * @file Results of runs that are not here any more. Runs are large and stay where they were trained; `results.json` and the logs beside
 * an experiment keep what they reached. A result is taken over while the recipe that it came from is still that of the run.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { readLogFile, type RunFacts } from '../run/run-folder-node.ts';
import type { TestResult } from '../run/test-result-node.ts';
import type { RunResult } from './experiment-results-node.ts';
import type { ExperimentRun } from './experiment.ts';

/** Files beside `experiment.json`. */
export const keptFiles = { results: 'results.json', logs: 'logs' } as const;

const keptSchema = z.object({
  runs: z.array(
    z.object({
      id: z.string(),
      state: z.string(),
      step: z.int(),
      steps: z.int().optional(),
      examples: z.record(z.string(), z.int()).optional(),
      measures: z.record(z.string(), z.number().nullable()),
      /** Absent in results of before recipes were noted. */
      recipe: z.string().optional(),
      tested: z.custom<TestResult>().optional(),
    }),
  ),
});

/** Put the results that are kept beside an experiment in the place of runs that are missing. */
export async function withKept(results: readonly RunResult[], home: string): Promise<RunResult[]> {
  const file = path.join(home, keptFiles.results);
  if (!existsSync(file)) return [...results];
  const { runs } = keptSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  return Promise.all(
    results.map(async (result) => {
      const { run, state } = result;
      const kept = runs.find(
        ({ id, recipe, state: before }) =>
          id === run.id && before === 'done' && recipe === result.recipeHash,
      );
      if (state !== 'missing' || kept === undefined) return result;
      return {
        ...result,
        state: 'done' as const,
        isKept: true,
        step: kept.step,
        steps: kept.steps,
        measures: numbersOf(kept.measures),
        tested: kept.tested,
        lines: await readLogFile(path.join(home, logOf(run))),
        counts: countsOf(kept.examples),
      };
    }),
  );
}

/** Where the log of a run is kept, from the experiment's folder. */
export function logOf({ id }: Pick<ExperimentRun, 'id'>): string {
  return `${keptFiles.logs}/${id.replaceAll('/', '-')}.jsonl`;
}

function numbersOf(values: Readonly<Record<string, number | null>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );
}

function countsOf(
  examples: Readonly<Record<string, number>> | undefined,
): RunFacts['counts'] | undefined {
  if (examples === undefined) return undefined;
  const { train = 0, validation = 0, test = 0 } = examples;
  return { train, validation, test };
}
