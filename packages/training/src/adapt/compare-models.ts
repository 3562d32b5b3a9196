/**
 * @file Two models look at the same pictures, and each named cell counts: right, wrong or not found. This is how a model that
 * was trained anew, of whatever kind, is compared with the one that it would replace.
 */
import {
  type CellClass,
  coarsen,
  type Finding,
  LeukoscopeError,
  messageOf,
} from '@leukoscope/core';
import type { Dataset, ImportIssue } from '@leukoscope/datasets';
import { analyseImage, isModelFault, type LeukocyteModel } from '@leukoscope/pipeline';
import { type AnswerComparison, compareAnswers } from './compare-answers.ts';
import { findNamed, isTyped, namedCells } from './named-cells.ts';
import { lowestScore } from './see-cells.ts';

/** What was compared. */
export interface ModelComparison {
  readonly answers: AnswerComparison;
  readonly pictures: number;
  /** Named cells that each of them did not find; they count as wrong. */
  readonly notFound: { readonly parent: number; readonly candidate: number };
  /** Labels that one of them has no type for; left out. */
  readonly notTyped: number;
  /** Pictures that could not be read. */
  readonly failed: readonly ImportIssue[];
}

/** Pictures with named cells. */
export interface NamedPictures {
  readonly dataset: Dataset;
  /** Read a picture of the data set. */
  readonly read: (file: string) => Promise<Uint8Array>;
}

/** How to compare. */
export interface CompareModelsOptions {
  /** The type of a picture is that of its middle cell, whatever else is boxed in it. @default false */
  readonly centred?: boolean | undefined;
  /** After each picture of all sets. */
  readonly onProgress?: ((done: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Compare what two models call the named cells of some sets. */
export async function compareModels(
  parent: LeukocyteModel,
  candidate: LeukocyteModel,
  sets: readonly NamedPictures[],
  { centred = false, onProgress, signal }: CompareModelsOptions = {},
): Promise<ModelComparison> {
  const both = [parent, candidate];
  const labels: CellClass[] = [];
  const answers = { parent: [] as Answer[], candidate: [] as Answer[] };
  const failed: ImportIssue[] = [];
  let [pictures, notTyped, done] = [0, 0, 0];
  const look = async ({ read }: NamedPictures, file: string) => {
    try {
      const bytes = await read(file);
      return { parent: await see(parent, bytes), candidate: await see(candidate, bytes) };
    } catch (error) {
      signal?.throwIfAborted();
      if (isModelFault(error)) throw error;
      failed.push({ file, reason: messageOf(error) });
      return undefined;
    }
  };
  const see = async (model: LeukocyteModel, bytes: Uint8Array) => {
    const { size, findings } = await analyseImage(bytes, model, {
      scoreThreshold: lowestScore,
      // Its own classes, whatever a report would make of them.
      depth: 'fine',
      signal,
    });
    const { classes } = model.facts;
    // A red cell over the middle of a picture is not the cell that was named.
    const looked = findings.filter(({ cellClass }) => isTyped(cellClass, classes));
    return { size, cells: looked.map((found) => withAnswer(found, classes)) };
  };
  for (const set of sets) {
    for (const image of set.dataset.images) {
      signal?.throwIfAborted();
      const seen = await look(set, image.file);
      onProgress?.(++done);
      if (seen === undefined) continue;
      pictures++;
      const { size } = seen.parent;
      for (const { label: told, box } of namedCells(set.dataset, { ...image, size }, centred)) {
        // No finer than both can tell it: a band that one of them calls a neutrophil is a neutrophil to both.
        const label = both.reduce((type, { facts }) => coarsen(type, facts.classes) ?? type, told);
        if (!both.every(({ facts }) => isTyped(label, facts.classes))) {
          notTyped++;
          continue;
        }
        labels.push(label);
        answers.parent.push(findNamed(seen.parent, box)?.probabilities);
        answers.candidate.push(findNamed(seen.candidate, box)?.probabilities);
      }
    }
  }
  if (labels.length === 0) {
    const names = sets.map(({ dataset }) => dataset.name).join(', ');
    throw new LeukoscopeError(
      'COMPARE_CELLS',
      `the data must hold cells of a type that both models know. Received none in ${names} (${notTyped} of other types, ${failed.length} pictures that could not be read). Check classes with leukoscope dataset stats.`,
    );
  }
  const missed = (told: readonly Answer[]) => told.filter((p) => p === undefined).length;
  return {
    answers: compareAnswers(
      labels,
      { classes: parent.facts.classes, probabilities: answers.parent },
      { classes: candidate.facts.classes, probabilities: answers.candidate },
    ),
    pictures,
    notFound: { parent: missed(answers.parent), candidate: missed(answers.candidate) },
    notTyped,
    failed,
  };
}

type Answer = readonly number[] | undefined;

/** A detector that tells no probabilities is sure of what it says. */
function withAnswer(
  { box, score, probabilities, cellClass }: Finding,
  classes: readonly CellClass[],
) {
  return {
    box,
    score,
    probabilities: probabilities ?? classes.map((one) => (one === cellClass ? 1 : 0)),
  };
}
