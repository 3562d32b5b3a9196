/** @file `leukoscope dataset stats`: what a data set holds, as tables, figures and one page. */
import { defineCommand } from '../framework/command.ts';
import { writeOptions } from '../framework/write-options.ts';
import {
  classOptions,
  pixelOptions,
  selectOptions,
  sourceOperand,
  sourceOptions,
} from '../dataset/source-options.ts';

/** The command. */
export const command = defineCommand({
  words: 'dataset stats',
  description: [
    'Counts images, cells by type, sizes of boxes, cells per image, and images and cells by split, slide, patient, image size and interference factor.',
    'With --out it writes statistics.html (one page that needs nothing else, with examples of every class), statistics.json, and each figure as SVG, PNG and CSV.',
  ],
  operands: [sourceOperand],
  options: {
    out: { kind: 'text', value: 'DIR', help: 'write page, figures and tables here' },
    examples: {
      kind: 'number',
      value: 'N',
      isWhole: true,
      least: 0,
      most: 40,
      default: 8,
      help: 'example pictures of each class on the page',
    },
    ...selectOptions,
    ...classOptions,
    ...sourceOptions,
    ...pixelOptions,
    ...writeOptions,
  },
  examples: [
    { command: 'dataset stats oi-pbc', does: 'tables on the screen' },
    { command: 'dataset stats oi-pbc --out oi-pbc-stats', does: 'page and figures in a folder' },
    {
      command: 'dataset stats oi-pbc --taxonomy five --split train',
      does: 'one split, five types',
    },
  ],
  run: async (input, context) => (await import('../dataset/run-stats.ts')).runStats(input, context),
});
