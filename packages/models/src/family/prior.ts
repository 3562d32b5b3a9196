/**
 * @file The prior of a specimen in a model's description: how much more or less often each kind of cell is there than
 * among the model's training cells, and when a kind that is not expected must be looked at all the same.
 *
 *   p'_k = f_k p_k / Σ f p
 */
import { type CellClass, isCellClass } from '@leukoscope/core';
import { z } from 'zod';

const cellClass = z.string().refine(isCellClass, { error: 'must be a kind of cell' });

/** One prior, as descriptions hold it. */
export const priorSchema = z.strictObject({
  /** f of a kind; 1 where it is absent. Kinds below 1 are not expected. */
  factors: z.record(cellClass, z.number().positive().max(1000)),
  /** Where kinds that are not expected together are at least so probable without the prior, the cell is unidentified. */
  unexpectedFrom: z.number().min(0).max(1),
});

/** One prior. */
export interface SpecimenPrior {
  readonly factors: Readonly<Partial<Record<CellClass, number>>>;
  readonly unexpectedFrom: number;
}
