/** @file `leukoscope backup`: everything that is stored, into a new folder. */
import { defineCommand } from '../framework/command.ts';
import { dataOption } from '../server/server-settings.ts';

/** The command. */
export const command = defineCommand({
  words: 'backup',
  description: [
    'Writes all tables as lines of JSON and all images into a new folder: one moment of everything. With PostgreSQL servers may go on working meanwhile; the embedded database serves one process, so stop the server first.',
  ],
  operands: [{ name: 'FOLDER', help: 'where to write; must be new or empty' }],
  options: dataOption,
  examples: [{ command: 'backup /backups/2026-11-20', does: 'what is in ~/.leukoscope' }],
  run: async (input, context) => (await import('../server/run-keep.ts')).runBackup(input, context),
});
