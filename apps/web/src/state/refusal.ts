/** @file What to do with a review that the server did not take. */
import { ApiError } from './api.ts';

/**
 * `unreachable`: keep it and try again. `signed-out`: keep it until somebody signs in. `stale`: somebody
 * else was faster; look again and repeat it. `empty`: it changes nothing any more. `refused`: give it up.
 */
export type Refusal = 'unreachable' | 'signed-out' | 'stale' | 'empty' | 'refused';

/** Tell what a failed request means for the review that it carried. */
export function refusalOf(error: unknown): Refusal {
  // A proxy's or a hotel's page is no answer of ours, whatever its status.
  if (!(error instanceof ApiError) || error.body === undefined) return 'unreachable';
  if (error.status >= 500 || error.status === 429 || error.status === 408) return 'unreachable';
  if (error.status === 401) return 'signed-out';
  if (error.code === 'REVISION_STALE' || error.code === 'CELL_DELETED') return 'stale';
  if (error.code === 'REVIEW_NOTHING') return 'empty';
  return 'refused';
}
