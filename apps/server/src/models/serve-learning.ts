/**
 * @file The work of a learning process: look at pictures with the model that learns, keep what it saw, fit a candidate and
 * measure it. Whatever it writes stands aside until the server takes it over; killed at any moment, it leaves nothing that counts.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { LearningComparison, LearningResult, LearntCell } from '@leukoscope/contract';
import { decodeRgb } from '@leukoscope/image';
import { openRuntime } from '@leukoscope/nn/runtime';
import type { LeukocyteModel } from '@leukoscope/pipeline';
import {
  type AdaptableModel,
  type Adaptation,
  adaptationCard,
  adaptationFacts,
  adaptModel,
  type AnswerComparison,
  type Candidate,
  decodeSeenCells,
  encodeSeenCells,
  type LabelledCell,
  matchCell,
  type SeenCells,
  seeCells,
} from '@leukoscope/training';
import type { z } from 'zod';
import { serveTasks } from '../hosts/serve-tasks.ts';
import { type Fitted, learningTaskSchema } from './learning-protocol.ts';

/** A model that can learn. */
export interface Learner extends Pick<AdaptableModel, 'parent' | 'stored' | 'memorySha256'> {
  readonly described: { readonly hash: string; readonly description: { readonly name: string } };
  /** The files of the model that a candidate is. */
  write(candidate: Candidate, name: string): Promise<ReadonlyMap<string, Uint8Array>>;
}

/** How the process comes by models. */
export interface LearningSource {
  /** Open one whose findings carry features. */
  look(file: string): Promise<LeukocyteModel>;
  learner(file: string): Promise<Learner>;
}

type LearningTask = z.output<typeof learningTaskSchema>;
type FitTask = Extract<LearningTask, { kind: 'fit' }>;

/** Serve learning with models of a source. */
export function serveLearning(source: LearningSource): void {
  let loaded: { file: string; model: LeukocyteModel } | undefined;
  const lookerOf = async (file: string) => {
    if (loaded?.file === file) return loaded.model;
    await loaded?.model.close();
    loaded = undefined;
    const model = await source.look(file);
    loaded = { file, model };
    return model;
  };
  serveTasks(async (raw, onProgress) => {
    const task = learningTaskSchema.parse(raw);
    if (task.kind === 'fit') {
      return fit(source, task, (done, total) => onProgress({ done, total }));
    }
    const raster = await decodeRgb(task.image, { maxPixels: task.maxPixels });
    const seen = await seeCells(raster, await lookerOf(task.modelFile));
    await writeFile(`${task.seenFile}.part`, encodeSeenCells(seen));
    // A file is whole or not there.
    await rename(`${task.seenFile}.part`, task.seenFile);
    return { cells: seen.cells.length };
  });
}

async function fit(
  source: LearningSource,
  task: FitTask,
  onProgress: (done: number, total: number) => void,
): Promise<Fitted> {
  const learner = await source.learner(task.modelFile);
  const { classes } = learner.parent;
  const seenIn = new Map<string, SeenCells>();
  for (const file of new Set(task.cells.map(({ seenFile }) => seenFile))) {
    seenIn.set(file, decodeSeenCells(new Uint8Array(await readFile(file))));
  }
  const cells: LabelledCell[] = [];
  const learnt: LearntCell[] = [];
  let [notFound, notTyped] = [0, 0];
  for (const { seenFile, box, group, ...cell } of task.cells) {
    const matched = matchCell(seenIn.get(seenFile)!, { ...cell, box }, classes);
    if (matched === 'not-typed') notTyped++;
    else if (matched === 'not-found') notFound++;
    else {
      cells.push({ file: cell.cellId, group, ...matched });
      learnt.push(cell);
    }
  }
  const adaptation = await fitCells(learner, cells, onProgress);
  const data = {
    name: 'signed and chosen cases',
    sha256: createHash('sha256').update(task.pictures.join('\n')).digest('hex'),
    pictures: task.pictures.length,
    cells: cells.length,
    notFound,
    notTyped,
  };
  const facts = adaptationFacts(learner, adaptation, cells, [data], {
    name: undefined,
    holdout: 0,
  });
  const { candidate, refusals } = adaptation;
  const result: LearningResult = {
    cells: cells.length,
    groups: facts.groups,
    notFound,
    notTyped,
    byType: [...facts.byType],
    refusals: [...refusals],
    candidate: candidate === undefined ? null : told(candidate, learnt),
  };
  if (candidate === undefined) return { result, card: null, files: [] };
  const card = adaptationCard({ ...facts, candidate });
  if (refusals.length > 0) return { result, card, files: [] };
  await mkdir(task.folder, { recursive: true });
  const files = await learner.write(candidate, facts.name);
  for (const [name, bytes] of files) await writeFile(path.join(task.folder, name), bytes);
  return { result, card, files: [...files.keys()] };
}

async function fitCells(
  learner: Learner,
  cells: readonly LabelledCell[],
  onProgress: (done: number, total: number) => void,
): Promise<Adaptation> {
  // This process is there for nothing else: another one beside it would protect nobody. A second core would bring nothing,
  // and others need it.
  const runtime = openRuntime({ host: 'inline', threads: 1 });
  try {
    return await adaptModel(learner, cells, { runtime, onProgress });
  } finally {
    await runtime.close();
  }
}

/** What is told of a candidate: cells by their ids, not the layer's numbers. */
function told(
  candidate: Candidate,
  cells: readonly LearntCell[],
): NonNullable<LearningResult['candidate']> {
  const { here, there, calibration, doubt, contradicting, suspicious, byAuthor, changed } =
    candidate;
  return {
    here: comparison(here),
    there: comparison(there),
    calibration,
    doubt,
    contradicting: contradicting.map((n) => cells[n]!),
    suspicious: suspicious.map((n) => cells[n]!),
    byAuthor: byAuthor.map(({ author = '', ...counts }) => ({ author, ...counts })),
    loneLabels: [...candidate.loneLabels],
    changed: changed.map(({ place, before, after }) => ({ ...cells[place]!, before, after })),
  };
}

function comparison(of: AnswerComparison): LearningComparison {
  return { ...of, byType: [...of.byType], confusion: [...of.confusion] };
}
