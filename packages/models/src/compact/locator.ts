/**
 * @file The locator: a field -> where its leukocytes, red cells and platelets are, and their boxes.
 *
 * Sides of the image are multiples of 64. Outputs at stride 4, h = H/4, K kinds: heat logits [N, K, h, w] with a
 * peak at each cell's centre (Zhou et al. 2019, "Objects as Points"), reach [N, 4, h, w] = ln of the distances to
 * left, top, right, bottom in units of 16 pixels.
 */
import {
  abs,
  add,
  cast,
  conv2d,
  convLayer,
  div,
  fill,
  greaterOrEqual,
  maximum,
  mul,
  neg,
  normal,
  type Scope,
  sigmoid,
  softplus,
  sub,
  sum,
  type Tensor,
} from '@leukoscope/nn';
import { convBlock, mergeUp, stage } from './conv-blocks.ts';

/** The shape of a locator. */
export interface LocatorConfig {
  /** Channels at strides 2, 4, 8, 16, 32, 64. */
  readonly widths: readonly [number, number, number, number, number, number];
  /** Residual blocks at strides 8, 16, 32. */
  readonly blocks: readonly [number, number, number];
  /** Channels of the way back up at strides 32, 16, 8, 4. */
  readonly upWidths: readonly [number, number, number, number];
}

/** Pixels of the input per output cell. */
export const locatorStride = 4;
/** Pixels that a reach of 0 means. */
export const reachUnit = 16;

/** What the locator says of N fields. */
export interface LocatorOutputs {
  readonly heat: Tensor;
  readonly reach: Tensor;
}

/** Apply the locator to normalised fields [N, 3, H, W]; `kinds` of cell are told apart. */
export function buildLocator(
  scope: Scope,
  image: Tensor,
  { widths, blocks, upWidths }: LocatorConfig,
  kinds: number,
): LocatorOutputs {
  const c2 = convBlock(scope.at('stem'), image, widths[0], 2);
  const c4 = stage(scope.at('stage4'), c2, widths[1], 0);
  const c8 = stage(scope.at('stage8'), c4, widths[2], blocks[0]);
  const c16 = stage(scope.at('stage16'), c8, widths[3], blocks[1]);
  const c32 = stage(scope.at('stage32'), c16, widths[4], blocks[2]);
  const c64 = stage(scope.at('stage64'), c32, widths[5], 0);
  const p32 = mergeUp(scope.at('up32'), c64, c32, upWidths[0]);
  const p16 = mergeUp(scope.at('up16'), p32, c16, upWidths[1]);
  const p8 = mergeUp(scope.at('up8'), p16, c8, upWidths[2]);
  const p4 = mergeUp(scope.at('up4'), p8, c4, upWidths[3]);
  const reach = convLayer(scope.at('reach'), p4, { channels: 4, kernel: 1 });
  return { heat: heatLayer(scope.at('heat'), p4, kinds), reach };
}

/** 1x1 convolution whose first outputs say "no cell" almost surely, as nearly every place has none. */
function heatLayer(scope: Scope, x: Tensor, kinds: number): Tensor {
  const shape = [kinds, x.shape[1]!, 1, 1];
  const weight = scope.parameter('weight', shape, { initialise: normal(0.01) });
  const bias = scope.parameter('bias', [kinds], { initialise: fill(-3.5) });
  return conv2d(x, weight, { bias });
}

/** What is known of N fields; all at stride 4. */
export interface LocatorTargets {
  /** [N, K, h, w]: 1 at centres, falling off as a Gaussian; -1 where nothing is known. */
  readonly heat: Tensor;
  /** [N, 4, h, w]: ln of the distances in units of 16 pixels, where `reachWeight` is above 0. */
  readonly reach: Tensor;
  /** [N, 1, h, w]: how much the box counts; sums to about 1 a cell. */
  readonly reachWeight: Tensor;
}

/**
 * Penalty-reduced focal loss of the heat (CornerNet, Law & Deng 2018) and L1 of the reach:
 *   -(1 - p)² ln p at centres,  -(1 - y)⁴ p² ln(1 - p) elsewhere, over the number of centres.
 */
export function locatorLoss(
  { heat, reach }: LocatorOutputs,
  targets: LocatorTargets,
): { loss: Tensor; heat: Tensor; reach: Tensor } {
  const p = sigmoid(heat);
  const isCentre = cast(greaterOrEqual(targets.heat, 0.999), 'float32');
  const isKnown = cast(greaterOrEqual(targets.heat, 0), 'float32');
  const miss = sub(1, p);
  const atCentres = mul(mul(isCentre, mul(miss, miss)), softplus(neg(heat)));
  const off = sub(1, targets.heat);
  const off2 = mul(off, off);
  const elsewhere = mul(
    mul(mul(sub(isKnown, isCentre), mul(off2, off2)), mul(p, p)),
    softplus(heat),
  );
  const centres = maximum(sum(isCentre), 1);
  const heatLoss = div(sum(add(atCentres, elsewhere)), centres);

  const each = mul(abs(sub(reach, targets.reach)), targets.reachWeight);
  const reachLoss = div(sum(each), maximum(sum(targets.reachWeight), 1));
  return { loss: add(heatLoss, reachLoss), heat: heatLoss, reach: reachLoss };
}
