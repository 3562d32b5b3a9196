/** @file `leukoscope dataset preview`: what an augmentation recipe does to a picture. */
import { defineCommand } from '../framework/command.ts';
import { writeOptions } from '../framework/write-options.ts';
import { pixelOptions, seedOption, sourceOptions } from '../dataset/source-options.ts';

/** The command. */
export const command = defineCommand({
  words: 'dataset preview',
  description: [
    'Draws an image of a data set and variants of it that a recipe makes, boxes and masks following, each with the names of the steps that happened. Without PATH a synthetic field is used.',
    'A recipe is one that has a name, or a JSON file: { "steps": [{ "kind": "flip", "probability": 0.5 }, ...] }.',
  ],
  operands: [{ name: 'PATH', help: 'a data set; without it a synthetic field is drawn', least: 0 }],
  options: {
    out: { kind: 'text', value: 'FILE.png', isRequired: true, help: 'picture to write' },
    recipe: {
      kind: 'text',
      value: 'NAME|FILE',
      default: 'detection',
      help: 'detection, classification, leukocytemask, leukocytemask-without-elastic, peripheral, marrow, none, or a JSON file',
    },
    count: {
      kind: 'number',
      value: 'N',
      isWhole: true,
      least: 1,
      most: 400,
      default: 15,
      help: 'variants',
    },
    image: {
      kind: 'text',
      value: 'FILE',
      help: 'the image to vary (default: the first with cells)',
    },
    size: {
      kind: 'number',
      value: 'PIXELS',
      isWhole: true,
      least: 32,
      most: 2000,
      default: 320,
      help: 'side of each picture',
    },
    ...seedOption,
    ...sourceOptions,
    ...pixelOptions,
    ...writeOptions,
  },
  examples: [
    { command: 'dataset preview bcisc --out preview.png', does: 'the recipe for detectors' },
    {
      command: 'dataset preview dataset1 --recipe leukocytemask --count 23 --out elastic.png',
      does: "a paper's recipe on single cells",
    },
    {
      command: 'dataset preview --recipe mine.json --seed 7 --out mine.png',
      does: 'your own recipe',
    },
  ],
  run: async (input, context) =>
    (await import('../dataset/run-preview.ts')).runPreview(input, context),
});
