/** @file `leukoscope experiment run`: every run that is missing or unfinished. */
import { defineCommand } from '../framework/command.ts';
import { experimentOperand, runsOption } from '../experiment/experiment-options.ts';

/** The command. */
export const command = defineCommand({
  words: 'experiment run',
  description: [
    'Trains the runs of an experiment one after another: each variant in each fold, with each seed. Finished runs are left as they are, unfinished ones go on, so that the same command goes on after Ctrl-C or a crash.',
    'A run whose recipe is not that of the experiment any more is refused: remove its folder to train it anew.',
  ],
  operands: [experimentOperand],
  options: {
    data: { kind: 'texts', value: 'NAME=DIR', help: 'where a data set of the recipe lies' },
    only: { kind: 'texts', value: 'VARIANT', help: 'this variant only' },
    ...runsOption,
    threads: { kind: 'number', value: 'N', isWhole: true, least: 1, help: 'of the network' },
    workers: {
      kind: 'number',
      value: 'N',
      isWhole: true,
      least: 0,
      default: 2,
      help: 'threads that read and augment pictures; the result does not depend on it',
    },
  },
  examples: [
    { command: 'experiment run pretrain --data bcisc=/data/bcisc', does: 'all that is missing' },
  ],
  run: async (input, context) =>
    (await import('../experiment/run-experiment.ts')).runRuns(input, context),
});
