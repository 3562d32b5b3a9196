/** @file `leukoscope dataset synthesise`: synthetic fields with exact boxes, masks and types. */
import type { SmearLookName } from '@leukoscope/datasets';
import { defineCommand } from '../framework/command.ts';
import { writeOptions } from '../framework/write-options.ts';
import { exportNames, outOption, seedOption } from '../dataset/source-options.ts';

const looks = [
  'scanner',
  'laboratory',
  'glare',
  'rapid',
  'marrow',
] as const satisfies readonly SmearLookName[];

const share = { kind: 'number', least: 0, most: 1, default: 0 } as const;

/** The command. */
export const command = defineCommand({
  words: 'dataset synthesise',
  description: [
    'Draws fields of a stained smear, every pixel by rules, with exact boxes, masks and types. The same seed gives the same fields. They are for tests, demonstrations and for measuring what one cause does; they do not replace real cells.',
  ],
  operands: [],
  options: {
    ...outOption,
    count: { kind: 'number', value: 'N', isWhole: true, least: 1, default: 20, help: 'fields' },
    size: { kind: 'text', value: 'WxH', default: '640x480', help: 'of each field in pixels' },
    look: {
      kind: 'choice',
      choices: looks,
      default: 'scanner',
      help: 'microscope, stain and light',
    },
    cells: {
      kind: 'text',
      value: 'LIST',
      help: 'cells of every field, such as neutrophil*3,lymphocyte (default: one to three leukocytes of a normal differential)',
    },
    annotate: {
      kind: 'choice',
      choices: ['cells', 'all'],
      default: 'cells',
      help: 'leukocytes only, or red cells, platelets and debris too',
    },
    overlap: { ...share, value: 'P', help: 'probability that a cell lies on another' },
    cutOff: { ...share, value: 'P', help: 'probability that the border cuts a cell' },
    debris: {
      kind: 'number',
      value: 'N',
      isWhole: true,
      least: 0,
      default: 0,
      help: 'pieces of dirt',
    },
    pixelsPerMicron: {
      kind: 'number',
      value: 'N',
      least: 0.5,
      most: 60,
      help: 'magnification (default: of the look)',
    },
    ph: {
      kind: 'number',
      value: 'PH',
      least: 4,
      most: 10,
      help: 'of the stain (default: of the look)',
    },
    ...seedOption,
    to: { kind: 'choice', choices: exportNames, default: 'coco', help: 'the format to write' },
    ...writeOptions,
  },
  examples: [
    { command: 'dataset synthesise --count 100 --out fields', does: 'a hundred normal fields' },
    {
      command:
        'dataset synthesise --cells neutrophil*4,monocyte --overlap 0.5 --look rapid --out crowded',
      does: 'crowded fields in another stain',
    },
    {
      command: 'dataset synthesise --annotate all --to yolo --out all',
      does: 'red cells too, as YOLO',
    },
  ],
  run: async (input, context) =>
    (await import('../dataset/run-synthesise.ts')).runSynthesise(input, context),
});
