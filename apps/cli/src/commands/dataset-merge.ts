/** @file `leukoscope dataset merge`: several annotators' work on the same images. */
import { defineCommand } from '../framework/command.ts';
import { writeOptions } from '../framework/write-options.ts';
import { outOption, pixelOptions, sourceOptions, toOption } from '../dataset/source-options.ts';

/** The command. */
export const command = defineCommand({
  words: 'dataset merge',
  description: [
    'Joins what several people marked on the same images. Cells are matched by overlap; those on whose type all agree and that enough people marked are kept with the average box. Cells whose types disagree, or that too few people marked, are taken out and listed in disputed.csv with every opinion, and drawn on sheets to decide about.',
    'Types are compared by meaning, so that "SNE" agrees with "Segmented neutrophil". Images that not everybody had are left out and listed.',
  ],
  operands: [
    {
      name: 'PATH',
      help: 'the data set of each annotator, two or more',
      least: 2,
      most: Number.POSITIVE_INFINITY,
    },
  ],
  options: {
    ...outOption,
    authors: {
      kind: 'text',
      value: 'A,B,C',
      help: 'names of the annotators in order (default: the names of the folders or files)',
    },
    iou: {
      kind: 'number',
      value: 'IOU',
      least: 0.05,
      most: 1,
      default: 0.5,
      help: 'least overlap of boxes of one cell',
    },
    minimumAuthors: {
      kind: 'number',
      value: 'N',
      isWhole: true,
      least: 1,
      help: 'how many must have marked a cell (default: more than half)',
    },
    ...toOption,
    copy: {
      kind: 'choice',
      choices: ['images', 'nothing'],
      default: 'images',
      help: 'what to copy beside the annotations (images of the first annotator)',
    },
    ...sourceOptions,
    ...pixelOptions,
    ...writeOptions,
  },
  examples: [
    {
      command: 'dataset merge anna ben cara --out agreed',
      does: 'three annotators; two of three must have marked a cell',
    },
    {
      command:
        'dataset merge a.json b.json c.json --images pictures --minimum-authors 3 --out agreed',
      does: 'COCO files for one folder of images; all three must agree',
    },
  ],
  run: async (input, context) => (await import('../dataset/run-merge.ts')).runMerge(input, context),
});
