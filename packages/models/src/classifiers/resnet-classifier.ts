/** @file A residual network with a linear head: images [N, 3, H, W] -> logits [N, K]. */
import { globalAveragePool, linearLayer, type Scope, type Tensor, uniform } from '@leukoscope/nn';
import { coarsestLevel } from '../backbones/feature-levels.ts';
import { buildResnet, type ResnetConfig } from '../backbones/resnet.ts';

/** Apply the classifier; parameter names are torchvision's (`fc.weight`). */
export function buildResnetClassifier(
  scope: Scope,
  image: Tensor,
  config: ResnetConfig,
  classes: number,
): Tensor {
  const features = globalAveragePool(coarsestLevel(buildResnet(scope, image, config)).map);
  // PyTorch's default for linear layers: uniform within 1 / √inputs.
  const initialise = uniform(1 / Math.sqrt(features.shape[1]!));
  return linearLayer(scope.at('fc'), features, classes, { initialise });
}
