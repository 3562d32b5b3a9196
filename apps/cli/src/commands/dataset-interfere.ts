/** @file `leukoscope dataset interfere`: a data set under an interference factor. */
import type { InterferenceFactor } from '@leukoscope/datasets';
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

const factors = [
  'colour-cast',
  'low-illumination',
  'giant-platelets',
  'defocus',
  'debris',
  'overlapping-leukocytes',
  'degenerated-cells',
  'ph-high',
  'ph-low',
  'incomplete-cells',
] as const satisfies readonly InterferenceFactor[];

/** The command. */
export const command = defineCommand({
  words: 'dataset interfere',
  description: [
    "Simulates the interference paper's factors on every image of a data set: severity 1 is just seen, 3 is what is often met, 5 is at the edge of what can be read. Boxes and masks follow where cells are hidden, moved, cut or added, and images are tagged with the factor. Several factors are put on one after the other.",
    'Images are written as PNG, so that nothing but the factor changes them.',
  ],
  operands: [sourceOperand],
  options: {
    ...outOption,
    factor: { kind: 'choices', choices: factors, isRequired: true, help: 'what interferes' },
    severity: {
      kind: 'number',
      value: '1..5',
      isWhole: true,
      least: 1,
      most: 5,
      default: 3,
      help: 'how strongly',
    },
    pixelsPerMicron: {
      kind: 'number',
      value: 'N',
      least: 0.1,
      most: 100,
      help: "scale, for focus, platelets and debris (default: from the leukocytes' boxes)",
    },
    ...seedOption,
    ...toOption,
    ...selectOptions,
    ...sourceOptions,
    ...pixelOptions,
    ...writeOptions,
  },
  examples: [
    { command: 'dataset interfere bcisc --factor defocus --out bcisc-defocus', does: 'blur' },
    {
      command: 'dataset interfere bcisc --factor ph-high,debris --severity 4 --out bcisc-bad',
      does: 'two factors, strong',
    },
  ],
  run: async (input, context) =>
    (await import('../dataset/run-interfere.ts')).runInterfere(input, context),
});
