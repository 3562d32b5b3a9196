/**
 * @file Measures of an image's quality with thresholds, so that bad figures are known as such.
 *
 * Every measure has a number, a unit and the value from which it is flagged; docs/quality-flags.md
 * explains formulas and thresholds. Colours and light are measured on a small picture of the whole field,
 * focus on a detail at full resolution.
 */
import {
  type Box,
  boxArea,
  type Finding,
  isLeukocyte,
  type RgbRaster,
  type Size,
} from '@leukoscope/core';
import { rgbToLab } from '@leukoscope/image';
import { estimatePixelsPerMicron } from './field-scale.ts';
import { detailBox, estimateBlurPx } from './focus.ts';
import { fitLight } from './light-field.ts';
import { measureStain } from './stain-measures.ts';

/** Everything that is measured. */
export type QualityMeasureCode =
  | 'focus'
  | 'brightness'
  | 'unevenness'
  | 'colour-cast'
  | 'stain-strength'
  | 'ph'
  | 'crowding'
  | 'overlap'
  | 'debris';

/** One measured value. */
export interface QualityMeasure {
  readonly code: QualityMeasureCode;
  readonly name: string;
  /** Null where the field shows nothing to measure it by. */
  readonly value: number | null;
  readonly unit: string;
  /** Values inside are good. */
  readonly low: number | null;
  readonly high: number | null;
  readonly isFlagged: boolean;
  /** What a flag means; empty when it is not flagged. */
  readonly text: string;
}

/** The pictures that quality is judged by. */
export interface QualityView {
  /** The whole field, made smaller by `factor`. */
  readonly preview: RgbRaster;
  /** Pixels of the image per pixel of the preview, on each axis. */
  readonly factor: number;
  /** A part of the field at full resolution. */
  readonly detail: RgbRaster;
}

/** Limits of good values; a site can set its own. */
export interface QualityLimits {
  /** Largest blur of the sharpest edges, in micrometres. @default 0.25 */
  readonly blurMicrons?: number;
  /** Least light of free glass, 0..1. @default 0.5 */
  readonly brightness?: number;
  /** Largest loss of light across the field, 0..1. @default 0.3 */
  readonly unevenness?: number;
  /** Largest chroma of the light in CIELAB. @default 26 */
  readonly colourCast?: number;
  /** Red density of nuclei. @default [0.3, 1.9] */
  readonly stainStrength?: readonly [number, number];
  /** Red over green density of erythrocytes. @default [0.25, 0.8] */
  readonly erythrocyteTint?: readonly [number, number];
  /** Largest share of the field under cells. @default 0.85 */
  readonly crowding?: number;
  /** Largest share of leukocytes whose boxes overlap another one. @default 0.25 */
  readonly overlap?: number;
  /** Largest share of the field that is dark but no cell. @default 0.006 */
  readonly debris?: number;
}

/** Side of the detail that focus is measured on. */
export const detailSide = 400;

/** Choose the detail: around the leukocyte that is farthest inside, or the middle of the field. */
export function chooseDetail(size: Size, findings: readonly Finding[]): Box {
  const middle = { x: size.width / 2, y: size.height / 2 };
  const centres = findings
    .filter(({ cellClass }) => isLeukocyte(cellClass))
    .map(({ box }) => ({ x: (box.x1 + box.x2) / 2, y: (box.y1 + box.y2) / 2 }))
    .sort(
      (a, b) =>
        Math.hypot(a.x - middle.x, a.y - middle.y) - Math.hypot(b.x - middle.x, b.y - middle.y),
    );
  return detailBox(size, centres[0] ?? middle, detailSide);
}

