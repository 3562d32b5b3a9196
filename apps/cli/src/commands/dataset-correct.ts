/** @file `leukoscope dataset correct`: carries a person's verdicts about labels out. */
import { outOption, sourceOperand, sourceOptions, toOption } from '../dataset/source-options.ts';
import { defineCommand } from '../framework/command.ts';
import { writeOptions } from '../framework/write-options.ts';

/** The command. */
export const command = defineCommand({
  words: 'dataset correct',
  description: [
    'Writes a data set with the verdicts of an audit carried out: labels are changed as proposed, taken out, or added where a cell was missed. Every other record stays as it was, with ids, masks, authors and attributes. What the format cannot hold is said; COCO holds the most.',
    'The audited data set itself is not touched. A table of another data set, or of another version of it, is refused with the line.',
  ],
  operands: [
    sourceOperand,
    { name: 'VERDICTS', help: 'audit.csv with its column verdict filled in' },
  ],
  options: {
    ...outOption,
    ...toOption,
    copy: {
      kind: 'choice',
      choices: ['images', 'nothing'],
      default: 'images',
      help: 'what to copy beside the annotations',
    },
    ...sourceOptions,
    ...writeOptions,
  },
  examples: [
    {
      command: 'dataset correct bccd audit/audit.csv --out bccd-corrected',
      does: 'annotations and images',
    },
  ],
  run: async (input, context) =>
    (await import('../dataset/run-correct.ts')).runCorrect(input, context),
});
