/** @file `leukoscope model calibrate`: temperature and thresholds of a model, fitted on cells that did not train. */
import { defineCommand } from '../framework/command.ts';
import { writeOptions } from '../framework/write-options.ts';
import { namedCellOptions, sourceOptions } from '../dataset/source-options.ts';
import { modelOperand, runOptions } from '../model/model-options.ts';

/** The command. */
export const command = defineCommand({
  words: 'model calibrate',
  description: [
    'Runs a model on pictures with known cells that trained nothing, and writes it with what is best there: the temperature that makes its probabilities as often right as they say, the probability below which a type is flagged as not sure, and the score from which a finding counts.',
    'Choose pictures that measure nothing else: what is reported must come from others. Several data sets are fitted together.',
  ],
  operands: [
    modelOperand,
    { name: 'DATASET', help: 'folders of data sets, or annotation files', least: 1, most: 50 },
  ],
  options: {
    out: {
      kind: 'text',
      value: 'DIR',
      isRequired: true,
      help: 'where to write the model; must be empty or new',
    },
    flagged: {
      kind: 'number',
      value: 'SHARE',
      least: 0,
      most: 0.5,
      default: 0.085,
      help: 'share of right answers that may be flagged as not sure',
    },
    beta: {
      kind: 'number',
      value: 'BETA',
      least: 0.1,
      most: 10,
      default: 2,
      help: 'a missed cell weighs as much as BETA² extra ones',
    },
    ...namedCellOptions,
    name: { kind: 'text', value: 'NAME', help: 'call the model so in reports' },
    ...sourceOptions,
    ...runOptions,
    ...writeOptions,
  },
  examples: [
    {
      command: 'model calibrate joined tuning --out calibrated',
      does: 'fit on the data set tuning',
    },
  ],
  run: async (input, context) =>
    (await import('../model/calibrate-model.ts')).calibrateModel(input, context),
});
