/** @file `leukoscope evaluate`: predictions against ground truth. */
import { defineCommand } from '../framework/command.ts';
import { writeOptions } from '../framework/write-options.ts';
import { classOptions, layoutNames, seedOption, sourceOptions } from '../dataset/source-options.ts';
import { evaluationTasks } from '../evaluate/evaluation-tasks.ts';

/** The command. */
export const command = defineCommand({
  words: 'evaluate',
  description: [
    'Measures predictions against ground truth, both in any format that can be read; predictions may also be a COCO results file (a list of detections), or a CSV with one probability column for each type. Images are matched by path, else by name.',
    'What is measured follows from what both sides hold: boxes and masks (COCO AP and AR, PASCAL AP, confusion, counts, errors), pixels (Dice, IoU, boundary F1, ... image by image), types (accuracy, F1, kappa, ROC, calibration). --task chooses.',
    'With --out it writes metrics.json, report.html (one page that needs nothing else), and each figure as SVG, PNG and CSV.',
  ],
  operands: [
    {
      name: 'PREDICTIONS',
      help: 'folder, annotation file, COCO results file, or CSV of probabilities',
    },
    { name: 'GROUND_TRUTH', help: 'folder of a data set, or one annotation file' },
  ],
  options: {
    out: { kind: 'text', value: 'DIR', help: 'write report and figures here' },
    task: {
      kind: 'choices',
      choices: evaluationTasks,
      help: 'what to measure (default: what both sides allow)',
    },
    iou: {
      kind: 'number',
      value: 'IOU',
      least: 0.05,
      most: 1,
      default: 0.5,
      help: 'overlap from which a detection lies right, for confusion, PASCAL AP, errors and calibration',
    },
    score: {
      kind: 'number',
      value: 'SCORE',
      least: 0,
      most: 1,
      default: 0.5,
      help: 'least score of detections in confusion, counts and pixels',
    },
    anyType: { kind: 'flag', help: 'take all cells as one type: are they found at all?' },
    part: {
      kind: 'choice',
      choices: ['cell', 'nucleus'],
      default: 'cell',
      help: 'whose pixels are compared',
    },
    ...classOptions,
    resamples: {
      kind: 'number',
      value: 'N',
      isWhole: true,
      least: 0,
      most: 100_000,
      default: 1000,
      help: 'of the bootstrap for 95 % limits; 0 computes none',
    },
    ...seedOption,
    title: { kind: 'text', value: 'TEXT', help: 'of the report' },
    model: { kind: 'text', value: 'TEXT', help: 'name of the model in the report' },
    predictionsFormat: {
      kind: 'choice',
      choices: layoutNames,
      help: 'read the predictions as this format; --format is for the ground truth',
    },
    splitOf: {
      kind: 'text',
      value: 'NAME',
      help: 'measure on this split of the ground truth only',
    },
    ...sourceOptions,
    ...writeOptions,
  },
  examples: [
    { command: 'evaluate detections.json bcisc --out report', does: 'COCO results or COCO file' },
    {
      command: 'evaluate predictions bccd --taxonomy leukocyte --task boxes --out report',
      does: 'leukocytes of any type, by box',
    },
    {
      command:
        'evaluate masks dataset1 --predictions-format masks --mask-kind trimap --part nucleus',
      does: 'nuclei, pixel by pixel',
    },
    {
      command: 'evaluate types.csv cells --task types --resamples 5000',
      does: 'types with probabilities',
    },
  ],
  run: async (input, context) =>
    (await import('../evaluate/run-evaluate.ts')).runEvaluate(input, context),
});
