/**
 * @file Layers of Darknet networks, and the order of a .weights file: that in which a network declares its
 * convolutions, since YOLO's heads are built in the order of their .cfg files.
 */
import {
  convLayer,
  convNormLayer,
  createScope,
  type DarknetLayer,
  leakyRelu,
  type NormMode,
  normal,
  type Scope,
  type Tensor,
} from '@leukoscope/nn';
import type { ConfiguredModel } from '../family/configured-model.ts';

/** What a layer is made of. */
export interface DarknetLayerOptions {
  readonly channels: number;
  readonly kernel: number;
  readonly norm: NormMode;
  readonly normGroups: number;
}

/** A convolution with norm and leaky ReLU: `NAME.weight`, `NAME.norm.*`. */
export function darknetLayer(
  scope: Scope,
  name: string,
  x: Tensor,
  options: DarknetLayerOptions,
): Tensor {
  const names = { conv: name, norm: `${name}.norm` };
  return leakyRelu(convNormLayer(scope, x, { ...options, names }), 0.1);
}

/** The 1x1 convolution that predicts. */
export function darknetPredictor(scope: Scope, x: Tensor, channels: number): Tensor {
  return convLayer(scope, x, { channels, kernel: 1, initialise: normal(0.01) });
}

/** The order of a YOLO model's .weights file, for `readWeightsFile`. */
export function darknetFileLayout(model: ConfiguredModel): DarknetLayer[] {
  const scope = createScope({ mode: 'infer' });
  model.inference(scope);
  const { parameters } = scope.declared;
  return [...parameters.values()]
    .filter(({ shape }) => shape.length === 4)
    .map(({ key, shape }) => {
      const name = key.slice(0, key.lastIndexOf('.'));
      const [outputs, inputs, kernelSize] = shape as [number, number, number];
      const batchNorm = parameters.has(`${name}.norm.running_mean`);
      return { kind: 'convolution', name, inputs, outputs, kernelSize, batchNorm };
    });
}
