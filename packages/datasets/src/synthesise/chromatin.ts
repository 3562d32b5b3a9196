/**
 * @file Chromatin: how dense each point of a nucleus stains.
 *
 * Ripe nuclei are blocks of dense chromatin with small light gaps, young ones a fine even net, those
 * of monocytes loose strands ("lacy"). Both looks come from noise: a fractal field whose low side opens
 * into gaps, mixed with strands along its zero lines. Nucleoli are pale blue spots with a dense rim.
 */
import type { Random } from '@leukoscope/core';
import { fractalNoise, smoothStep, strandNoise } from './smooth-noise.ts';

/** How chromatin looks. Lengths in micrometres. */
export interface ChromatinPlan {
  /** Concentration of the azure-eosin complex where it is dense; 1 = a ripe neutrophil. */
  readonly density: number;
  /** Share of the nucleus that is light gaps, 0..1. */
  readonly openness: number;
  /** How much lighter the gaps are, 0..1. */
  readonly contrast: number;
  /** Width of blocks and gaps. */
  readonly grain: number;
  /** 0 = blocks, 1 = strands. */
  readonly lace: number;
  /** How much denser the edge of the nucleus is. */
  readonly rim: number;
  readonly nucleoli?: readonly [number, number];
}

/** What lies at one point of a nucleus. */
export interface ChromatinPoint {
  /** Concentration of the azure-eosin complex. */
  density: number;
  /** 0..1: how far the point lies in a light gap. */
  gap: number;
  /** 0..1: how far the point lies in a nucleolus. */
  nucleolus: number;
}

/** Read a point `depth` below the nucleus's edge; the same object is filled again at every call. */
export type ReadChromatin = (x: number, y: number, depth: number) => Readonly<ChromatinPoint>;

interface Nucleolus {
  readonly x: number;
  readonly y: number;
  readonly r: number;
}

/** Draw the chromatin of one nucleus; nucleoli go to `spots`, points that lie inside the nucleus. */
export function drawChromatin(
  plan: ChromatinPlan,
  random: Random,
  spots: readonly { x: number; y: number }[],
): ReadChromatin {
  // Turned at random for each cell, or the noise's lattice would show as rows.
  const turn = random.uniform(0, 2 * Math.PI);
  const cos = Math.cos(turn) / plan.grain;
  const sin = Math.sin(turn) / plan.grain;
  const shiftX = random.uniform(0, 256);
  const shiftY = random.uniform(0, 256);
  const density = plan.density * random.uniform(0.93, 1.07);
  // Fractal noise is about normal with deviation 0.36; this threshold leaves `openness` above it.
  const threshold = 0.36 * normalQuantile(1 - plan.openness);
  const nucleoli: Nucleolus[] = spots.map(({ x, y }) => ({ x, y, r: random.uniform(0.75, 1.35) }));
  const point: ChromatinPoint = { density: 0, gap: 0, nucleolus: 0 };

  return (x, y, depth) => {
    const u = x * cos - y * sin + shiftX;
    const v = x * sin + y * cos + shiftY;
    let n = fractalNoise(u, v);
    if (plan.lace > 0) n = n * (1 - plan.lace) - plan.lace * 0.5 * strandNoise(u * 0.8, v * 0.8);
    const rim = Math.exp(-((depth / 0.32) ** 2));
    const gap = smoothStep(threshold - 0.1, threshold + 0.18, n) * (1 - 0.85 * rim);
    // Nuclei are lenses: a little thinner towards the edge, under the rim.
    const lens = 0.86 + 0.14 * smoothStep(0, 1.6, depth);
    let value = density * lens * (1 - plan.contrast * gap) * (1 + plan.rim * rim - 0.07 * n);
    let nucleolus = 0;
    for (const spot of nucleoli) {
      const away = Math.hypot(x - spot.x, y - spot.y) + 0.25 * n;
      nucleolus = Math.max(nucleolus, smoothStep(spot.r + 0.15, spot.r - 0.25, away));
      value *= 1 + 0.12 * Math.exp(-(((away - spot.r - 0.15) / 0.2) ** 2));
    }
    point.density = value * (1 - 0.42 * nucleolus);
    point.gap = gap;
    point.nucleolus = nucleolus;
    return point;
  };
}

/** Approximate the quantile of the standard normal distribution (logistic form, error < 0.1). */
function normalQuantile(p: number): number {
  const clamped = Math.min(0.995, Math.max(0.005, p));
  return Math.log(clamped / (1 - clamped)) / 1.702;
}
