/**
 * @file Recipes by name: those of the papers and ones for everyday training.
 *
 * The papers name their transforms but not all of their ranges; numbers they do not give are ours and
 * say so.
 */
import type { AugmentationRecipeInput } from './recipe.ts';

/** Recipes that can be named instead of written. */
export const augmentationRecipes = {
  /** Nothing: the baseline of every comparison. */
  none: { steps: [] },

  /** LeukocyteMask, "Aug-noET": flips, rotation -180..180, Gaussian blur, gamma. */
  'leukocytemask-without-elastic': {
    steps: [
      { kind: 'flip', axis: 'horizontal' },
      { kind: 'flip', axis: 'vertical' },
      { kind: 'rotate', degrees: [-180, 180] },
      { kind: 'blur', sigmaPx: [0.3, 1.5], probability: 0.3 },
      { kind: 'gamma', gamma: [0.7, 1.5] },
    ],
  },

  /** LeukocyteMask, "Aug-ET": the same with elastic deformation (the paper gives no sigma or alpha). */
  leukocytemask: {
    steps: [
      { kind: 'flip', axis: 'horizontal' },
      { kind: 'flip', axis: 'vertical' },
      { kind: 'rotate', degrees: [-180, 180] },
      { kind: 'elastic', sigmaPx: [16, 32], deviationPx: [2, 6] },
      { kind: 'blur', sigmaPx: [0.3, 1.5], probability: 0.3 },
      { kind: 'gamma', gamma: [0.7, 1.5] },
    ],
  },

  /** Peripheral: flips, shifts up to 10 of 256 pixels, rotation up to 20 degrees. */
  peripheral: {
    steps: [
      { kind: 'flip', axis: 'horizontal' },
      { kind: 'flip', axis: 'vertical' },
      { kind: 'shift', x: [-0.04, 0.04], y: [-0.04, 0.04] },
      { kind: 'rotate', degrees: [-20, 20] },
    ],
  },

  /** Marrow: quarter turns and a flip, all eight alike, and cells off the middle, as its oversampling crops them. */
  marrow: {
    steps: [
      { kind: 'flip', axis: 'horizontal' },
      { kind: 'quarter-turn', probability: 0.75 },
      { kind: 'shift', x: [-0.06, 0.06], y: [-0.06, 0.06] },
    ],
  },

  /** Fields with boxes: exact turns, mild scale, stain and light; no cell loses its shape. */
  detection: {
    steps: [
      { kind: 'mosaic', probability: 0.3 },
      { kind: 'flip', axis: 'horizontal' },
      { kind: 'flip', axis: 'vertical' },
      { kind: 'quarter-turn', probability: 0.75 },
      { kind: 'scale', factor: [0.75, 1.33] },
      { kind: 'shift', x: [-0.1, 0.1], y: [-0.1, 0.1] },
      { kind: 'stain', probability: 0.5 },
      { kind: 'gamma', gamma: [0.75, 1.33] },
      { kind: 'saturation', factor: [0.75, 1.25], probability: 0.3 },
      { kind: 'blur', sigmaPx: [0.3, 1.2], probability: 0.15 },
      { kind: 'noise', deviation: [1, 6], probability: 0.15 },
      { kind: 'jpeg', quality: [40, 90], probability: 0.15 },
    ],
  },

  /**
   * SSD's own (Liu et al. 2016; ranges of its published code): light and colour, the picture made up to four times smaller, a part of it in
   * which a cell is large, flips. Hues are turned by the dyes, which is what differs between stains.
   */
  ssd: {
    steps: [
      { kind: 'brightness', shift: [-0.125, 0.125] },
      { kind: 'contrast', factor: [0.5, 1.5] },
      { kind: 'saturation', factor: [0.5, 1.5] },
      { kind: 'stain' },
      { kind: 'expand', factor: [1, 4] },
      { kind: 'patch', probability: 0.86 },
      { kind: 'flip', axis: 'horizontal' },
    ],
  },

  /** Fields for a locator: windows at drawn magnifications, cut cells, other stains, lamps and cameras. */
  'located-cells': {
    steps: [
      { kind: 'cut', shown: [0.25, 0.65], probability: 0.5 },
      { kind: 'quarter-turn', probability: 0.75 },
      { kind: 'flip', axis: 'horizontal' },
      { kind: 'window', cellPx: [20, 230] },
      { kind: 'restain', probability: 0.25 },
      { kind: 'camera', strength: [0.4, 0.9], probability: 1 },
      { kind: 'poor-light', probability: 0.2 },
    ],
    border: [128, 128, 128],
    minVisibleShare: 0.15,
  },

  /** Single cells with outlines: bent, cut, beside others, under other stains, lamps and cameras. */
  'single-cells': {
    steps: [
      { kind: 'neighbour', probability: 0.18 },
      { kind: 'cut', shown: [0.28, 0.85], follows: true, probability: 0.3 },
      { kind: 'flip', axis: 'horizontal' },
      { kind: 'rotate', degrees: [-180, 180], probability: 1 },
      { kind: 'scale', factor: [0.81, 1.23], aspect: [0.92, 1.08], probability: 1 },
      { kind: 'shift', x: [-0.04, 0.04], y: [-0.04, 0.04], probability: 1 },
      { kind: 'elastic', sigmaPx: [16, 32], deviationPx: [1, 4], probability: 0.3 },
      { kind: 'restain', probability: 0.3 },
      { kind: 'camera', strength: [0.4, 0.9], probability: 1 },
      { kind: 'poor-light', probability: 0.12 },
      { kind: 'blur', sigmaPx: [0.8, 1.6], probability: 0.12 },
      { kind: 'noise', deviation: [1, 9], probability: 0.12 },
    ],
    mild: { share: 0.4, kinds: ['flip', 'rotate', 'scale', 'shift', 'camera'] },
    border: [128, 128, 128],
    minVisibleShare: 0.15,
  },

  /** Single cells by type: any turn, small shifts, stain and light as microscopes differ. */
  classification: {
    steps: [
      { kind: 'flip', axis: 'horizontal' },
      { kind: 'rotate', degrees: [-180, 180], probability: 0.9 },
      { kind: 'scale', factor: [0.85, 1.18], aspect: [0.9, 1.1], probability: 0.7 },
      { kind: 'shift', x: [-0.06, 0.06], y: [-0.06, 0.06] },
      { kind: 'stain', azure: [0.7, 1.4], eosin: [0.7, 1.4], probability: 0.7 },
      { kind: 'gamma', gamma: [0.7, 1.4] },
      { kind: 'brightness', shift: [-0.08, 0.08] },
      { kind: 'saturation', factor: [0.7, 1.3] },
      { kind: 'blur', sigmaPx: [0.3, 1.5], probability: 0.2 },
      { kind: 'noise', deviation: [1, 8], probability: 0.2 },
      { kind: 'jpeg', quality: [40, 95], probability: 0.2 },
      { kind: 'cut-out', count: [1, 2], side: [0.05, 0.2], probability: 0.2 },
    ],
  },
} as const satisfies Record<string, AugmentationRecipeInput>;

/** The name of a ready recipe. */
export type AugmentationRecipeName = keyof typeof augmentationRecipes;
