/** @file `leukoscope adapt`: a model learns a laboratory's stain from corrected cells. */
import { namedCellOptions, sourceOptions } from '../dataset/source-options.ts';
import { defineCommand } from '../framework/command.ts';
import { writeOptions } from '../framework/write-options.ts';
import { runOptions } from '../model/model-options.ts';

/** The command. */
export const command = defineCommand({
  words: 'adapt',
  description: [
    'Learns how cells look in your laboratory from cells whose types are known: finds them with the parent, fits its last layer anew beside stored features of the laboratories that it knows, and measures the candidate on cells held apart by slide and on stored cells of those laboratories.',
    'The model is written only when it is better here by more than chance and not worse there than stated; else --out holds the report with the reasons, and the exit code is 2. The folder is opened by analyze, serve and predict as any model.',
    'For research use only, not for diagnosis.',
  ],
  operands: [],
  options: {
    data: {
      kind: 'texts',
      value: 'DATASET',
      help: 'folder or annotation file of cells with types: boxes, masks, or pictures of one cell each',
    },
    parent: {
      kind: 'text',
      value: 'MODEL',
      default: 'compact',
      help: 'the model that learns: compact, compact-int8, or one that was adapted from them',
    },
    out: {
      kind: 'text',
      value: 'DIR',
      isRequired: true,
      help: 'where to write; must be empty or new',
    },
    name: { kind: 'text', value: 'NAME', help: 'call the model so in reports' },
    holdout: {
      kind: 'number',
      value: 'SHARE',
      least: 0,
      most: 0.5,
      default: 0,
      help: 'learn from the rest and measure the model itself on this share of the slides; 0 measures each fifth of the cells by the others, and learns from all',
    },
    together: {
      kind: 'text',
      value: 'PATTERN',
      help: "a regular expression on a picture's path whose first group names its slide; by default slide, patient or picture, whichever the data name",
    },
    ...namedCellOptions,
    ...sourceOptions,
    ...runOptions,
    ...writeOptions,
  },
  examples: [
    {
      command: 'adapt --data corrected/ --out site',
      does: 'then: analyze smears/ --model site',
    },
    {
      command: "adapt --data cells/ --together '^[^/]+/([^_]+)_' --holdout 0.25 --out site",
      does: 'a quarter of the slides, named in file names, measures',
    },
  ],
  run: async (input, context) => (await import('../adapt/run-adapt.ts')).runAdapt(input, context),
});
