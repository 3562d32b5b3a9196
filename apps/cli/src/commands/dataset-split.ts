/** @file `leukoscope dataset split`: train, val and test, or folds. */
import { defineCommand } from '../framework/command.ts';
import { writeOptions } from '../framework/write-options.ts';
import {
  outOption,
  seedOption,
  sourceOperand,
  sourceOptions,
  toOption,
} from '../dataset/source-options.ts';

/** The command. */
export const command = defineCommand({
  words: 'dataset split',
  description: [
    'Divides the images of a data set, stratified by class: every split gets the same mix of types as far as possible. Images that belong together (one slide, one patient, neighbours that may show the same cell) stay together with --group-by.',
    'Written are splits.csv (file, split) and the annotations of each split: as COCO annotations_train.json and so on, which refer to the images where they lie; in other formats, or with --copy images, a folder for each split. With --folds each fold is a folder with its train and val, and splits.csv has one column a fold.',
  ],
  operands: [sourceOperand],
  options: {
    ...outOption,
    ratio: {
      kind: 'text',
      value: 'SHARES',
      default: 'train=7,val=1,test=2',
      help: 'names and shares; they need not sum to 1',
    },
    names: {
      kind: 'texts',
      value: 'NAME=REGEX',
      help: 'instead of shares: images whose path matches the expression, the first that does; others are left out',
    },
    folds: {
      kind: 'number',
      value: 'K',
      isWhole: true,
      least: 2,
      help: 'make K folds instead of splits by shares',
    },
    groupBy: {
      kind: 'text',
      value: 'WHAT',
      help: 'what stays together: slide, patient, block:N (N neighbours by name), folder, or name:REGEX (the first group of the expression in the file name)',
    },
    plain: { kind: 'flag', help: 'do not stratify by class' },
    ...seedOption,
    ...toOption,
    copy: {
      kind: 'choice',
      choices: ['nothing', 'images'],
      default: 'nothing',
      help: 'what to copy beside the annotations',
    },
    ...sourceOptions,
    ...writeOptions,
  },
  examples: [
    { command: 'dataset split bccd --out bccd-split', does: '7 : 1 : 2, stratified' },
    {
      command: 'dataset split bcisc --ratio train=4,test=1 --group-by slide --out parts',
      does: 'no slide on both sides',
    },
    {
      command: "dataset split bcisc --names 'tuning=_4-' --names 'reporting=_7-' --out halves",
      does: 'by what the files are called',
    },
    {
      command: 'dataset split marrow --folds 5 --group-by block:10 --seed 3 --out folds',
      does: 'five folds, neighbours together',
    },
  ],
  run: async (input, context) => (await import('../dataset/run-split.ts')).runSplit(input, context),
});
