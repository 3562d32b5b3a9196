/** @file `leukoscope dataset import`: what is in a folder, what is wrong with it, and the same as COCO. */
import { defineCommand } from '../framework/command.ts';
import { writeOptions } from '../framework/write-options.ts';
import { sourceOperand, sourceOptions } from '../dataset/source-options.ts';

/** The command. */
export const command = defineCommand({
  words: 'dataset import',
  description: [
    'Reads a data set of any known format, which is recognised from its files, and tells what is in it: images, cells, classes and what they are taken to mean, and every record that could not be read, with file, line and reason.',
    'With --out it is written in one form, COCO (annotations.json) with copies of the images; sets in which whole images have types, which COCO cannot hold, as CSV (annotations.csv).',
  ],
  operands: [sourceOperand],
  options: {
    ...sourceOptions,
    out: { kind: 'text', value: 'DIR', help: 'write the data set here, with its images' },
    ...writeOptions,
  },
  examples: [
    { command: 'dataset import bccd', does: 'what is in the folder bccd?' },
    { command: 'dataset import bccd --out bccd-coco', does: 'the same, written as COCO' },
    {
      command: 'dataset import labels.json --images ../pictures --format coco',
      does: 'one annotation file, images elsewhere',
    },
  ],
  run: async (input, context) =>
    (await import('../dataset/run-import.ts')).runImport(input, context),
});
