/** @file What has to be known to paint one kind of nucleated cell. Lengths in micrometres. */
import type { ChromatinPlan } from './chromatin.ts';
import type { GranulePlan } from './granules.ts';
import type { NucleusPlan } from './nucleus-plans.ts';
import type { OutlinePlan } from './outline.ts';

/** Lowest and highest value. */
export type Range = readonly [number, number];

/** The body of a cell around its nucleus. */
export interface CytoplasmPlan {
  readonly azure: Range;
  readonly eosin: Range;
  readonly haemoglobin?: Range;
  /** Unevenness, 0..1, and how wide its features are. */
  readonly texture: number;
  readonly grain: number;
  /** Azure added along the outer edge. */
  readonly rim: number;
  /** How much paler it is right beside the nucleus, 0..1. */
  readonly halo?: number;
  /** How much paler the Golgi field beside the nucleus is, 0..1. */
  readonly hof?: number;
  /** Number of clear bubbles, and their radii. */
  readonly vacuoles?: Range;
  readonly vacuoleRadius?: Range;
}

/** One kind of nucleated cell. */
export interface LeukocytePlan {
  readonly diameter: Range;
  readonly outline: OutlinePlan & { readonly elongationRange?: Range; readonly blebRange?: Range };
  readonly nucleus: NucleusPlan;
  readonly chromatin: ChromatinPlan;
  readonly cytoplasm: CytoplasmPlan;
  readonly granules: readonly GranulePlan[];
  /** Softness of the cell's outer edge. @default 0.16 */
  readonly edge?: number;
}
