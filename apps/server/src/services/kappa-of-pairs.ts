/** @file Cohen's kappa of answers in pairs, whatever they are called. */
import { cohenKappa, confusionMatrix } from '@leukoscope/metrics';

/** Compute kappa; null without pairs, or where chance alone agrees. */
export function kappaOfPairs(pairs: readonly (readonly [string, string])[]): number | null {
  if (pairs.length === 0) return null;
  const names = [...new Set(pairs.flat())];
  const places = new Map(names.map((name, i) => [name, i]));
  const matrix = confusionMatrix(
    pairs.map(([first]) => places.get(first)!),
    pairs.map(([, second]) => places.get(second)!),
    names,
  );
  return cohenKappa(matrix)?.kappa ?? null;
}
