/**
 * @file The levels of SSD: some of the backbone's, the finest scaled to unit length (ParseNet's L2 norm),
 * then pairs of a 1x1 and a 3x3 that grow coarser; and the predictors of each level.
 *
 * Parameter names are torchvision's: `backbone.scale_weight`, `backbone.extra.1.0.weight`,
 * `head.classification_head.module_list.0.weight`.
 */
import { convLayer, fill, glorot, l2Norm, relu, type Scope, type Tensor } from '@leukoscope/nn';
import { z } from 'zod';
import { type BackboneConfig, buildBackbone } from '../backbones/backbone.ts';
import { coarsestLevel, type FeatureLevels, levelsOfStrides } from '../backbones/feature-levels.ts';
import { type DefaultBoxConfig, defaultBoxesAPlace } from '../heads/default-boxes.ts';
import { joinLevels } from '../heads/dense-head.ts';

const count = z.int().positive();

/** Which levels there are. */
export const ssdLevelFields = {
  /** Strides of the backbone's levels that predict. */
  strides: z.array(count).min(1).readonly(),
  /** Whether the finest level is scaled to unit length first, with a learned factor per channel. */
  scalesFinest: z.boolean(),
  /** Further levels: a 1x1 to `middle` channels, then a convolution of this kernel. */
  extras: z
    .array(
      z.strictObject({
        middle: count,
        channels: count,
        kernel: count,
        stride: count,
        padding: z.int().min(0),
      }),
    )
    .readonly(),
};

const fields = z.strictObject(ssdLevelFields);

/** Apply backbone and further levels. */
export function buildSsdLevels(
  scope: Scope,
  image: Tensor,
  config: z.infer<typeof fields> & { readonly backbone: BackboneConfig },
): FeatureLevels {
  const { strides, scalesFinest, extras } = config;
  const backbone = scope.at('backbone');
  const initialise = glorot();
  const all = buildBackbone(backbone, image, config.backbone);
  const levels = [...levelsOfStrides(all, strides)];
  let { map, stride } = coarsestLevel(levels);
  if (scalesFinest) {
    const [finest, ...others] = levels;
    const channels = finest!.map.shape[1]!;
    const factor = backbone.parameter('scale_weight', [channels], { initialise: fill(20) });
    levels.splice(0, levels.length, { ...finest!, map: l2Norm(finest!.map, factor) }, ...others);
  }
  extras.forEach(({ middle, channels, kernel, stride: step, padding }, i) => {
    const at = backbone.at('extra').at(i + 1);
    const narrow = relu(convLayer(at.at(0), map, { channels: middle, kernel: 1, initialise }));
    const options = { channels, kernel, stride: step, padding, initialise };
    map = relu(convLayer(at.at(2), narrow, options));
    stride *= step;
    levels.push({ map, stride });
  });
  return levels;
}

/** Predict types and boxes on every level, each with weights of its own. */
export function buildSsdHeads(
  scope: Scope,
  levels: FeatureLevels,
  defaultBoxes: DefaultBoxConfig,
  types: number,
): { readonly logits: Tensor; readonly deltas: Tensor } {
  const perPlace = defaultBoxesAPlace(defaultBoxes);
  const initialise = glorot();
  const predict = (name: string, each: number) =>
    joinLevels(
      levels.map(({ map }, i) =>
        convLayer(scope.at(name).at('module_list').at(i), map, {
          channels: perPlace[i]! * each,
          initialise,
        }),
      ),
      each,
    );
  return { logits: predict('classification_head', types), deltas: predict('regression_head', 4) };
}
