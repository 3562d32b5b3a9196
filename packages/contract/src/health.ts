/** @file Is the server alive, and can it work? */
import { z } from 'zod';

/** Answer of `/health`: the process answers. */
export const healthSchema = z.object({ status: z.literal('ok'), version: z.string() });

/** Answer of `/ready`: 200 when everything is true, else 503. */
export const readySchema = z.object({
  isReady: z.boolean(),
  checks: z.object({ database: z.boolean(), storage: z.boolean(), queue: z.boolean() }),
});

/** Whether the process answers. */
export type Health = z.infer<typeof healthSchema>;
/** Whether the server can work. */
export type Ready = z.infer<typeof readySchema>;
