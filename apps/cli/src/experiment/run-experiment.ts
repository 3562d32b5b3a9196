/** @file Runs `experiment list`, `run` and `report`. */
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '@leukoscope/core';
import { reportExperiment } from '@leukoscope/training';
import { logOf, type RunResult, readResults, runFiles, withKept } from '@leukoscope/training/node';
import type { CommandContext, CommandResult } from '../framework/command.ts';
import { plural, textTable } from '../framework/text-table.ts';
import { UsageError } from '../framework/usage-error.ts';
import { parseData } from '../train/ask-recipe.ts';
import { followRun } from '../train/run-train.ts';
import { experimentFile, type FoundExperiment, findExperiment } from './find-experiment.ts';

interface Operands {
  readonly operands: readonly string[];
}

/** List experiments. */
export async function runList(
  { operands }: Operands,
  context: CommandContext,
): Promise<CommandResult> {
  const root = operands[0] ?? 'experiments';
  const names = (await readdir(root)).filter((name) =>
    existsSync(path.join(root, name, experimentFile)),
  );
  const rows: { name: string; title: string; runs: number; done: number }[] = [];
  let failures = 0;
  for (const name of names.sort()) {
    try {
      const found = await findExperiment(path.join(root, name));
      const results = await readResults(found.runs, runsOf(found, undefined));
      const done = results.filter(({ state }) => state === 'done').length;
      rows.push({ name, title: found.experiment.title, runs: results.length, done });
    } catch (error) {
      failures++;
      context.warn(messageOf(error));
    }
  }
  return {
    json: rows,
    failures,
    text: (style, columns) =>
      rows.length === 0
        ? `No experiment lies in ${root}.`
        : textTable(
            ['experiment', 'title', 'runs', 'finished'],
            rows.map(({ name, title, runs, done }) => [name, title, runs, done]),
            style,
            columns,
          ),
  };
}

/** Train what is missing. */
export async function runRuns(
  {
    operands,
    options,
  }: Operands & {
    readonly options: {
      readonly data: readonly string[];
      readonly only: readonly string[];
      readonly runs: string | undefined;
      readonly threads: number | undefined;
      readonly workers: number;
    };
  },
  context: CommandContext,
): Promise<CommandResult> {
  const found = await findExperiment(operands[0]!);
  const variants = Object.keys(found.experiment.variants);
  const unknown = options.only.find((name) => !variants.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`--only must be ${variants.join(', ')}. Received ${unknown}.`);
  }
  const chosen = found.runs.filter(
    ({ variant }) => options.only.length === 0 || options.only.includes(variant),
  );
  const root = runsOf(found, options.runs);
  const roots = new Map(options.data.map(parseData).map(({ name, root: place }) => [name, place]));
  const before = await readResults(chosen, root);
  let isInterrupted = false;
  for (const [i, { run, state }] of before.entries()) {
    if (state === 'done' || isInterrupted) continue;
    const { initial } = run.recipe;
    const summary = await followRun(
      {
        recipe: run.recipe,
        roots,
        initial: initial && path.resolve(found.home, initial.file),
      },
      { ...options, out: path.join(root, ...run.id.split('/')) },
      context,
      `${run.id} (${i + 1} of ${before.length}): `,
    );
    isInterrupted = summary.end === 'interrupted';
  }
  const after = await readResults(chosen, root);
  return {
    json: { runs: after.map(jsonOf) },
    isInterrupted,
    text: (style, columns) => {
      const done = after.filter(({ state }) => state === 'done').length;
      return [
        runTable(after, style, columns),
        '',
        isInterrupted
          ? 'Interrupted, and saved. The same command goes on.'
          : `${plural(done, 'run')} of ${after.length} finished. leukoscope experiment report ${found.name} writes the table.`,
      ].join('\n');
    },
  };
}

/** Write the report. */
export async function runReport(
  {
    operands,
    options,
  }: Operands & {
    readonly options: { readonly runs: string | undefined; readonly out: string | undefined };
  },
  _context: CommandContext,
): Promise<CommandResult> {
  const found = await findExperiment(operands[0]!);
  const root = runsOf(found, options.runs);
  const results = await withKept(await readResults(found.runs, root), found.home);
  const report = reportExperiment(found.name, found.experiment, results);
  const out = path.resolve(options.out ?? found.home);
  const figures = path.join(out, 'figures');
  // Figures of measures that are not measured any more must not stay.
  await rm(figures, { recursive: true, force: true });
  await mkdir(figures, { recursive: true });
  for (const { name, svg } of report.figures)
    await writeFile(path.join(figures, `${name}.svg`), svg);
  // With the results they keep what a run reached when its folder is gone.
  for (const { run, lines, isKept } of results) {
    if (isKept || lines.length === 0) continue;
    const kept = path.join(out, logOf(run));
    await mkdir(path.dirname(kept), { recursive: true });
    await copyFile(path.join(root, ...run.id.split('/'), runFiles.log), kept);
  }
  await writeFile(path.join(out, 'results.json'), `${JSON.stringify(report.results, null, 2)}\n`);
  await writeFile(path.join(out, 'README.md'), report.readme);
  return {
    json: report.results,
    text: (style, columns) =>
      `${runTable(results, style, columns)}\n\nWritten to ${path.join(out, 'README.md')}`,
  };
}

const runsOf = ({ home }: FoundExperiment, runs: string | undefined) =>
  path.resolve(runs ?? path.join(home, 'runs'));

const jsonOf = ({ run, state, step, steps, measures }: RunResult) => ({
  id: run.id,
  state,
  step,
  steps: steps ?? null,
  measures,
});

function runTable(
  results: readonly RunResult[],
  style: Parameters<typeof textTable>[2],
  columns: number | undefined,
): string {
  const measures = [...new Set(results.flatMap(({ measures: own }) => Object.keys(own)))];
  return textTable(
    ['run', 'state', 'step', ...measures],
    results.map(({ run, state, step, steps, measures: own }) => [
      run.id,
      state,
      steps === undefined ? '' : `${step} / ${steps}`,
      ...measures.map((name) => numberText(own[name])),
    ]),
    style,
    columns,
  );
}

const numberText = (value: number | null | undefined) =>
  typeof value === 'number' ? value.toFixed(4) : '–';
