/** @file Formulations of a convolution itself. */
import type { Emitter, GraphNode, Tensor } from '../graph/tensor.ts';
import { type ConvAttributes, convNodeAttributes } from './conv-attributes.ts';
import { chooseTile, emitWinogradForward } from './conv-winograd.ts';

/** Write the fastest formulation for the node's shapes; return the output's name. */
export function emitForward(emitter: Emitter, node: GraphNode<ConvAttributes>): string {
  const [x, w, bias] = node.inputs as [Tensor, Tensor, Tensor | undefined];
  const a = node.attributes;
  const [n, channels, height, width] = x.shape as [number, number, number, number];
  const y = node.outputs[0]!;
  // With constant weights ONNX Runtime has a layout of its own, in which its convolution is faster still.
  const tile = emitter.isConstant(w)
    ? undefined
    : chooseTile('forward', a, w.shape.slice(2), {
        n,
        channels: [channels, w.shape[0]!],
        heights: [height, y.shape[2]!],
        widths: [width, y.shape[3]!],
      });
  if (tile === undefined) {
    return emitter.add('Conv', node.inputs.map(emitter.nameOf), convNodeAttributes(a, w));
  }
  const image = { name: emitter.nameOf(x), n, channels, height, width };
  const weights = { name: emitter.nameOf(w), channels: w.shape[0]! };
  const size = y.shape.slice(2);
  const plain = emitWinogradForward(emitter, image, weights, { tile, size, pads: a.pads });
  if (bias === undefined) return plain;
  const row = emitter.add('Reshape', [
    emitter.nameOf(bias),
    emitter.int64s([1, w.shape[0]!, 1, 1]),
  ]);
  return emitter.add('Add', [plain, row]);
}
