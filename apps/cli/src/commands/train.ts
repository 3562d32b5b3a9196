/** @file `leukoscope train`: from data sets to a model in a folder. */
import { defineCommand } from '../framework/command.ts';
import { taxonomyNames } from '../dataset/source-options.ts';

/** The command. */
export const command = defineCommand({
  words: 'train',
  description: [
    'Trains a network. WHAT is a recipe, a JSON file that says everything, or the name of a family (leukoscope model list), which then is trained as its paper says; what is chosen is told in plain words and kept as a recipe.',
    'Data sets may be of any layout that can be read. Pictures that show the same, also turned, are never on both sides of the split. A classifier given fields with boxes is trained on the cells cut out of them.',
    'The folder holds the recipe as run, the log, a page with curves (index.html), a checkpoint and best/: the model, which analyze, serve and predict open. Ctrl-C saves; the same command goes on, and the result equals an unbroken run.',
  ],
  operands: [{ name: 'WHAT', help: 'a recipe (JSON file), or the name of a family' }],
  options: {
    data: {
      kind: 'texts',
      value: 'NAME=DIR',
      help: 'where a data set of the recipe lies; without a recipe DIR alone will do',
    },
    out: { kind: 'text', value: 'DIR', isRequired: true, help: 'folder of the run' },
    name: { kind: 'text', value: 'NAME', help: 'what the model will be called' },
    preset: {
      kind: 'choice',
      choices: ['tiny', 'slim', 'paper'],
      help: 'size of the network (default: slim)',
    },
    classes: {
      kind: 'choice',
      choices: taxonomyNames,
      help: 'the types that are told apart (default: those that the data name)',
    },
    size: {
      kind: 'text',
      value: 'WxH',
      help: 'size of the input, such as 512x384 (default: the preset says)',
    },
    steps: {
      kind: 'number',
      value: 'N',
      isWhole: true,
      least: 1,
      help: 'updates of the whole run',
    },
    epochs: { kind: 'number', value: 'N', least: 0.01, help: 'passes over the training share' },
    batch: { kind: 'number', value: 'N', isWhole: true, least: 1, help: 'examples of one step' },
    rate: { kind: 'number', value: 'RATE', least: 1e-9, help: 'learning rate' },
    augmentation: { kind: 'text', value: 'NAME', help: 'augmentation recipe by name' },
    split: {
      kind: 'text',
      value: 'RULE',
      help: 'which pictures measure: ratio:0.2, slide:0.2, patient:0.2, block:10:0.2 (neighbours by name in tens), hash:0.2, folds:5:1 (the first of five), sets:train:val, none; a further share, as in ratio:0.2:0.1, tests the best weights at the end',
    },
    weights: {
      kind: 'text',
      value: 'FILE',
      help: 'begin with these weights (PyTorch, safetensors, ONNX, Caffe, TensorFlow Lite, or the folder of a run); what matched is told',
    },
    seed: {
      kind: 'number',
      value: 'N',
      isWhole: true,
      least: 0,
      most: 4_294_967_295,
      help: 'the same seed gives the same model on the same machine (default: 1)',
    },
    threads: { kind: 'number', value: 'N', isWhole: true, least: 1, help: 'of the network' },
    workers: {
      kind: 'number',
      value: 'N',
      isWhole: true,
      least: 0,
      default: 2,
      help: 'threads that read and augment pictures; the result does not depend on it',
    },
  },
  examples: [
    {
      command: 'train resnet --data bcisc/ --out runs/types',
      does: 'types of cells, from fields with boxes',
    },
    {
      command: 'train recipe.json --data bcisc=/data/bcisc --out runs/first',
      does: 'all as the recipe says; the same again goes on',
    },
    {
      command:
        'train resnet --data marrow/ --split block:10:0.2 --classes marrow --epochs 5 --out m',
      does: 'neighbours, which may show the same cell, on one side',
    },
  ],
  run: async (input, context) => (await import('../train/run-train.ts')).runTrain(input, context),
});
