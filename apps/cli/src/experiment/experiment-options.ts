/** @file Options of the experiment commands. Light, unlike what runs them. */
import type { OperandSpec } from '../framework/command.ts';

/** Which experiment. */
export const experimentOperand: OperandSpec = {
  name: 'EXPERIMENT',
  help: 'folder of an experiment, its experiment.json, or its name below experiments/',
};

/** Where its runs lie. */
export const runsOption = {
  runs: {
    kind: 'text',
    value: 'DIR',
    help: 'folder of the runs (default: runs/ in the folder of the experiment)',
  },
} as const;
