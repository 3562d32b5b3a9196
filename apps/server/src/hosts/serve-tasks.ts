/** @file The child's side of a host pool: take tasks one after the other, answer results and errors. */
import { flushCompileCache } from 'node:module';
import { LeukoscopeError, messageOf } from '@leukoscope/core';
import { z } from 'zod';

const taskSchema = z.object({ task: z.unknown() });

/** Serve tasks until the parent is gone. */
export function serveTasks(
  handle: (task: unknown, onProgress: (progress: unknown) => void) => Promise<unknown>,
): void {
  // A parent that has just been killed hears nothing; `disconnect` ends this process too.
  const send = (message: object) => process.send?.(message, undefined, undefined, () => {});
  process.on('message', (raw) => {
    const { task } = taskSchema.parse(raw);
    handle(task, (progress) => send({ kind: 'progress', progress })).then(
      (result) => send({ kind: 'result', result }),
      (error: unknown) =>
        send({
          kind: 'error',
          code: error instanceof LeukoscopeError ? error.code : null,
          message: messageOf(error),
        }),
    );
  });
  // A pool ends its processes without asking: what was compiled is kept now, where it is kept at all.
  flushCompileCache();
  // A parent that was killed leaves no orphan behind.
  process.on('disconnect', () => process.exit(0));
}
