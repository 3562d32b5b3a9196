/** @file `leukoscope verify-data`: is everything as it was stored? */
import { defineCommand } from '../framework/command.ts';
import { dataOption } from '../server/server-settings.ts';

/** The command. */
export const command = defineCommand({
  words: 'verify-data',
  description: [
    'Checks the seals of every history, of accounts and settings, every row that they answer for, every image against its hash and every page of the database against its checksum, and lists what was changed behind the server’s back or is damaged. Makes and changes nothing. Exit code 2 when there is anything.',
    'A whole data folder that was put back to an earlier day is whole. With --anchor the ends of all histories are compared with those of a file that is kept elsewhere, and written there when nothing was found.',
  ],
  operands: [],
  options: {
    ...dataOption,
    anchor: {
      kind: 'text',
      value: 'FILE',
      help: 'file with the ends of all histories, on another machine or medium; made when it is not there',
    },
  },
  examples: [
    { command: 'verify-data', does: 'what is in ~/.leukoscope; stop the server first' },
    {
      command: 'verify-data --anchor /mnt/safe/anchor.json',
      does: 'has it gone on since the last check?',
    },
  ],
  run: async (input, context) =>
    (await import('../server/run-keep.ts')).runVerifyData(input, context),
});
