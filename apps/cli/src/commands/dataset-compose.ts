/** @file `leukoscope dataset compose`: crowded scenes of a data set's own cells. */
import { defineCommand } from '../framework/command.ts';
import { writeOptions } from '../framework/write-options.ts';
import {
  outOption,
  pixelOptions,
  seedOption,
  selectOptions,
  sourceOperand,
  sourceOptions,
  toOption,
} from '../dataset/source-options.ts';

/** The command. */
export const command = defineCommand({
  words: 'dataset compose',
  description: [
    'Cuts the masked cells out of a data set and pastes them, turned and mirrored, onto its own fields, from which the cells were removed, or onto other backgrounds: crowded, overlapping and cut-off scenes with exact boxes and masks. Cells take on the light of the place where they lie.',
  ],
  operands: [sourceOperand],
  options: {
    ...outOption,
    count: { kind: 'number', value: 'N', isWhole: true, least: 1, default: 20, help: 'scenes' },
    cells: {
      kind: 'number',
      value: 'N',
      isWhole: true,
      least: 0,
      most: 500,
      default: 8,
      help: 'cells in each scene',
    },
    overlap: {
      kind: 'number',
      value: 'P',
      least: 0,
      most: 1,
      default: 0.3,
      help: 'probability that a cell lies on another',
    },
    cutOff: {
      kind: 'number',
      value: 'P',
      least: 0,
      most: 1,
      default: 0.1,
      help: 'probability that the border cuts a cell',
    },
    backgrounds: {
      kind: 'text',
      value: 'DIR',
      help: 'folder of images without leukocytes (default: the fields themselves, their cells covered)',
    },
    poolImages: {
      kind: 'number',
      value: 'N',
      isWhole: true,
      least: 1,
      default: 200,
      help: 'from how many images cells are cut out at most, chosen evenly',
    },
    ...seedOption,
    ...toOption,
    ...selectOptions,
    ...sourceOptions,
    ...pixelOptions,
    ...writeOptions,
  },
  examples: [
    { command: 'dataset compose bcisc --out scenes', does: 'twenty scenes of eight cells' },
    {
      command:
        'dataset compose bcisc --split train --cells 20 --overlap 0.8 --count 100 --out crowded',
      does: 'very crowded, from training cells only',
    },
  ],
  run: async (input, context) =>
    (await import('../dataset/run-compose.ts')).runCompose(input, context),
});
