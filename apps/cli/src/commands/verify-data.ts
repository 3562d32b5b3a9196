/** @file `leukoscope verify-data`: is everything as it was stored? */
import { defineCommand } from '../framework/command.ts';
import { dataOption } from '../server/server-settings.ts';

/** The command. */
export const command = defineCommand({
  words: 'verify-data',
  description: [
    'Checks the chain of every history, every signed version and every image against its hash, and lists what was changed behind the server’s back. Exit code 2 when there is anything.',
  ],
  operands: [],
  options: dataOption,
  examples: [{ command: 'verify-data', does: 'what is in ~/.leukoscope; stop the server first' }],
  run: async (input, context) =>
    (await import('../server/run-keep.ts')).runVerifyData(input, context),
});
