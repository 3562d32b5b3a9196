/** @file Options of commands that read a weights file. Light. */
import type { OperandSpec } from '../framework/command.ts';

/** The file that is read. */
export const weightsOperand: OperandSpec = {
  name: 'FILE',
  help: 'weights: .safetensors, .pth, .pt, .bin, .pkl, .onnx, .caffemodel, .weights',
};

/** How it is read. */
export const weightsOptions = {
  path: {
    kind: 'text',
    value: 'KEYS',
    help: 'keys that lead to the tensors of a PyTorch checkpoint, such as ema,state_dict',
  },
  ignoreGlobals: {
    kind: 'texts',
    value: 'CLASS',
    help: 'class of Python whose objects in a PyTorch checkpoint are passed over',
  },
  layout: {
    kind: 'text',
    value: 'FILE',
    help: 'JSON list of the layers of a Darknet file (docs/guide-command-line.md has the form)',
  },
} as const;
