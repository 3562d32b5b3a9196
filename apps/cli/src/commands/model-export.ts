/** @file `leukoscope model export`: a model as files that run anywhere. */
import { defineCommand } from '../framework/command.ts';
import { writeOptions } from '../framework/write-options.ts';
import { modelOperand } from '../model/model-options.ts';

/** The command. */
export const command = defineCommand({
  words: 'model export',
  description: [
    'Writes the networks of a model as ONNX, with a description (model.json) that `analyze`, `predict` and the server open. A model of one network also carries its description inside the ONNX file, so that the file alone is a model.',
    '--to float16 halves the files. --to int8 makes them a quarter, and two to four times faster on processors; it needs --images, pictures such as the model will see, to learn the ranges of its values from. How far the answers of the smaller network are from the float one is printed.',
    'A description of before format 2 is renewed by exporting it.',
  ],
  operands: [modelOperand],
  options: {
    out: {
      kind: 'text',
      value: 'DIR',
      isRequired: true,
      help: 'where to write; must be empty or new',
    },
    to: {
      kind: 'choice',
      choices: ['float', 'float16', 'int8'],
      default: 'float',
      help: 'numbers of the networks',
    },
    images: {
      kind: 'text',
      value: 'DATASET',
      help: 'pictures to calibrate 8 bits on, and to compare on',
    },
    count: {
      kind: 'number',
      value: 'N',
      isWhole: true,
      least: 1,
      default: 64,
      help: 'take so many pictures of it',
    },
    exclude: {
      kind: 'texts',
      value: 'NAME',
      help: 'keep layers whose names begin so in float (head, stem)',
    },
    network: {
      kind: 'texts',
      value: 'NAME',
      help: 'convert only this network of the model (locator, refiner); others stay as they are',
    },
    name: { kind: 'text', value: 'NAME', help: 'call the model so in reports' },
    ...writeOptions,
  },
  examples: [
    { command: 'model export runs/unet --out unet', does: 'ONNX in float' },
    {
      command: 'model export runs/unet --to int8 --images cells --out unet-int8',
      does: 'in 8 bits',
    },
    { command: 'model export old.json --out renewed', does: 'renew a description' },
  ],
  run: async (input, context) =>
    (await import('../model/export-model.ts')).exportModel(input, context),
});
