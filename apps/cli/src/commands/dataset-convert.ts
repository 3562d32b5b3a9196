/** @file `leukoscope dataset convert`: a data set in another format. */
import { defineCommand } from '../framework/command.ts';
import { writeOptions } from '../framework/write-options.ts';
import {
  classOptions,
  exportNames,
  outOption,
  selectOptions,
  sourceOperand,
  sourceOptions,
} from '../dataset/source-options.ts';

/** The command. */
export const command = defineCommand({
  words: 'dataset convert',
  description: [
    'Writes a data set in another format. Class names, ids, order and splits survive; what the new format cannot hold is listed with counts. Types can be renamed (--map) or made as coarse as a taxonomy (--taxonomy) on the way.',
  ],
  operands: [sourceOperand],
  options: {
    to: { kind: 'choice', choices: exportNames, isRequired: true, help: 'the format to write' },
    ...outOption,
    copy: {
      kind: 'choice',
      choices: ['images', 'nothing'],
      default: 'images',
      help: 'what to copy beside the annotations',
    },
    ...selectOptions,
    ...classOptions,
    ...sourceOptions,
    ...writeOptions,
  },
  examples: [
    { command: 'dataset convert bccd --to yolo --out bccd-yolo', does: 'Pascal VOC to YOLO' },
    {
      command: 'dataset convert oi-pbc --to coco --taxonomy five --out oi-five',
      does: 'twelve kinds to the five types',
    },
    {
      command: 'dataset convert bcisc --to voc --split train --copy nothing --out xml',
      does: 'only the annotations of one split',
    },
  ],
  run: async (input, context) =>
    (await import('../dataset/run-convert.ts')).runConvert(input, context),
});
