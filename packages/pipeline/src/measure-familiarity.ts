/**
 * @file The cells of one picture against those that the model was trained on: what they add to their case's distance
 * (core's `judgeFamiliarity` has the formula).
 */
import type { Familiarity, Finding } from '@leukoscope/core';
import { centredLogits } from '@leukoscope/models';
import { isNucleated } from './is-nucleated.ts';
import type { ModelFacts } from './model/leukocyte-model.ts';

/** Sum the residuals of a picture's whole nucleated cells; `findings` are as the model gave them, before any prior. */
export function measureFamiliarity(
  findings: readonly Finding[],
  { familiar, classes }: Pick<ModelFacts, 'familiar' | 'classes'>,
): Familiarity | undefined {
  if (familiar === undefined) return undefined;
  const { means, deviations, limit, temperature } = familiar;
  const sums = classes.map(() => 0);
  let cells = 0;
  for (const { probabilities, classIndex, cellClass, isIncomplete } of findings) {
    if (probabilities === undefined || isIncomplete || !isNucleated(cellClass)) continue;
    cells++;
    for (const [k, z] of centredLogits(probabilities, temperature).entries())
      sums[k]! += (z - means[classIndex]![k]!) / deviations[k]!;
  }
  return { cells, sums, limit };
}
