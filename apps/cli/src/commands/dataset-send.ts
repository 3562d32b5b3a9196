/** @file `leukoscope dataset send`: puts a labelled data set into a server as cases. */
import { serverOptions, sourceOperand, sourceOptions } from '../dataset/source-options.ts';
import { defineCommand } from '../framework/command.ts';

/** The command. */
export const command = defineCommand({
  words: 'dataset send',
  description: [
    'Makes cases of a data set on a server: one for each slide that the data name, else one for all pictures. The server analyses them with its own model; then each label confirms, changes or adds the cell that it is about. These reviews are yours, with the data set and its author of the label as the reason. What `dataset fetch` took out of a server goes into another this way.',
    'Cells that the model finds beside the labels stay unseen, for a person to look at; nothing is signed. A label that says no more than "leukocyte" confirms no type.',
    'After a break the same command goes on: pictures that a case holds are not sent again, and cells that somebody has seen stay as they are.',
    'The server asks for an API key of somebody who may review.',
  ],
  operands: [
    sourceOperand,
    { name: 'SERVER', help: 'address of the server, http://127.0.0.1:8642' },
  ],
  options: {
    ...serverOptions,
    together: {
      kind: 'text',
      value: 'PATTERN',
      help: "a regular expression on a picture's path whose first group names its case; by default the slide",
    },
    prefix: {
      kind: 'text',
      value: 'TEXT',
      default: '',
      help: 'put before the numbers of the cases',
    },
    withoutLabels: { kind: 'flag', help: 'send pictures only' },
    ...sourceOptions,
  },
  examples: [
    {
      command: 'dataset send corrections http://127.0.0.1:8642',
      does: 'cases, pictures and labels',
    },
    {
      command:
        "dataset send raabin https://smears.example --key-file key.txt --together '^[^/]+/([^_]+)_' --prefix R-",
      does: 'slides that are named in file names, as cases R-...',
    },
  ],
  run: async (input, context) => (await import('../dataset/run-send.ts')).runSend(input, context),
});
