/** @file `leukoscope experiment report`: table, figures, significance. */
import { defineCommand } from '../framework/command.ts';
import { experimentOperand, runsOption } from '../experiment/experiment-options.ts';

/** The command. */
export const command = defineCommand({
  words: 'experiment report',
  description: [
    'Writes README.md (the question, the table with the numbers of the paper beside ours, what differs, whether the variants differ by more than chance), results.json and the figures of an experiment. Unfinished runs are named and left out.',
  ],
  operands: [experimentOperand],
  options: {
    ...runsOption,
    out: {
      kind: 'text',
      value: 'DIR',
      help: 'folder to write into (default: that of the experiment); an older report there is replaced',
    },
  },
  examples: [{ command: 'experiment report pretrain', does: 'into experiments/pretrain' }],
  run: async (input, context) =>
    (await import('../experiment/run-experiment.ts')).runReport(input, context),
});
