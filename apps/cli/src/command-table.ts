/**
 * @file All commands by their words. A command is one file in `commands/`, read when it is called: this
 * table alone must stay light, since every start reads it.
 */
import type { Command } from './framework/command.ts';

/** One line of the table. */
export interface CommandEntry {
  /** One line for lists; begins in lower case, without a full stop. */
  readonly summary: string;
  load(): Promise<{ readonly command: Command }>;
  /** Another spelling of a command: works, but is not listed. @default false */
  readonly isAlias?: boolean;
}

/** Commands by their words. */
export type CommandTable = Readonly<Record<string, CommandEntry>>;

/** Headings of the overview, with the first words of the commands below them. */
export const groups: readonly { readonly heading: string; readonly words: readonly string[] }[] = [
  { heading: 'Smears', words: ['serve', 'analyze', 'analyse'] },
  { heading: 'Data sets', words: ['dataset'] },
  { heading: 'Measuring', words: ['evaluate'] },
  { heading: 'Models', words: ['train', 'adapt', 'experiment', 'predict', 'model', 'weights'] },
  { heading: 'Server', words: ['worker', 'backup', 'restore', 'verify-data', 'rotate-key'] },
];

/** Every command. */
export const commandTable: CommandTable = {
  serve: {
    summary: 'the workbench in the browser: upload, analyse, review, sign, report',
    load: () => import('./commands/serve.ts'),
  },
  analyze: {
    summary: 'find, type and count the leukocytes of smear pictures; overlays and a report',
    load: () => import('./commands/analyze.ts'),
  },
  analyse: {
    summary: 'another spelling of analyze',
    load: () => import('./commands/analyze.ts'),
    isAlias: true,
  },
  'dataset import': {
    summary: 'read any format, say what is in it and what is wrong, write it as COCO',
    load: () => import('./commands/dataset-import.ts'),
  },
  'dataset convert': {
    summary: 'write a data set in another format',
    load: () => import('./commands/dataset-convert.ts'),
  },
  'dataset stats': {
    summary: 'count images, cells, types and sizes: tables, figures, a page',
    load: () => import('./commands/dataset-stats.ts'),
  },
  'dataset browse': {
    summary: 'draw contact sheets of images or cells with boxes and masks',
    load: () => import('./commands/dataset-browse.ts'),
  },
  'dataset validate': {
    summary: 'list what looks wrong: boxes, masks, sizes, classes, leaks',
    load: () => import('./commands/dataset-validate.ts'),
  },
  'dataset split': {
    summary: 'divide into train, val and test, or into folds',
    load: () => import('./commands/dataset-split.ts'),
  },
  'dataset duplicates': {
    summary: 'find the same picture twice, within and between data sets',
    load: () => import('./commands/dataset-duplicates.ts'),
  },
  'dataset merge': {
    summary: 'join the work of several annotators, list the disputed cells',
    load: () => import('./commands/dataset-merge.ts'),
  },
  'dataset audit': {
    summary: 'list and draw labels that several models contradict, for a person to decide about',
    load: () => import('./commands/dataset-audit.ts'),
  },
  'dataset correct': {
    summary: 'carry the verdicts of an audit out: change, add and take out labels',
    load: () => import('./commands/dataset-correct.ts'),
  },
  'dataset fetch': {
    summary:
      'take the signed cases of a server as a data set: pictures, cells, who saw them, history',
    load: () => import('./commands/dataset-fetch.ts'),
  },
  'dataset send': {
    summary: 'put a labelled data set into a server as cases, for people to look at',
    load: () => import('./commands/dataset-send.ts'),
  },
  'dataset resize': {
    summary: 'change the size of images, boxes and masks',
    load: () => import('./commands/dataset-resize.ts'),
  },
  'dataset preview': {
    summary: 'draw what an augmentation recipe does',
    load: () => import('./commands/dataset-preview.ts'),
  },
  'dataset interfere': {
    summary: 'put an interference factor on a data set',
    load: () => import('./commands/dataset-interfere.ts'),
  },
  'dataset synthesise': {
    summary: 'draw synthetic fields with boxes, masks and types',
    load: () => import('./commands/dataset-synthesise.ts'),
  },
  'dataset synthesize': {
    summary: 'another spelling of dataset synthesise',
    load: () => import('./commands/dataset-synthesise.ts'),
    isAlias: true,
  },
  'dataset compose': {
    summary: 'compose crowded scenes of the cells of a data set',
    load: () => import('./commands/dataset-compose.ts'),
  },
  evaluate: {
    summary: 'measure predictions against ground truth: metrics, figures, a page',
    load: () => import('./commands/evaluate.ts'),
  },
  train: {
    summary: "train a network on data sets, from a recipe or from its family's own",
    load: () => import('./commands/train.ts'),
  },
  adapt: {
    summary: "learn a laboratory's stain from corrected cells, and say whether it may be used",
    load: () => import('./commands/adapt.ts'),
  },
  'experiment list': {
    summary: 'list experiments and how far their runs are',
    load: () => import('./commands/experiment-list.ts'),
  },
  'experiment run': {
    summary: 'train every run of an experiment that is missing or unfinished',
    load: () => import('./commands/experiment-run.ts'),
  },
  'experiment resume': {
    summary: 'another name of experiment run, which goes on where it stopped',
    load: () => import('./commands/experiment-run.ts'),
    isAlias: true,
  },
  'experiment report': {
    summary: 'write the table, figures and significance of an experiment',
    load: () => import('./commands/experiment-report.ts'),
  },
  'experiment robustness': {
    summary: "a model under the interference paper's factors in five grades",
    load: () => import('./commands/experiment-robustness.ts'),
  },
  predict: {
    summary: 'run a model on a data set: boxes, masks, types or class maps that evaluate reads',
    load: () => import('./commands/predict.ts'),
  },
  'model list': {
    summary: 'list the models that ship and the families of networks',
    load: () => import('./commands/model-list.ts'),
  },
  'model show': {
    summary: 'print the card, settings and origin of a model, or the configuration of a family',
    load: () => import('./commands/model-show.ts'),
  },
  'model export': {
    summary: 'write a model as ONNX in float, float16 or 8 bits, with its description',
    load: () => import('./commands/model-export.ts'),
  },
  'model join': {
    summary: 'make one two-stage model of a locator and a refiner',
    load: () => import('./commands/model-join.ts'),
  },
  'model chain': {
    summary:
      'put two classifiers together: the second decides where the first says one of its types',
    load: () => import('./commands/model-chain.ts'),
  },
  'model fuse': {
    summary: 'make one model of several that vote on each cell',
    load: () => import('./commands/model-fuse.ts'),
  },
  'model compare': {
    summary: 'tell whether a model is better than the one that it would replace',
    load: () => import('./commands/model-compare.ts'),
  },
  'model calibrate': {
    summary: 'fit temperature and thresholds of a model on cells that did not train',
    load: () => import('./commands/model-calibrate.ts'),
  },
  'weights inspect': {
    summary: 'list the tensors of a weights file',
    load: () => import('./commands/weights-inspect.ts'),
  },
  'weights convert': {
    summary: 'write a weights file as safetensors',
    load: () => import('./commands/weights-convert.ts'),
  },
  'weights mean': {
    summary: 'average the weights of runs that began alike',
    load: () => import('./commands/weights-mean.ts'),
  },
  worker: {
    summary: 'analyse for servers that share a PostgreSQL',
    load: () => import('./commands/worker.ts'),
  },
  backup: {
    summary: 'write everything that the server stores into a new folder',
    load: () => import('./commands/backup.ts'),
  },
  restore: {
    summary: 'fill an empty data folder and database from a backup',
    load: () => import('./commands/restore.ts'),
  },
  'verify-data': {
    summary: 'check everything that is stored against its seals, hashes and checksums',
    load: () => import('./commands/verify-data.ts'),
  },
  'rotate-key': {
    summary: 'seal histories with a new key from now on',
    load: () => import('./commands/rotate-key.ts'),
  },
};
