/**
 * @file A finding's type and doubt, by the prior of what the specimen is expected to hold and as finely as it will be
 * told:
 *
 *   p'_k = f_k p_k / Σ f p
 *
 * A kind that is not expected (f < 1) never becomes invisible: where such kinds were likely together before the prior
 * and the type is another now, the cell is unidentified, and the finding says which kind it was.
 */
import {
  type Expectation,
  type Finding,
  LeukoscopeError,
  type TypeDepth,
  type UnexpectedKind,
} from '@leukoscope/core';
import type { SpecimenPrior } from '@leukoscope/models';
import type { ModelFacts } from './model/leukocyte-model.ts';
import { typeAtDepth } from './type-at-depth.ts';

/** How a finding is typed. */
export interface TypingOptions {
  readonly depth: TypeDepth;
  readonly prior: SpecimenPrior | undefined;
}

/** Return the model's prior for an expectation; undefined where nothing is expected. */
export function priorOf(
  { name, priors = {} }: Pick<ModelFacts, 'name' | 'priors'>,
  expectation: Expectation | undefined,
): SpecimenPrior | undefined {
  if (expectation === undefined) return undefined;
  const prior = priors[expectation];
  if (prior !== undefined) return prior;
  throw new LeukoscopeError(
    'MODEL_PRIOR',
    `the specimen must be one that ${name} has a prior for: ${Object.keys(priors).join(', ') || 'it has none'}. Received ${expectation}. Leave the specimen open, or add the prior to the model's description.`,
  );
}

/** Decide type and doubt. */
export function typeFinding<T extends Finding>(
  finding: T,
  facts: Pick<ModelFacts, 'classes' | 'unsureBelow'>,
  { depth, prior }: TypingOptions,
): T {
  const { probabilities } = finding;
  if (prior === undefined || probabilities === undefined) return typeAtDepth(finding, facts, depth);
  const typed = typeAtDepth(byPrior(finding, probabilities, facts, prior), facts, depth);
  const unexpected = unexpectedKind(probabilities, facts.classes, prior);
  const isHidden =
    unexpected !== undefined &&
    unexpected.probability >= prior.unexpectedFrom &&
    !isUnexpected(prior, typed.cellClass);
  return isHidden ? { ...typed, isUnsure: true, unexpected } : typed;
}

function byPrior<T extends Finding>(
  finding: T,
  before: readonly number[],
  { classes, unsureBelow }: Pick<ModelFacts, 'classes' | 'unsureBelow'>,
  { factors }: SpecimenPrior,
): T {
  const weighed = before.map((p, k) => p * (factors[classes[k]!] ?? 1));
  const sum = weighed.reduce((a, b) => a + b, 0);
  const probabilities = weighed.map((p) => p / sum);
  const classIndex = probabilities.indexOf(Math.max(...probabilities));
  return {
    ...finding,
    classIndex,
    cellClass: classes[classIndex]!,
    probabilities,
    isUnsure:
      unsureBelow === undefined ? finding.isUnsure : probabilities[classIndex]! < unsureBelow,
  };
}

/** The likeliest of the kinds that are not expected, with the probability of all of them. */
function unexpectedKind(
  probabilities: readonly number[],
  classes: ModelFacts['classes'],
  prior: SpecimenPrior,
): UnexpectedKind | undefined {
  let best: number | undefined;
  let probability = 0;
  for (const [k, p] of probabilities.entries()) {
    if (!isUnexpected(prior, classes[k]!)) continue;
    probability += p;
    if (best === undefined || p > probabilities[best]!) best = k;
  }
  return best === undefined ? undefined : { cellClass: classes[best]!, probability };
}

function isUnexpected({ factors }: SpecimenPrior, cellClass: Finding['cellClass']): boolean {
  return (factors[cellClass] ?? 1) < 1;
}
