/** @file `leukoscope dataset fetch`: takes what a laboratory signed out of its server, as a data set. */
import { outOption, serverOptions } from '../dataset/source-options.ts';
import { defineCommand } from '../framework/command.ts';
import { writeOptions } from '../framework/write-options.ts';

/** The command. */
export const command = defineCommand({
  words: 'dataset fetch',
  description: [
    'Fetches the signed cases of a server as a data set in COCO: the pictures as they were uploaded, and every cell that a person has seen, with its type, box and outline. Beside each cell stands who saw it last and when, what the model had called it, and everything that was done to it before (who, when, from what to what, why).',
    'Cells that were left without a type are counted and left out. Patients are numbered, not named; names of reviewers and numbers of cases are written. The folder is read by every command that reads a data set, adapt and train among them.',
    'The server asks for an API key: an administrator makes one under Accounts (a viewer’s is enough).',
  ],
  operands: [{ name: 'SERVER', help: 'address of the server, http://127.0.0.1:8642' }],
  options: {
    ...outOption,
    ...serverOptions,
    case: { kind: 'texts', value: 'NUMBER', help: 'take the case of this number only' },
    ...writeOptions,
  },
  examples: [
    {
      command: 'dataset fetch http://127.0.0.1:8642 --out corrections',
      does: 'pictures and annotations.json',
    },
    {
      command: 'dataset fetch https://smears.example --key-file key.txt --case S-17 --out s-17',
      does: 'one case of a server where people sign in',
    },
  ],
  run: async (input, context) => (await import('../dataset/run-fetch.ts')).runFetch(input, context),
});
