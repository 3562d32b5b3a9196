/** @file `leukoscope model list`: what there is to run and to train. */
import { defineCommand } from '../framework/command.ts';

/** The command. */
export const command = defineCommand({
  words: 'model list',
  description: [
    'Lists the models that ship, which `analyze` and `predict` take by name, and the families of networks, which are trained. For a program, --json says family, task, presets and the weights that ship of each.',
  ],
  operands: [],
  options: {},
  examples: [
    { command: 'model list', does: 'models and families' },
    { command: 'model list --json', does: 'for a program' },
  ],
  run: async () => (await import('../model/list-models.ts')).listModels(),
});
