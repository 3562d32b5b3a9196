/** @file `leukoscope model join`: a locator and a refiner as one two-stage model. */
import { defineCommand } from '../framework/command.ts';
import { writeOptions } from '../framework/write-options.ts';

/** The command. */
export const command = defineCommand({
  words: 'model join',
  description: [
    'Makes one model of a locator, which finds cells on the field, and a refiner, which types and outlines each at its own scale. Both are runs of `train` (families compact-locator and compact-refiner), or weights files.',
    'What comes out is not calibrated yet: `model calibrate` does that.',
  ],
  operands: [
    { name: 'LOCATOR', help: 'folder of a run, or weights file' },
    { name: 'REFINER', help: 'folder of a run, or weights file' },
  ],
  options: {
    out: {
      kind: 'text',
      value: 'DIR',
      isRequired: true,
      help: 'where to write; must be empty or new',
    },
    name: { kind: 'text', value: 'NAME', help: 'call the model so in reports' },
    margin: {
      kind: 'number',
      value: 'FACTOR',
      least: 1,
      most: 4,
      default: 1.35,
      help: 'side of a crop over the longer side of its cell, as the refiner was trained',
    },
    largestSide: {
      kind: 'number',
      value: 'PX',
      isWhole: true,
      least: 64,
      most: 4096,
      default: 768,
      help: 'longest side of the field in a second, closer look; a multiple of 64',
    },
    passes: {
      kind: 'number',
      value: 'N',
      isWhole: true,
      least: 1,
      most: 4,
      default: 2,
      help: 'how often a cell is refined; from the second time on around its outline',
    },
    views: {
      kind: 'choice',
      choices: ['1', '2', '4', '8'],
      default: '4',
      help: 'turned views of a cell that the answer is the mean of',
    },
    ...writeOptions,
  },
  examples: [
    {
      command: 'model join runs/locator runs/refiner --out joined',
      does: 'two runs become a model',
    },
  ],
  run: async (input, context) =>
    (await import('../model/join-stages.ts')).joinStages(input, context),
});
