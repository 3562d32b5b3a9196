/** @file `leukoscope experiment robustness`: a model under the interference paper's factors. */
import {
  outOption,
  pixelOptions,
  seedOption,
  sourceOperand,
  sourceOptions,
} from '../dataset/source-options.ts';
import { defineCommand } from '../framework/command.ts';
import { writeOptions } from '../framework/write-options.ts';
import { fuseOption, modelOperand, runOptions } from '../model/model-options.ts';

/** The command. */
export const command = defineCommand({
  words: 'experiment robustness',
  description: [
    'Puts each factor of the interference paper on the pictures of a labelled data set, in five grades, runs a model on them and on the clean ones, and says what is lost: AP, the share of leukocytes that are found with the right type, and pictures in which something that is none is taken for a leukocyte.',
    "Answers the paper's four questions from it, with 95 % limits: cells of overly stained pictures, cells that overlap, debris taken for leukocytes, cells of which a quarter to a half is in view.",
  ],
  operands: [modelOperand, { ...sourceOperand, name: 'DATASET' }],
  options: {
    ...outOption,
    factor: {
      kind: 'choices',
      choices: [
        'colour-cast',
        'low-illumination',
        'giant-platelets',
        'defocus',
        'debris',
        'overlapping-leukocytes',
        'degenerated-cells',
        'ph-high',
        'ph-low',
        'incomplete-cells',
      ],
      help: 'these factors only (default: all)',
    },
    score: {
      kind: 'number',
      value: '0..1',
      least: 0,
      most: 1,
      default: 0.5,
      help: 'count findings from this score on; AP takes all',
    },
    split: { kind: 'texts', value: 'NAME', help: 'take the images of this split only' },
    ...seedOption,
    ...fuseOption,
    ...runOptions,
    ...sourceOptions,
    ...pixelOptions,
    ...writeOptions,
  },
  examples: [
    {
      command: 'experiment robustness compact bcisc --split test --out robustness',
      does: 'all factors, five grades',
    },
    {
      command: 'experiment robustness a,b,c bcisc --fuse majority --factor debris,ph-high --out r',
      does: 'an ensemble under two factors',
    },
  ],
  run: async (input, context) =>
    (await import('../experiment/run-robustness.ts')).runRobustness(input, context),
});
