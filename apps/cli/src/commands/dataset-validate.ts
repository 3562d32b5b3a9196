/** @file `leukoscope dataset validate`: everything that looks wrong, to work through. */
import { defineCommand } from '../framework/command.ts';
import { sourceOperand, sourceOptions } from '../dataset/source-options.ts';

/** The command. */
export const command = defineCommand({
  words: 'dataset validate',
  description: [
    'Lists what looks wrong in a data set; nothing is changed. Errors would spoil training or measuring (images missing or of another size, boxes beyond the image, empty masks, a slide or patient in two splits); warnings are probably mistakes (tiny or repeated boxes, unknown or unused classes, images without annotations). The exit code is 2 when there are errors or records that could not be read.',
  ],
  operands: [sourceOperand],
  options: {
    smallestSide: {
      kind: 'number',
      value: 'PIXELS',
      least: 0,
      default: 3,
      help: 'boxes with a shorter side are reported',
    },
    strict: { kind: 'flag', help: 'count warnings as errors' },
    ...sourceOptions,
  },
  examples: [
    { command: 'dataset validate bccd', does: 'what is wrong with it?' },
    { command: 'dataset validate bccd --verbose', does: 'every single problem' },
    { command: 'dataset validate bccd --strict --json', does: 'for an automatic check' },
  ],
  run: async (input, context) =>
    (await import('../dataset/run-validate.ts')).runValidate(input, context),
});
