/** @file The attributes that a convolution and its gradients share. */
import { int, ints } from '../graph/onnx-attributes.ts';
import type { OnnxAttributes, Tensor } from '../graph/tensor.ts';

/** How a window moves; vertical first. */
export interface ConvAttributes {
  readonly strides: readonly number[];
  /** Top, left, bottom, right. */
  readonly pads: readonly number[];
  readonly dilations: readonly number[];
  readonly groups: number;
}

/** Write the attributes of an ONNX Conv with weights `w`. */
export function convNodeAttributes(a: ConvAttributes, w: Tensor): OnnxAttributes {
  return {
    kernel_shape: ints(w.shape.slice(2)),
    strides: ints(a.strides),
    pads: ints(a.pads),
    dilations: ints(a.dilations),
    group: int(a.groups),
  };
}
