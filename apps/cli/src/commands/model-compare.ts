/** @file `leukoscope model compare`: is a model better than the one that it would replace? */
import { defineCommand } from '../framework/command.ts';
import { namedCellOptions, sourceOptions } from '../dataset/source-options.ts';
import { runOptions } from '../model/model-options.ts';

/** The command. */
export const command = defineCommand({
  words: 'model compare',
  description: [
    'Lets two models look at the same pictures and counts, cell by cell, which of them names the labelled cells rightly. Cells that are not found are wrong.',
    'The candidate is better when it wins more of the cells here than it loses, by more than chance (McNemar), and when on cells of known laboratories, which --there names, it loses at most 1 %, and of no kind that nobody named here more than 10 %: the rules of adapt, for models of any kind. Else the exit code is 2 and the reasons are printed.',
    'Give it pictures that trained neither model and chose nothing. For research use only, not for diagnosis.',
  ],
  operands: [
    { name: 'PARENT', help: 'the model that is used: a name, or a folder or file of a model' },
    { name: 'CANDIDATE', help: 'the model that might replace it' },
  ],
  options: {
    here: {
      kind: 'texts',
      value: 'DATASET',
      help: 'folder or annotation file of cells with types for which the candidate was made',
    },
    there: {
      kind: 'texts',
      value: 'DATASET',
      help: 'the same of laboratories that the parent knows',
    },
    ...namedCellOptions,
    ...sourceOptions,
    ...runOptions,
  },
  examples: [
    {
      command: 'model compare compact mine-model --here apart/ --there pbc/',
      does: 'may mine-model replace compact?',
    },
  ],
  run: async (input, context) =>
    (await import('../model/compare-models.ts')).compareTwoModels(input, context),
});
