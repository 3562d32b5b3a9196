/** @file `leukoscope model fuse`: several models as one. */
import { defineCommand } from '../framework/command.ts';
import { writeOptions } from '../framework/write-options.ts';
import { fuseChoice, modelOperand } from '../model/model-options.ts';

/** The command. */
export const command = defineCommand({
  words: 'model fuse',
  description: [
    'Makes one model of several, which `analyze`, `predict`, `serve` and the workbench then take as any other. Its description names the members and their hashes; models that ship by name, others by their place, so those must stay where they are.',
    'Models over unlike classes join on the coarser ones.',
  ],
  operands: [{ ...modelOperand, help: 'two or more models with commas, such as a,b,c' }],
  options: {
    fuse: { ...fuseChoice, default: 'majority' },
    score: {
      kind: 'number',
      value: 'SHARE',
      least: 0,
      most: 1,
      default: 0.3,
      help: 'a finding counts from this score; `model calibrate` fits it',
    },
    out: {
      kind: 'text',
      value: 'DIR',
      isRequired: true,
      help: 'where to write; must be empty or new',
    },
    name: { kind: 'text', value: 'NAME', help: 'call the model so in reports' },
    ...writeOptions,
  },
  examples: [
    {
      command: 'model fuse compact,runs/a,runs/b --out three --name three',
      does: 'then: analyze --model three smears/',
    },
  ],
  run: async (input, context) =>
    (await import('../model/fuse-models.ts')).fuseModels(input, context),
});
