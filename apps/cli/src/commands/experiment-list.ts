/** @file `leukoscope experiment list`: what experiments there are, and how far they are. */
import { defineCommand } from '../framework/command.ts';

/** The command. */
export const command = defineCommand({
  words: 'experiment list',
  description: ['Lists the experiments in a folder, with their runs and how many are finished.'],
  operands: [
    { name: 'DIR', help: 'folder of experiments (default: experiments)', least: 0, most: 1 },
  ],
  options: {},
  examples: [{ command: 'experiment list', does: 'those of this repository' }],
  run: async (input, context) =>
    (await import('../experiment/run-experiment.ts')).runList(input, context),
});
