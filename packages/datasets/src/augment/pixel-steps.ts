/** @file The steps that change values but not places, in place on a raster that the caller owns. */
import type { Random, RgbRaster } from '@leukoscope/core';
import { blurRaster, clampByte } from '@leukoscope/image';
import { restainAtPh } from '../interference/shift-ph.ts';
import { changeCameraInPlace, dimInPlace } from './camera-step.ts';
import { jpegArtefactsInPlace } from './jpeg-artefacts.ts';
import type { AugmentationStep, StepOf } from './recipe.ts';
import { drawDyes, jitterStainInPlace } from './stain-jitter.ts';

type PixelStep = StepOf<
  | 'blur'
  | 'gamma'
  | 'brightness'
  | 'contrast'
  | 'saturation'
  | 'stain'
  | 'restain'
  | 'camera'
  | 'poor-light'
  | 'noise'
  | 'jpeg'
  | 'cut-out'
>;

const pixelKinds: ReadonlySet<string> = new Set<PixelStep['kind']>([
  'blur',
  'gamma',
  'brightness',
  'contrast',
  'saturation',
  'stain',
  'restain',
  'camera',
  'poor-light',
  'noise',
  'jpeg',
  'cut-out',
]);

/** Tell whether a step changes values only. */
export function isPixelStep(step: AugmentationStep): step is PixelStep {
  return pixelKinds.has(step.kind);
}

