/** @file `leukoscope dataset resize`: images, boxes and masks at another size. */
import { defineCommand } from '../framework/command.ts';
import { writeOptions } from '../framework/write-options.ts';
import {
  outOption,
  pixelOptions,
  selectOptions,
  sourceOperand,
  sourceOptions,
  toOption,
} from '../dataset/source-options.ts';

/** The command. */
export const command = defineCommand({
  words: 'dataset resize',
  description: [
    'Writes a data set with images of another size; boxes and masks follow. --longer-side keeps the proportions, --size does not. --form mini is the 600 x 600 form of the interference paper, --form both writes the original form (as it is) and the mini form side by side.',
    'JPEG stays JPEG, PNG and WebP stay what they are; BMP and TIFF become PNG, which keeps every pixel.',
  ],
  operands: [sourceOperand],
  options: {
    ...outOption,
    longerSide: {
      kind: 'number',
      value: 'PIXELS',
      isWhole: true,
      least: 1,
      most: 65_535,
      help: 'length of the longer side',
    },
    size: { kind: 'text', value: 'WxH', help: 'exact size, such as 600x600' },
    form: {
      kind: 'choice',
      choices: ['mini', 'both'],
      help: 'forms of the interference paper: mini is 600 x 600',
    },
    quality: {
      kind: 'number',
      value: 'N',
      isWhole: true,
      least: 1,
      most: 100,
      default: 95,
      help: 'of JPEG and WebP files',
    },
    ...toOption,
    ...selectOptions,
    ...sourceOptions,
    ...pixelOptions,
    ...writeOptions,
  },
  examples: [
    { command: 'dataset resize bcisc --longer-side 512 --out bcisc-512', does: 'proportions kept' },
    { command: 'dataset resize bcisc --form both --out forms', does: 'original and mini forms' },
    { command: 'dataset resize bccd --size 320x240 --to yolo --out small', does: 'and as YOLO' },
  ],
  run: async (input, context) =>
    (await import('../dataset/run-resize.ts')).runResize(input, context),
});
