/**
 * @file The refiner: a crop around one located cell -> its mask and its fine type.
 *
 * N crops, S = crop side, a multiple of 16, K classes; the cell lies in the middle. Outputs: logits [N, K], mask
 * logits [N, 1, S/2, S/2], features [N, F] (for distances to what was seen in training).
 */
import {
  add,
  bceWithLogits,
  convLayer,
  diceLoss,
  dropoutLayer,
  exp,
  globalAveragePool,
  linearLayer,
  log,
  logSoftmax,
  mean,
  mixStyleLayer,
  mul,
  neg,
  reshape,
  type Scope,
  sigmoid,
  sum,
  type Tensor,
  transpose,
  uniform,
} from '@leukoscope/nn';
import { convBlock, mergeUp, stage } from './conv-blocks.ts';

/** The shape of a refiner. */
export interface RefinerConfig {
  /** Channels of the four strides 2, 4, 8, 16. */
  readonly widths: readonly [number, number, number, number];
  /** Residual blocks at strides 4, 8, 16. */
  readonly blocks: readonly [number, number, number];
  /** Channels of the way back up to the mask. */
  readonly maskWidth: number;
  /** Share of features dropped while training. */
  readonly dropout: number;
  /** What normalises after each convolution. @default 'batch' */
  readonly norm?: 'batch' | 'group';
  /** Groups of channels of the norm 'group'. @default 8 */
  readonly normGroups?: number;
  /** Share of crops that take on part of another one's contrast and colour, behind stem and first stage. @default 0 */
  readonly mixStyle?: number;
}

/** What the refiner says of N crops. */
export interface RefinerOutputs {
  readonly logits: Tensor;
  readonly mask: Tensor;
  readonly features: Tensor;
}

/** Apply the refiner to normalised crops [N, 3, S, S]; K `types` are told apart. */
export function buildRefiner(
  scope: Scope,
  image: Tensor,
  config: RefinerConfig,
  types: number,
): RefinerOutputs {
  const { widths, blocks, maskWidth, dropout, normGroups = 8, mixStyle = 0 } = config;
  const norm = { norm: config.norm ?? 'batch', normGroups };
  const stem = convBlock(scope.at('stem'), image, widths[0], 2, norm);
  const c2 = mixStyleLayer(scope.at('stem_style'), stem, mixStyle);
  const first = stage(scope.at('stage4'), c2, widths[1], blocks[0], norm);
  const c4 = mixStyleLayer(scope.at('stage4_style'), first, mixStyle);
  const c8 = stage(scope.at('stage8'), c4, widths[2], blocks[1], norm);
  const c16 = stage(scope.at('stage16'), c8, widths[3], blocks[2], norm);

  const p8 = mergeUp(scope.at('up8'), c16, c8, maskWidth, norm);
  const p4 = mergeUp(scope.at('up4'), p8, c4, maskWidth, norm);
  const mask = interleave(convLayer(scope.at('mask'), p4, { channels: 4, kernel: 1 }));

  const pooled = globalAveragePool(c16);
  const features = reshape(pooled, [image.shape[0]!, widths[3]]);
  const logits = linearLayer(
    scope.at('types'),
    dropoutLayer(scope.at('dropout'), features, dropout),
    types,
    { initialise: uniform(1 / Math.sqrt(widths[3])) },
  );
  return { logits, mask, features };
}

/** Lay 4 channels out as the 2x2 pixels of a map of twice the size: [N, 4, H, W] -> [N, 1, 2H, 2W]. */
function interleave(x: Tensor): Tensor {
  const [N, , H, W] = x.shape as [number, number, number, number];
  const grid = transpose(reshape(x, [N, 2, 2, H, W]), [0, 3, 1, 4, 2]); // [N, H, 2, W, 2]
  return reshape(grid, [N, 1, 2 * H, 2 * W]);
}

/** What is known of N crops. */
export interface RefinerTargets {
  /** [N, K]: 1 for classes that the label allows. */
  readonly allowed: Tensor;
  /** [N]: how much the type counts; 0 where it says nothing. */
  readonly typeWeight: Tensor;
  /** [N, 1, S/2, S/2] in 0..1. */
  readonly mask: Tensor;
  /** [N]: 1 where the mask is known, else 0. */
  readonly maskWeight: Tensor;
}

/** How the parts of the loss are joined. */
export interface RefinerLossOptions {
  /** Share of each target that is spread over all classes. @default 0.05 */
  readonly labelSmoothing?: number;
  /** @default 1 */
  readonly maskShare?: number;
}

/** Type loss, mask loss and their sum. */
export function refinerLoss(
  { logits, mask }: RefinerOutputs,
  targets: RefinerTargets,
  options: RefinerLossOptions = {},
): { loss: Tensor; type: Tensor; mask: Tensor } {
  const { labelSmoothing = 0.05, maskShare = 1 } = options;
  const [N, K] = logits.shape as [number, number];
  const logP = logSoftmax(logits);
  // -log Σ_{k allowed} p_k: a coarse label trains the sum and leaves the rest open.
  const hit = sum(mul(exp(logP), targets.allowed), [1]); // [N]
  const hard = neg(log(add(hit, 1e-7)));
  const even = neg(mul(sum(logP, [1]), 1 / K)); // cross-entropy with the even distribution
  const each = add(mul(hard, 1 - labelSmoothing), mul(even, labelSmoothing));
  const type = weightedMean(each, targets.typeWeight);

  const rows = [N, 1, 1, 1];
  const pixels = bceWithLogits(mask, targets.mask, { reduction: 'none' });
  const cross = mean(pixels, [1, 2, 3]); // [N]
  const known = mul(targets.mask, reshape(targets.maskWeight, rows));
  const overlap = diceLoss(sigmoid(mask), known, { reduction: 'none' }); // [N, 1]
  const outline = weightedMean(add(cross, reshape(overlap, [N])), targets.maskWeight);
  return { loss: add(type, mul(outline, maskShare)), type, mask: outline };
}

/** Σ w x / N: a batch in which little is known makes a small step. */
function weightedMean(x: Tensor, weight: Tensor): Tensor {
  return mul(sum(mul(x, weight)), 1 / x.shape[0]!);
}
