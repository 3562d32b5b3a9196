/**
 * @file Models over unlike classes joined on the coarser ones: a class is kept unless another model, or the same one,
 * has a coarser class that holds it. Neutrophils of one model hold the bands and segmented ones of another; blasts that
 * only one model knows stay blasts.
 */
import { type CellClass, cellClasses, coarsen, isCellClass, parentOf } from '@leukoscope/core';
import type { ModelFacts, ModelFinding } from '../model/leukocyte-model.ts';

/** Return the classes that all of the models' classes belong to; alike lists stay as they are. */
export function joinClasses(lists: readonly (readonly CellClass[])[]): readonly CellClass[] {
  const [first = []] = lists;
  if (lists.every((classes) => classes.join() === first.join())) return first;
  const all = new Set(lists.flat());
  return Object.keys(cellClasses)
    .filter(isCellClass)
    .filter((c) => all.has(c) && !hasCoarser(c, all));
}

/**
 * Say a finding in joined classes. P(joined class) = Σ p_k over the model's classes k in it, and the type is decided
 * again among them, as the likeliest class need not lie in the likeliest of the coarser ones.
 */
export function inJoinedClasses(
  finding: ModelFinding,
  { classes, unsureBelow }: Pick<ModelFacts, 'classes' | 'unsureBelow'>,
  joined: readonly CellClass[],
): ModelFinding {
  if (classes.every((c, k) => c === joined[k]) && classes.length === joined.length) return finding;
  const places = classes.map((c) => placeOf(c, joined));
  const { probabilities: own, ...rest } = finding;
  const kept = places[finding.classIndex]!;
  if (own === undefined) return { ...rest, classIndex: kept, cellClass: joined[kept]! };
  const probabilities = new Array<number>(joined.length).fill(0);
  own.forEach((p, k) => {
    probabilities[places[k]!]! += p;
  });
  // Where nothing became coarser, the model's own choice stands, whatever its probabilities.
  const isCoarser = classes.some((c) => !joined.includes(c));
  const classIndex = isCoarser ? probabilities.indexOf(Math.max(...probabilities)) : kept;
  const isUnsure =
    unsureBelow === undefined || !isCoarser
      ? finding.isUnsure
      : probabilities[classIndex]! < unsureBelow;
  return { ...rest, classIndex, cellClass: joined[classIndex]!, isUnsure, probabilities };
}

function hasCoarser(cellClass: CellClass, all: ReadonlySet<CellClass>): boolean {
  for (let c = parentOf(cellClass); c !== undefined; c = parentOf(c)) if (all.has(c)) return true;
  return false;
}

/** Every class of a model is one of the joined ones or belongs to one. */
function placeOf(cellClass: CellClass, joined: readonly CellClass[]): number {
  return joined.indexOf(coarsen(cellClass, joined)!);
}
