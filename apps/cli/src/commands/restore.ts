/** @file `leukoscope restore`: a backup into an empty data folder and database. */
import { defineCommand } from '../framework/command.ts';
import { dataOption, keyOption } from '../server/server-settings.ts';

/** The command. */
export const command = defineCommand({
  words: 'restore',
  description: [
    'Fills an empty data folder and database from a backup, checking every file against its hash and everything against the seals of the key that was used. A backup of the embedded database may be restored into PostgreSQL, and the other way round.',
  ],
  operands: [{ name: 'FOLDER', help: 'a backup' }],
  options: { ...dataOption, ...keyOption },
  examples: [
    {
      command: 'restore /backups/2026-11-20 --data ~/leukoscope-restored',
      does: 'beside the present data',
    },
  ],
  run: async (input, context) => (await import('../server/run-keep.ts')).runRestore(input, context),
});
