/** @file `leukoscope weights inspect`: what a weights file holds. */
import { defineCommand } from '../framework/command.ts';
import { weightsOperand, weightsOptions } from '../weights/weights-options.ts';

/** The command. */
export const command = defineCommand({
  words: 'weights inspect',
  description: [
    'Lists the tensors of a weights file: names, shapes, number types, and the range of their values. The format is recognised from the bytes: safetensors, PyTorch, ONNX, Caffe, TensorFlow Lite, and Darknet with --layout. Nothing in the file is run.',
  ],
  operands: [weightsOperand],
  options: {
    ...weightsOptions,
    match: { kind: 'text', value: 'TEXT', help: 'list only tensors whose name holds this text' },
    limit: {
      kind: 'number',
      value: 'N',
      isWhole: true,
      least: 0,
      default: 60,
      help: 'list at most so many tensors; 0 lists all',
    },
  },
  examples: [
    { command: 'weights inspect resnet50.pth', does: 'what is in it?' },
    {
      command: 'weights inspect model.onnx --match backbone --limit 0',
      does: 'a part of it, whole',
    },
    { command: 'weights inspect model.safetensors --json', does: 'for a program' },
  ],
  run: async (input, context) =>
    (await import('../weights/run-weights.ts')).runInspect(input, context),
});
