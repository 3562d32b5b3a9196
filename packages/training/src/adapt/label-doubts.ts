/**
 * @file Labels that speak against each other, and labels that all other cells speak against: what a tired reviewer, a
 * slipped key or a saboteur leaves behind.
 *
 * Two cells contradict each other when their features are as good as equal and their labels cannot both be right. A label
 * is suspicious when a layer that was fitted without its slide gives it less than a tenth.
 */
import { type CellClass, lineageOf } from '@leukoscope/core';
import { probabilityOfLabel } from './judge-type.ts';

/** A cell with a label, by what it looks like. */
export interface LabelledFeatures {
  readonly label: CellClass;
  /** Who named it; cells without one are of "nobody named". */
  readonly author: string | undefined;
  readonly features: Float32Array;
}

/** |a - b|² below this share of |a| |b|: the same cell, turned or stored again. */
const sameCell = 2e-3;

/** Below this probability of its label a cell is suspicious. */
const leastProbability = 0.1;

/** Places of cells that contradict another one. */
export function contradictions(cells: readonly LabelledFeatures[]): number[] {
  const found = new Set<number>();
  const norms = cells.map(({ features }) => Math.sqrt(product(features, features)));
  cells.forEach((a, i) => {
    for (let j = i + 1; j < cells.length; j++) {
      const b = cells[j]!;
      if (areCompatible(a.label, b.label)) continue;
      const both = norms[i]! * norms[j]!;
      // Lengths that differ this much cannot be of one cell; most pairs end here.
      if ((norms[i]! - norms[j]!) ** 2 >= sameCell * both) continue;
      const squared = norms[i]! ** 2 + norms[j]! ** 2 - 2 * product(a.features, b.features);
      if (squared < sameCell * both) found.add(i).add(j);
    }
  });
  return [...found].sort((a, b) => a - b);
}

/** How many of somebody's labels are suspicious. */
export interface AuthorDoubt {
  readonly author: string | undefined;
  readonly cells: number;
  readonly suspicious: number;
}

/** Suspicious labels: their places, and how many each author has, worst first. */
export function suspiciousLabels(
  cells: readonly Pick<LabelledFeatures, 'label' | 'author'>[],
  classes: readonly CellClass[],
  heldApart: readonly (readonly number[])[],
): { readonly places: readonly number[]; readonly byAuthor: readonly AuthorDoubt[] } {
  const places = [...cells.keys()].filter(
    (n) => probabilityOfLabel(heldApart[n]!, classes, cells[n]!.label) < leastProbability,
  );
  const isSuspicious = new Set(places);
  const authors = new Map<string | undefined, { cells: number; suspicious: number }>();
  cells.forEach(({ author }, n) => {
    const own = authors.get(author) ?? { cells: 0, suspicious: 0 };
    own.cells++;
    if (isSuspicious.has(n)) own.suspicious++;
    authors.set(author, own);
  });
  const byAuthor = [...authors]
    .map(([author, counts]) => ({ author, ...counts }))
    .sort((a, b) => b.suspicious / b.cells - a.suspicious / a.cells);
  return { places, byAuthor };
}

/** One label says the same as the other, or only less. */
export function areCompatible(a: CellClass, b: CellClass): boolean {
  return lineageOf(a).includes(b) || lineageOf(b).includes(a);
}

function product(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let f = 0; f < a.length; f++) sum += a[f]! * b[f]!;
  return sum;
}
