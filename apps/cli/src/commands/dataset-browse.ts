/** @file `leukoscope dataset browse`: contact sheets of images or of single cells. */
import { defineCommand } from '../framework/command.ts';
import { writeOptions } from '../framework/write-options.ts';
import {
  outOption,
  pixelOptions,
  selectOptions,
  sourceOperand,
  sourceOptions,
} from '../dataset/source-options.ts';

/** The command. */
export const command = defineCommand({
  words: 'dataset browse',
  description: [
    'Draws contact sheets (sheet-001.png, ...) of the images of a data set with their boxes and masks in the colours of their types, or with --cells of every single cell, sorted by class.',
    'Of large sets as many pictures as --limit says are drawn, chosen evenly over the whole set.',
  ],
  operands: [sourceOperand],
  options: {
    ...outOption,
    cells: { kind: 'flag', help: 'draw single cells, sorted by class, instead of images' },
    limit: {
      kind: 'number',
      value: 'N',
      isWhole: true,
      least: 0,
      default: 240,
      help: 'draw at most so many pictures; 0 draws all',
    },
    perSheet: {
      kind: 'number',
      value: 'N',
      isWhole: true,
      least: 1,
      most: 1000,
      help: 'pictures on a sheet (default 24, with --cells 96)',
    },
    columns: {
      kind: 'number',
      value: 'N',
      isWhole: true,
      least: 1,
      most: 100,
      help: 'pictures in a row (default 4, with --cells 12)',
    },
    size: {
      kind: 'number',
      value: 'PIXELS',
      isWhole: true,
      least: 32,
      most: 2000,
      help: 'side of each picture on the sheet (default 360, with --cells 112)',
    },
    boxes: {
      kind: 'choice',
      choices: ['without-mask', 'always', 'never'],
      default: 'without-mask',
      help: 'which cells are drawn with a box',
    },
    labels: {
      kind: 'choice',
      choices: ['few', 'all', 'none'],
      default: 'few',
      help: 'names at cells: always, never, or where at most six cells have room for them',
    },
    ...selectOptions,
    ...sourceOptions,
    ...pixelOptions,
    ...writeOptions,
  },
  examples: [
    { command: 'dataset browse bcisc --out sheets', does: 'images with outlines' },
    { command: 'dataset browse oi-pbc --cells --limit 400 --out cells', does: 'cells by class' },
    { command: 'dataset browse bccd --class WBC --boxes always --out wbc', does: 'one class only' },
  ],
  run: async (input, context) =>
    (await import('../dataset/run-browse.ts')).runBrowse(input, context),
});
