/**
 * @file The second network of a dual-stage classifier (Choi et al. 2017): where the first says one of a few classes, the
 * second, trained on these alone, decides which.
 *
 * With p of the global network, q of the local one, L its classes, S = Σ_{l in L} p_l and w = argmax q: where argmax p
 * lies in L,
 *   p'_w = max(q_w S, max p),   p'_k = (S - p'_w) q_k / (1 - q_w) for the others of L,   p'_k = p_k outside L,
 * so that the sum stays 1, other classes stay as they are, and w is the likeliest of all, as the paper decides
 * (q_w S alone may lie below a third class). Elsewhere p' = p, and the local network is not asked.
 */
import { LeukoscopeError } from '@leukoscope/core';
import { classesSchema, type ModelDescription, tempered } from '@leukoscope/models';
import { z } from 'zod';

/** The setting `local` of the reader `classes`; the networks are called global and local then. */
export const localSchema = z.strictObject({
  /** In the order of the local network's outputs; each is one of the model's classes. */
  classes: classesSchema.refine((classes) => classes.length >= 2, 'must name two classes or more'),
  /** Of the local network's probabilities, as a description's calibration. */
  temperature: z.number().positive().default(1),
});

/** How the local network decides. */
export interface LocalDecision {
  /** Places of its classes among the model's. */
  readonly places: readonly number[];
  readonly temperature: number;
}

/** Return the places of the local classes among a model's classes. */
export function localPlaces(
  local: z.infer<typeof localSchema>,
  { name, classes }: Pick<ModelDescription, 'name' | 'classes'>,
): readonly number[] {
  const unknown = local.classes.filter((c) => !classes.includes(c));
  if (unknown.length === 0) return local.classes.map((c) => classes.indexOf(c));
  throw new LeukoscopeError(
    'MODEL_SETTINGS',
    `local classes of ${name} must be among its classes ${classes.join(', ')}. Received ${unknown.join(', ')}. Join networks of one taxonomy.`,
  );
}

/** Ask the global network, and the local one where it has to decide. */
export async function decideLocally(
  askGlobal: () => Promise<ArrayLike<number>>,
  askLocal: () => Promise<ArrayLike<number>>,
  { places, temperature }: LocalDecision,
): Promise<readonly number[]> {
  const p = Array.from(await askGlobal());
  if (!places.includes(p.indexOf(Math.max(...p)))) return p;
  const q = tempered(await askLocal(), temperature);
  const mass = places.reduce((sum, k) => sum + p[k]!, 0);
  const winner = q.indexOf(Math.max(...q));
  const won = Math.max(q[winner]! * mass, ...p);
  const others = 1 - q[winner]!;
  const decided = p.slice();
  places.forEach((k, l) => {
    decided[k] = l === winner ? won : others > 0 ? ((mass - won) * q[l]!) / others : 0;
  });
  return decided;
}
