/**
 * @file The folder of a run: what is in it, and that it belongs to one recipe and one process at a time.
 *
 *   recipe.json            the recipe as run, nothing left out
 *   run.json               the recipe as asked for, what was chosen and found
 *   data/train.jsonl       the examples of each side, one a line
 *   log.jsonl              every line of the log
 *   curves.svg index.html  drawn while it runs
 *   checkpoint.safetensors everything needed to go on
 *   best/                  the model: description, network, weights, card
 *   test.json              what the best model is worth on pictures that neither trained nor chose it
 */
import { appendFileSync, existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rm, unlink } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { LeukoscopeError, messageOf } from '@leukoscope/core';
import type { DatasetClass } from '@leukoscope/datasets';
import { writeFileAtomically } from '@leukoscope/nn/runtime';
import type { RunRecipe } from '../recipe/complete-recipe.ts';
import { parseTrainRecipe, type Recipe } from '../recipe/recipe.ts';
import type { LogLine } from '../train-loop.ts';

/** What `run.json` holds. */
export interface RunFacts {
  readonly format: 1;
  /** The recipe as asked for. */
  readonly asked: Recipe;
  /** The recipe as run. */
  readonly recipe: RunRecipe;
  /** What the records' class indices mean. */
  readonly sourceClasses: readonly DatasetClass[];
  readonly counts: Readonly<Record<'train' | 'validation' | 'test', number>>;
  /** What was chosen and found, one sentence each. */
  readonly words: readonly string[];
  /** Pictures and records that could not be read. */
  readonly failed: readonly string[];
}

/** Names inside the folder. */
export const runFiles = {
  recipe: 'recipe.json',
  facts: 'run.json',
  train: 'data/train.jsonl',
  validation: 'data/validation.jsonl',
  test: 'data/test.jsonl',
  log: 'log.jsonl',
  curves: 'curves.svg',
  page: 'index.html',
  checkpoint: 'checkpoint.safetensors',
  best: 'best',
  tested: 'test.json',
} as const;

const lockFile = 'in-use';

/** A run folder that this process holds. */
export interface RunFolder {
  readonly root: string;
  at(file: string): string;
  /** Write text so that the file is always whole. */
  write(file: string, text: string): Promise<void>;
  /** Make the folder of examples. */
  makeData(): Promise<void>;
  appendLog(line: LogLine): void;
  /** Let go of it. */
  close(): Promise<void>;
}

/** Make or open a folder; it must be new, empty, or a run's. */
export async function openRunFolder(root: string): Promise<RunFolder> {
  await mkdir(root, { recursive: true });
  const entries = await readdir(root);
  const isRun = entries.some((name) => [runFiles.facts, lockFile, 'data'].includes(name));
  if (entries.length > 0 && !isRun) {
    throw runFault(
      `${root} must be a new or empty folder, or that of a run`,
      `a folder with ${entries.length} other files or folders`,
      'Choose another name.',
    );
  }
  await lock(root);
  const at = (file: string) => path.join(root, ...file.split('/'));
  return {
    root,
    at,
    write: (file, text) => writeFileAtomically(at(file), new TextEncoder().encode(text)),
    makeData: async () => void (await mkdir(at('data'), { recursive: true })),
    appendLog: (line) => appendFileSync(at(runFiles.log), `${logText(line)}\n`),
    close: () => unlink(at(lockFile)).catch(() => undefined),
  };
}

/** Read `run.json`; undefined where the run was never prepared to the end. */
export async function readRunFacts(root: string): Promise<RunFacts | undefined> {
  const file = path.join(root, runFiles.facts);
  if (!existsSync(file)) return undefined;
  try {
    return parseFacts(JSON.parse(await readFile(file, 'utf8')), file);
  } catch (cause) {
    if (cause instanceof LeukoscopeError) throw cause;
    throw runFault(`${file} must be readable`, messageOf(cause), 'Begin a new run.', cause);
  }
}

/** Throw unless the run in a folder is of this recipe, as asked for or as run. */
export function checkSameRecipe(root: string, facts: RunFacts, asked: Recipe): void {
  const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
  if (isDeepStrictEqual(plain(asked), plain(facts.asked))) return;
  if (isDeepStrictEqual(plain(asked), plain(parseTrainRecipe(facts.recipe, 'recipe')))) return;
  const differs = Object.keys({ ...asked, ...facts.asked }).filter(
    (key) =>
      !isDeepStrictEqual(
        plain(fieldOf(asked, key) ?? null),
        plain(fieldOf(facts.asked, key) ?? null),
      ),
  );
  throw runFault(
    `${root} must go on with the recipe that it began with`,
    `another: ${differs.join(', ')} differ`,
    'Name another folder for a new run.',
  );
}

/** Lines of a log; a line that was cut off by a crash, and what comes behind it, is left out. */
export function readLog(root: string): Promise<LogLine[]> {
  return readLogFile(path.join(root, runFiles.log));
}

/** Read a log that may end in the middle of a line; none where there is no file. */
export async function readLogFile(file: string): Promise<LogLine[]> {
  if (!existsSync(file)) return [];
  const lines: LogLine[] = [];
  for (const text of (await readFile(file, 'utf8')).split('\n')) {
    const line = parseLine(text);
    if (line === undefined) break;
    lines.push(line);
  }
  return lines;
}

/** Take back what was logged behind the checkpoint: those steps are made again. */
export async function cutLog(folder: RunFolder, step: number): Promise<LogLine[]> {
  const lines = (await readLog(folder.root)).filter((line) => line.step <= step);
  await folder.write(runFiles.log, lines.map((line) => `${logText(line)}\n`).join(''));
  return lines;
}

/** One line, numbers to six digits; what could not be measured is null. */
function logText(line: LogLine): string {
  return JSON.stringify(line, (_, value) =>
    typeof value === 'number' ? Number(value.toPrecision(6)) : value,
  );
}

function parseLine(text: string): LogLine | undefined {
  try {
    return JSON.parse(text) as LogLine;
  } catch {
    return undefined;
  }
}

function parseFacts(json: unknown, file: string): RunFacts {
  const facts = json as RunFacts;
  if (facts?.format === 1 && facts.recipe !== undefined && facts.counts.test !== undefined)
    return facts;
  throw runFault(`${file} must be of a run of format 1`, 'another', 'Begin a new run.');
}

function fieldOf(recipe: Recipe, key: string): unknown {
  return Object.entries(recipe).find(([name]) => name === key)?.[1];
}

/** Two processes in one folder would mix two runs. A lock whose process is gone is taken over. */
async function lock(root: string): Promise<void> {
  const file = path.join(root, lockFile);
  for (;;) {
    try {
      const handle = await open(file, 'wx');
      await handle.writeFile(String(process.pid));
      await handle.close();
      return;
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
    }
    const holder = Number(await readFile(file, 'utf8').catch(() => ''));
    if (holder > 0 && holder !== process.pid && isAlive(holder)) {
      throw runFault(
        `${root} must be used by one process at a time`,
        `a run that process ${holder} works on`,
        `Wait for it, or stop it. If it is no leukoscope train, remove ${file}.`,
      );
    }
    await rm(file, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function runFault(rule: string, received: string, cure: string, cause?: unknown): LeukoscopeError {
  const options = cause === undefined ? {} : { cause };
  return new LeukoscopeError('TRAIN_RUN', `${rule}. Received ${received}. ${cure}`, options);
}
