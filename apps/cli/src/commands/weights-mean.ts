/** @file `leukoscope weights mean`: the mean of the weights of several runs. */
import { defineCommand } from '../framework/command.ts';
import { writeOptions } from '../framework/write-options.ts';

/** The command. */
export const command = defineCommand({
  words: 'weights mean',
  description: [
    'Averages the weights of runs that began from the same weights: often as good as asking all of them, at the cost of one. Give folders of runs or weights files.',
    'The file can begin another run (`initial` of a recipe), or be a stage of a model (`model join`).',
  ],
  operands: [{ name: 'WEIGHTS', help: 'folders of runs, or weights files', least: 2, most: 100 }],
  options: {
    out: { kind: 'text', value: 'FILE', isRequired: true, help: 'safetensors file to write' },
    ...writeOptions,
  },
  examples: [
    {
      command: 'weights mean runs/refiner runs/refiner-twin --out refiner.safetensors',
      does: 'of two runs',
    },
  ],
  run: async (input, context) => (await import('../weights/run-mean.ts')).runMean(input, context),
});
