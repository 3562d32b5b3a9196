/** @file The case that has a number already, out of the server's refusal to make another. */
import { ApiError } from '@leukoscope/client';
import { z } from 'zod';

const detailsSchema = z.object({ caseId: z.uuid() });

/** Return the id of the case; undefined when the refusal was another. */
export function knownCaseOf(error: unknown): string | undefined {
  if (!(error instanceof ApiError) || error.code !== 'CASE_NUMBER_EXISTS') return undefined;
  return detailsSchema.safeParse(error.body?.details).data?.caseId;
}
