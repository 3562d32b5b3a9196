/**
 * @file The one shape of every answer that is not a success.
 *
 * `code` is stable and listed in docs/api-http.md; `message` is for people. Faults in the request's
 * own fields are listed in `issues` with the path of each field.
 */
import { z } from 'zod';

/** Body of every 4xx and 5xx answer. */
export const errorSchema = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    status: z.int(),
    /** Also in the log and in the header `x-request-id`. */
    requestId: z.string(),
    issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    /** Facts a program needs to go on, by code: see docs/api-http.md. */
    details: z.record(z.string(), z.unknown()).optional(),
  }),
});

/** Body of every 4xx and 5xx answer. */
export type ErrorBody = z.infer<typeof errorSchema>;
