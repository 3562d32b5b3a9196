/** @file `leukoscope dataset duplicates`: the same picture under different names. */
import { defineCommand } from '../framework/command.ts';
import { writeOptions } from '../framework/write-options.ts';
import { pixelOptions, sourceOptions } from '../dataset/source-options.ts';

/** The command. */
export const command = defineCommand({
  words: 'dataset duplicates',
  description: [
    'Finds pictures that show the same, within a data set, between its splits and between several data sets, also when they were resized, dimmed or saved again. A pair is proposed by a perceptual hash and confirmed by comparing the pictures; crops are not found.',
    'A leak is a pair in two splits or two data sets: a model trained on one side has seen the other. With --out it writes duplicates.csv and sheets of the pairs side by side.',
  ],
  operands: [{ name: 'PATH', help: 'one or more data sets', most: Number.POSITIVE_INFINITY }],
  options: {
    out: { kind: 'text', value: 'DIR', help: 'write the list and pictures of the pairs here' },
    turned: { kind: 'flag', help: 'also find turned and mirrored copies' },
    leaksOnly: { kind: 'flag', help: 'list only pairs in different splits or data sets' },
    failOnLeak: { kind: 'flag', help: 'exit with 2 when there are leaks' },
    maxDistance: {
      kind: 'number',
      value: 'BITS',
      isWhole: true,
      least: 0,
      most: 7,
      default: 7,
      help: 'bits in which the hashes may differ',
    },
    minCorrelation: {
      kind: 'number',
      value: 'R',
      least: 0,
      most: 1,
      default: 0.985,
      help: 'least correlation of the pictures, averaged to 32 x 32',
    },
    ...sourceOptions,
    ...pixelOptions,
    ...writeOptions,
  },
  examples: [
    { command: 'dataset duplicates bccd txl-pbc', does: 'which images are in both?' },
    {
      command: 'dataset duplicates oi-pbc --turned --fail-on-leak',
      does: 'check a split before training',
    },
    { command: 'dataset duplicates a b c --out pairs', does: 'with pictures of every pair' },
  ],
  run: async (input, context) =>
    (await import('../dataset/run-duplicates.ts')).runDuplicates(input, context),
});
