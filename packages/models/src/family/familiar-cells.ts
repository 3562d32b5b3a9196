/**
 * @file Where a model's training cells lie, by the type that it gives them, in logits around their mean:
 *
 *   z_k = T (ln p_k - mean ln p),  p at temperature T
 *
 * so that another temperature leaves the table right.
 */
import { z } from 'zod';

/** The table, as descriptions hold it. */
export const familiarSchema = z.strictObject({
  /** Of each type that the model gives, the mean of z over its training cells; zeros for a type that it gives none. */
  means: z.array(z.array(z.number()).readonly()).readonly(),
  /** Of each class, within types. */
  deviations: z.array(z.number().positive()).readonly(),
  /** Cases of a larger distance are unlike what the model was trained on. */
  limit: z.number().positive(),
});

/** The table. */
export type FamiliarCells = z.infer<typeof familiarSchema>;

/** Probabilities below this are as good as none, and would make logits of any size. */
const leastProbability = 1e-6;

/** Compute z of probabilities that were brought to temperature T. */
export function centredLogits(
  probabilities: readonly number[],
  temperature: number,
): readonly number[] {
  const logs = probabilities.map((p) => Math.log(Math.max(p, leastProbability)));
  const mean = logs.reduce((a, b) => a + b, 0) / logs.length;
  return logs.map((log) => temperature * (log - mean));
}
