/** @file `leukoscope analyze`: find, type and count the leukocytes of smear pictures. */
import { expectations } from '@leukoscope/core';
import { defineCommand } from '../framework/command.ts';
import { writeOptions } from '../framework/write-options.ts';
import { fuseOption } from '../model/model-options.ts';

/** The command. */
export const command = defineCommand({
  words: 'analyze',
  description: [
    'Finds every leukocyte in pictures of blood smears, types and counts them, and prints a differential for each case with exact 95 % limits and flags. A case is the images of one folder unless --case says otherwise.',
    'PATH is a file, a folder or a pattern such as "smears/*.png"; JPEG, PNG, BMP, TIFF and WebP are read, of any size up to --max-megapixels. A file that cannot be read is reported and the rest goes on.',
    'For research use only, not for diagnosis.',
  ],
  operands: [
    {
      name: 'PATH',
      help: 'images, folders of images, or patterns',
      most: Number.POSITIVE_INFINITY,
    },
  ],
  options: {
    out: {
      kind: 'text',
      value: 'DIR',
      help: 'write overlays, a sheet of all cells, cells.csv, analysis.json and report.html here',
    },
    format: {
      kind: 'choices',
      choices: ['coco', 'voc', 'yolo', 'geojson', 'csv'],
      help: 'also write the cells in these formats into --out',
    },
    model: {
      kind: 'text',
      value: 'MODEL',
      default: 'compact',
      help: 'a model that ships (`model list`), an exported ONNX file, the description of any model, or the folder of a training run; several with commas are fused',
    },
    ...fuseOption,
    specimen: {
      kind: 'choice',
      choices: [...expectations, 'unspecified'],
      default: 'unspecified',
      help: 'what the smear is expected to hold: kinds that it is not expected to hold must be likelier to be named, and are sent to Unidentified rather than lost',
    },
    types: {
      kind: 'choice',
      choices: ['five', 'eleven', 'fine'],
      default: 'fine',
      help: 'how fine the leukocyte types are',
    },
    case: {
      kind: 'choice',
      choices: ['folder', 'image', 'all'],
      default: 'folder',
      help: 'what one differential is counted over',
    },
    score: {
      kind: 'number',
      value: '0..1',
      least: 0,
      most: 1,
      help: "leave out cells below this score (default the model's own)",
    },
    target: {
      kind: 'choice',
      choices: ['100', '200', '400', '500'],
      default: '100',
      help: 'leukocytes to count',
    },
    wbc: {
      kind: 'number',
      value: 'PER_UL',
      least: 1,
      most: 4_999_999,
      help: 'leukocytes per microlitre, for absolute counts',
    },
    ranges: {
      kind: 'text',
      value: 'arup|ucsd|FILE',
      default: 'arup',
      help: "reference ranges: ARUP's, UCSD's, or a JSON file of your own",
    },
    recursive: { kind: 'flag', short: 'r', help: 'look into subfolders' },
    tile: {
      kind: 'number',
      value: 'PIXELS',
      isWhole: true,
      least: 64,
      most: 16_384,
      help: "side of the pieces that large images are cut into (default the model's own)",
    },
    threads: {
      kind: 'number',
      value: 'N',
      isWhole: true,
      least: 1,
      most: 256,
      help: 'threads of the network (default all cores)',
    },
    provider: {
      kind: 'choice',
      choices: ['cpu', 'cuda', 'webgpu'],
      help: 'where the network runs (default cpu)',
    },
    maxMegapixels: {
      kind: 'number',
      value: 'N',
      least: 0.001,
      most: 10_000,
      default: 100,
      help: 'refuse larger images',
    },
    ...writeOptions,
  },
  examples: [
    { command: 'analyze smear.jpg', does: 'one picture, the table on the screen' },
    {
      command: 'analyze slides/ --recursive --out results',
      does: 'one case per folder, with report',
    },
    {
      command: 'analyze smears --specimen ordinary-blood',
      does: 'lymphocytes are not taken for erythroblasts that ordinary blood hardly holds',
    },
    {
      command: 'analyze fields/*.png --types five --wbc 7200 --target 200',
      does: 'five types, absolute counts',
    },
    {
      command: 'analyze fields --model compact,runs/a,runs/b --fuse majority',
      does: 'three models vote on each cell',
    },
    {
      command: 'analyze fields --model yolo.json --format coco --out found',
      does: 'a detector of your own, cells as COCO',
    },
  ],
  run: async (input, context) =>
    (await import('../analyze/run-analyze.ts')).runAnalyze(input, context),
});