/** A rectangle that cut-out painted over. */
export interface Hole {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** Steps on one raster that the caller owns. */
export interface PixelPainter {
  /** Apply one step and say in words what it did. */
  apply(step: PixelStep, draw: Random): string;
  /** Write what is still pending; returns the holes that cut-out made. */
  finish(): readonly Hole[];
}

/**
 * Work on a raster in place. Gamma, brightness and contrast send each value through a table of 256;
 * neighbours in the recipe are joined into one table, which gives the same bytes in one pass.
 */
export function createPixelPainter(raster: RgbRaster): PixelPainter {
  const holes: Hole[] = [];
  let table: Uint8Array | undefined;
  const addTable = (map: (value: number) => number) => {
    const next = Uint8Array.from({ length: 256 }, (_, value) => clampByte(map(value)));
    table = table === undefined ? next : table.map((value) => next[value]!);
  };
  const flush = () => {
    if (table !== undefined) applyTableInPlace(raster, table);
    table = undefined;
  };
  return {
    apply(step, draw) {
      switch (step.kind) {
        case 'gamma': {
          const gamma = Math.exp(draw.uniform(Math.log(step.gamma[0]), Math.log(step.gamma[1])));
          addTable((value) => 255 * (value / 255) ** gamma);
          return `gamma ${gamma.toFixed(2)}`;
        }
        case 'brightness': {
          const shift = draw.uniform(...step.shift);
          addTable((value) => value + 255 * shift);
          return `brightness ${signed(shift * 100)} %`;
        }
        case 'contrast': {
          const factor = draw.uniform(...step.factor);
          const mean = meanOf(raster, table);
          addTable((value) => mean + factor * (value - mean));
          return `contrast ${factor.toFixed(2)}`;
        }
        default:
          flush();
          return applyInPlace(raster, step, draw, holes);
      }
    },
    finish() {
      flush();
      return holes;
    },
  };
}

type AreaStep = Exclude<PixelStep, StepOf<'gamma' | 'brightness' | 'contrast'>>;

function applyInPlace(raster: RgbRaster, step: AreaStep, draw: Random, holes: Hole[]): string {
  switch (step.kind) {
    case 'blur': {
      const sigma = draw.uniform(...step.sigmaPx);
      raster.data.set(blurRaster(raster, sigma).data);
      return `blur ${sigma.toFixed(1)} px`;
    }
    case 'saturation': {
      const factor = draw.uniform(...step.factor);
      saturateInPlace(raster, factor);
      return `saturation ${factor.toFixed(2)}`;
    }
    case 'stain': {
      const azure = draw.uniform(...step.azure);
      const eosin = draw.uniform(...step.eosin);
      const dyes = step.turn[1] === 0 ? undefined : drawDyes(step.turn, draw);
      jitterStainInPlace(raster, azure, eosin, dyes);
      return `stain ${azure.toFixed(2)}, ${eosin.toFixed(2)}`;
    }
    case 'restain': {
      const pH = draw.uniform(...step.pH);
      const [low, high] = step.strength;
      const strength = Math.exp(draw.uniform(Math.log(low), Math.log(high)));
      raster.data.set(restainAtPh(raster, pH, strength).data);
      return `pH ${pH.toFixed(1)}, strength ${strength.toFixed(2)}`;
    }
    case 'camera': {
      const strength = draw.uniform(...step.strength);
      changeCameraInPlace(raster, strength, draw);
      return `camera ${strength.toFixed(2)}`;
    }
    case 'poor-light': {
      const left = dimInPlace(raster, step, draw);
      return `light ${Math.round(100 * left)} %`;
    }
    case 'noise': {
      const deviation = draw.uniform(...step.deviation);
      addNoiseInPlace(raster, deviation, draw);
      return `noise ${deviation.toFixed(1)}`;
    }
    case 'jpeg': {
      const quality = Math.round(draw.uniform(...step.quality));
      jpegArtefactsInPlace(raster, quality);
      return `JPEG ${quality}`;
    }
    case 'cut-out': {
      const count = draw.integer(Math.round(step.count[0]), Math.round(step.count[1]) + 1);
      for (let i = 0; i < count; i++) holes.push(cutHoleInPlace(raster, step, draw));
      return `cut-out ${count}`;
    }
  }
}

function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(Math.round(value))}`;
}

function applyTableInPlace(raster: RgbRaster, table: Uint8Array): void {
  const { data } = raster;
  for (let i = 0; i < data.length; i++) data[i] = table[data[i]!]!;
}

/**
 * Mean of every 17th pixel, as the pending table will leave them; 17, because a divisor of the width
 * would look at the same few columns only.
 */
function meanOf(raster: RgbRaster, table: Uint8Array | undefined): number {
  const { data } = raster;
  let sum = 0;
  let count = 0;
  for (let i = 0; i < data.length; i += 51, count += 3) {
    for (let c = 0; c < 3; c++) {
      const value = data[i + c]!;
      sum += table === undefined ? value : table[value]!;
    }
  }
  return sum / count;
}

/** I' = Y + f (I - Y), with the luma Y of BT.601 */
function saturateInPlace(raster: RgbRaster, factor: number): void {
  const { data } = raster;
  for (let i = 0; i < data.length; i += 3) {
    const r = data[i]!;
    const g = data[i + 1]!;
    const b = data[i + 2]!;
    const grey = (0.299 * r + 0.587 * g + 0.114 * b) * (1 - factor) + 0.5;
    data[i] = cut(grey + factor * r);
    data[i + 1] = cut(grey + factor * g);
    data[i + 2] = cut(grey + factor * b);
  }
}

/** Clip to 0..255; the store into bytes cuts the fraction. */
function cut(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

/**
 * Normal noise from a table of 8,192 draws, read at places that a 32-bit xorshift chooses: a true draw
 * for each of 786,432 values would take longer than all other steps together.
 */
function addNoiseInPlace(raster: RgbRaster, deviation: number, draw: Random): void {
  const table = new Float32Array(8192);
  for (let i = 0; i < table.length; i++) table[i] = draw.normal(0, deviation) + 0.5;
  let word = draw.integer(1, 0x7fffffff);
  const { data } = raster;
  for (let i = 0; i < data.length; i++) {
    word ^= word << 13;
    word ^= word >>> 17;
    word ^= word << 5;
    data[i] = cut(data[i]! + table[word & 8191]!);
  }
}

function cutHoleInPlace(raster: RgbRaster, step: StepOf<'cut-out'>, draw: Random): Hole {
  const width = Math.round(draw.uniform(...step.side) * raster.width);
  const height = Math.round(draw.uniform(...step.side) * raster.height);
  const x1 = draw.integer(0, Math.max(1, raster.width - width + 1));
  const y1 = draw.integer(0, Math.max(1, raster.height - height + 1));
  const hole = { x1, y1, x2: x1 + width, y2: y1 + height };
  for (let y = y1; y < hole.y2; y++) {
    raster.data.fill(128, (y * raster.width + x1) * 3, (y * raster.width + hole.x2) * 3);
  }
  return hole;
}
