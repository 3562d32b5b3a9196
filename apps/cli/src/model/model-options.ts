/** @file What commands that take a model have in common. Light. */
import type { OperandSpec } from '../framework/command.ts';

/** The model. */
export const modelOperand: OperandSpec = {
  name: 'MODEL',
  help: 'a model that ships (`model list`), a description, an ONNX file, or the folder of a training run; several with commas are fused',
};

/** How several models become one. */
export const fuseChoice = {
  kind: 'choice',
  choices: ['majority', 'first-names', 'weighted-boxes'],
  help: 'vote on each cell; vote on where cells are, and the first that sees one names it; or weighted boxes',
} as const;

/** The same for commands that take one model too. */
export const fuseOption = {
  fuse: { ...fuseChoice, help: `with several models: ${fuseChoice.help} (default weighted-boxes)` },
} as const;

/** How networks run. */
export const runOptions = {
  threads: {
    kind: 'number',
    value: 'N',
    isWhole: true,
    least: 1,
    most: 256,
    help: 'threads of the network (default the physical cores)',
  },
  provider: {
    kind: 'choice',
    choices: ['cpu', 'cuda', 'webgpu'],
    help: 'where the network runs (default cpu)',
  },
} as const;