/** Measure a field; `findings` are in pixels of the image. */
export function qualityFlags(
  view: QualityView,
  findings: readonly Finding[],
  limits: QualityLimits = {},
): QualityMeasure[] {
  const {
    blurMicrons = 0.25,
    brightness = 0.5,
    unevenness = 0.3,
    colourCast = 26,
    stainStrength = [0.3, 1.9],
    erythrocyteTint = [0.25, 0.8],
    crowding = 0.85,
    overlap = 0.25,
    debris = 0.006,
  } = limits;
  const light = fitLight(view.preview);
  const [r, g, b] = light.middle;
  const lab = rgbToLab(clampByte(r), clampByte(g), clampByte(b));
  const stain = measureStain(view.preview, light, shrink(findings, view.factor));
  const scale = estimatePixelsPerMicron(findings);
  const blurPx = estimateBlurPx(view.detail);
  const blur = blurPx === undefined || scale === undefined ? null : blurPx / scale;
  // Rec. 601 weights, as the grey that people see
  const glass = (0.299 * r + 0.587 * g + 0.114 * b) / 255;
  const chroma = Math.hypot(lab[1], lab[2]);
  return [
    measure('focus', 'Blur of the sharpest edges', blur, 'µm', null, blurMicrons, {
      high: 'out of focus',
    }),
    measure('brightness', 'Light of free glass', glass, '', brightness, null, {
      low: 'too dark',
    }),
    measure(
      'unevenness',
      'Loss of light across the field',
      light.unevenness,
      '',
      null,
      unevenness,
      {
        high: 'unevenly lit',
      },
    ),
    measure('colour-cast', 'Chroma of the light', chroma, '', null, colourCast, {
      high: 'colour cast; balance the white',
    }),
    measure(
      'stain-strength',
      'Density of nuclei',
      stain.nuclearDensity ?? null,
      '',
      ...stainStrength,
      {
        low: 'stained too weakly',
        high: 'stained too strongly',
      },
    ),
    measure('ph', 'Tint of erythrocytes', stain.erythrocyteTint ?? null, '', ...erythrocyteTint, {
      low: 'reddish: the buffer may be too acid (below pH 6.4)',
      high: 'greyish: the buffer may be too alkaline (above pH 6.8)',
    }),
    measure('crowding', 'Field under cells', stain.coverage, '', null, crowding, {
      high: 'too crowded; choose a thinner part of the smear',
    }),
    measure('overlap', 'Leukocytes that overlap', overlapShare(findings), '', null, overlap, {
      high: 'leukocytes overlap',
    }),
    measure('debris', 'Dark matter outside cells', stain.debris, '', null, debris, {
      high: 'dye precipitate or debris',
    }),
  ];
}

function measure(
  code: QualityMeasureCode,
  name: string,
  value: number | null,
  unit: string,
  low: number | null,
  high: number | null,
  texts: { readonly low?: string; readonly high?: string },
): QualityMeasure {
  const isLow = value !== null && low !== null && value < low;
  const isHigh = value !== null && high !== null && value > high;
  const text = (isLow ? texts.low : isHigh ? texts.high : undefined) ?? '';
  return { code, name, value, unit, low, high, isFlagged: isLow || isHigh, text };
}

function clampByte(value: number): number {
  return Math.min(255, Math.max(0, value));
}

function shrink(findings: readonly Finding[], factor: number): Finding[] {
  return findings.map(({ mask: _mask, ...finding }) => {
    const { x1, y1, x2, y2 } = finding.box;
    const box = { x1: x1 / factor, y1: y1 / factor, x2: x2 / factor, y2: y2 / factor };
    return { ...finding, box };
  });
}

/** Share of leukocytes whose box shares more than 5 % of the smaller one with another leukocyte. */
function overlapShare(findings: readonly Finding[]): number | null {
  const leukocytes = findings.filter(({ cellClass }) => isLeukocyte(cellClass));
  if (leukocytes.length === 0) return null;
  const overlaps = leukocytes.filter((a) =>
    leukocytes.some((b) => {
      if (a === b) return false;
      const width = Math.min(a.box.x2, b.box.x2) - Math.max(a.box.x1, b.box.x1);
      const height = Math.min(a.box.y2, b.box.y2) - Math.max(a.box.y1, b.box.y1);
      if (width <= 0 || height <= 0) return false;
      return width * height > 0.05 * Math.min(boxArea(a.box), boxArea(b.box));
    }),
  );
  return overlaps.length / leukocytes.length;
}
