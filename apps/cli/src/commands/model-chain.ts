/** @file `leukoscope model chain`: two classifiers as one, the second for what the first confuses. */
import { defineCommand } from '../framework/command.ts';
import { writeOptions } from '../framework/write-options.ts';
import { modelOperand } from '../model/model-options.ts';

/** The command. */
export const command = defineCommand({
  words: 'model chain',
  description: [
    "Puts two classifiers together as the marrow paper's dual-stage CNN: where GLOBAL says one of the classes of LOCAL, LOCAL decides between them. Both take the same input; LOCAL tells a few of GLOBAL's classes apart.",
    'What is written is a model as any other: it types pictures of single cells, and in fields the cells that its locator finds.',
  ],
  operands: [
    { ...modelOperand, name: 'GLOBAL' },
    { ...modelOperand, name: 'LOCAL' },
  ],
  options: {
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
      command: 'model chain runs/global runs/local --out dual-stage --name dual-stage',
      does: 'then: predict dual-stage marrow --out typed',
    },
  ],
  run: async (input, context) =>
    (await import('../model/chain-models.ts')).chainModels(input, context),
});
