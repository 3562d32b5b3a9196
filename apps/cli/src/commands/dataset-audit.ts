/** @file `leukoscope dataset audit`: labels that several models contradict. */
import {
  outOption,
  pixelOptions,
  sourceOperand,
  sourceOptions,
} from '../dataset/source-options.ts';
import { defineCommand } from '../framework/command.ts';
import { writeOptions } from '../framework/write-options.ts';
import { runOptions } from '../model/model-options.ts';

/** The command. */
export const command = defineCommand({
  words: 'dataset audit',
  description: [
    'Runs several models over a labelled data set and puts before a person what they agree on against the labels: other types, cells without a label, labels where nothing is, boxes that lie beside their cell. The most suspicious stand first.',
    'audit.csv lists them. Write keep, change (do what is proposed) or take out into its column verdict, edit what is proposed where it is wrong, too, and carry the verdicts out with `dataset correct`. audit.html shows the pictures, and so do the sheets.',
  ],
  operands: [sourceOperand],
  options: {
    model: {
      kind: 'text',
      value: 'A,B,C',
      isRequired: true,
      help: 'the models, with commas; three good ones of different kinds are best',
    },
    ...outOption,
    score: {
      kind: 'number',
      value: '0..1',
      least: 0,
      most: 1,
      default: 0.05,
      help: 'take findings from this score on; weak ones speak for a label that they see',
    },
    least: {
      kind: 'number',
      value: '0..1',
      least: 0,
      most: 1,
      default: 0.3,
      help: 'list doubts from this suspicion on',
    },
    limit: {
      kind: 'number',
      value: 'N',
      isWhole: true,
      least: 0,
      default: 150,
      help: 'draw so many pictures, the most suspicious; 0 draws all',
    },
    split: { kind: 'texts', value: 'NAME', help: 'audit the images of this split only' },
    class: {
      kind: 'texts',
      value: 'NAME',
      help: 'list doubts that are about this class only, as label or as proposal',
    },
    ...runOptions,
    ...sourceOptions,
    ...pixelOptions,
    ...writeOptions,
  },
  examples: [
    {
      command: 'dataset audit bccd --model compact,runs/fcos,runs/cascade --class WBC --out audit',
      does: 'leukocytes, not red cells; then fill in audit/audit.csv',
    },
    {
      command: 'dataset audit cells --model runs/a,runs/b,runs/c --least 0.5 --limit 0 --out audit',
      does: 'strong doubts only, all of them drawn',
    },
  ],
  run: async (input, context) => (await import('../dataset/run-audit.ts')).runAudit(input, context),
});
