/** @file `leukoscope worker`: analyse for servers that share a PostgreSQL. */
import { defineCommand } from '../framework/command.ts';
import { dataOption, workersOption } from '../server/server-settings.ts';

/** The command. */
export const command = defineCommand({
  words: 'worker',
  description: [
    'Takes analyses from the queue of a PostgreSQL (DATABASE_URL) that servers share, on this or another machine. It needs the same image files and the same models as they have. A worker that dies loses nothing: another one repeats what it had begun.',
  ],
  operands: [],
  options: { ...dataOption, ...workersOption },
  examples: [
    { command: 'worker --workers 2', does: 'two analyses at a time; DATABASE_URL is set' },
    { command: 'worker --data /mnt/leukoscope', does: 'images on a network file system' },
  ],
  run: async (input, context) =>
    (await import('../server/run-worker.ts')).runWorker(input, context),
});
