/** @file `leukoscope predict`: a model's answers on a data set. */
import { exportNames, sourceOperand, sourceOptions } from '../dataset/source-options.ts';
import { defineCommand } from '../framework/command.ts';
import { writeOptions } from '../framework/write-options.ts';
import { fuseOption, modelOperand, runOptions } from '../model/model-options.ts';

/** The command. */
export const command = defineCommand({
  words: 'predict',
  description: [
    'Runs a model on every image of a data set and writes what it says, in a format that `evaluate` reads beside the ground truth. Unlike `analyze` it counts nothing and draws nothing.',
    'Cells come with boxes, and with masks where the model has them; --to class-masks makes class maps of them. A classifier types whole pictures, one cell each, into probabilities.csv; with --as cells it types what the model in front of it finds.',
  ],
  operands: [modelOperand, { ...sourceOperand, name: 'DATASET' }],
  options: {
    out: {
      kind: 'text',
      value: 'DIR',
      isRequired: true,
      help: 'where to write; must be empty or new',
    },
    as: {
      kind: 'choice',
      choices: ['cells', 'types'],
      help: 'cells in their places, or one type a picture (default: types for classifiers)',
    },
    cell: {
      kind: 'choice',
      choices: ['middle', 'top'],
      help: 'which cell decides the type of a picture, of a detector with --as types: the surest over the middle (default), or the surest of all',
    },
    to: {
      kind: 'choice',
      choices: exportNames,
      default: 'coco',
      help: 'format of cells; COCO alone holds scores and probabilities',
    },
    types: {
      kind: 'choice',
      choices: ['five', 'eleven', 'fine'],
      default: 'fine',
      help: 'how fine the types are',
    },
    score: {
      kind: 'number',
      value: '0..1',
      least: 0,
      most: 1,
      help: "leave out cells below this score (default the model's own; 0.05 for whole curves)",
    },
    split: { kind: 'texts', value: 'NAME', help: 'take the images of this split only' },
    ...fuseOption,
    ...runOptions,
    ...sourceOptions,
    ...writeOptions,
  },
  examples: [
    {
      command: 'predict compact bccd --out found --score 0.05',
      does: 'cells of a data set; then: evaluate found/detections.json bccd',
    },
    { command: 'predict runs/unet cells --to class-masks --out maps', does: 'class maps' },
    { command: 'predict runs/resnet marrow --out typed', does: 'one type a picture' },
    {
      command: 'predict runs/ssd cells --as types --cell top --out typed',
      does: 'the top box of a detector decides the type of a picture',
    },
  ],
  run: async (input, context) =>
    (await import('../predict/run-predict.ts')).runPredict(input, context),
});
