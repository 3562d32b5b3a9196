/** @file `leukoscope model show`: a model's card and settings, or a family's configuration. */
import { defineCommand } from '../framework/command.ts';

/** The command. */
export const command = defineCommand({
  words: 'model show',
  description: [
    'Prints what a model is: its description, the sizes of its networks, what it was trained from, and its card. Of a family of networks (`model list`) it prints the configuration of a preset and the recipe that training takes when nobody says otherwise.',
  ],
  operands: [
    {
      name: 'NAME',
      help: 'a model that ships, a description, an ONNX file, the folder of a training run, or a family',
    },
  ],
  options: {
    preset: {
      kind: 'text',
      value: 'NAME',
      help: 'the configuration of a family to print: tiny, slim or paper (default slim); with it a name is a family, where a model that ships has the same',
    },
  },
  examples: [
    { command: 'model show compact', does: 'the model that ships' },
    { command: 'model show runs/unet', does: 'what a training run gave' },
    { command: 'model show resnet --preset paper', does: 'the configuration as published' },
  ],
  run: async (input) => (await import('../model/show-model.ts')).showModel(input),
});
