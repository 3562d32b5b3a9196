/** @file `leukoscope weights convert`: a weights file as safetensors. */
import { defineCommand } from '../framework/command.ts';
import { writeOptions } from '../framework/write-options.ts';
import { weightsOperand, weightsOptions } from '../weights/weights-options.ts';

/** The command. */
export const command = defineCommand({
  words: 'weights convert',
  description: [
    'Writes the tensors of a weights file of any readable format as safetensors, names and numbers unchanged.',
  ],
  operands: [weightsOperand],
  options: {
    out: { kind: 'text', value: 'FILE', isRequired: true, help: 'safetensors file to write' },
    float32: { kind: 'flag', help: 'write all floating-point tensors as float32' },
    ...weightsOptions,
    ...writeOptions,
  },
  examples: [
    { command: 'weights convert resnet50.pth --out resnet50.safetensors', does: 'from PyTorch' },
    {
      command: 'weights convert run.pth --path ema,state_dict --out ema.safetensors',
      does: 'one of several dicts in a checkpoint',
    },
  ],
  run: async (input, context) =>
    (await import('../weights/run-weights.ts')).runConvert(input, context),
});
