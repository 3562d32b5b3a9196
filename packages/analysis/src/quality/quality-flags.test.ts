import { createRandom, type Finding, type Sample } from '@leukoscope/core';
import {
  applyInterference,
  type InterferenceFactor,
  severities,
  synthesiseField,
} from '@leukoscope/datasets';
import { blurRaster, toRgbRaster } from '@leukoscope/image';
import { beforeAll, expect, test } from 'vitest';
import { estimatePixelsPerMicron } from './field-scale.ts';
import { estimateBlurPx } from './focus.ts';
import { fitLight } from './light-field.ts';
import { type QualityLimits, type QualityMeasureCode, qualityFlags } from './quality-flags.ts';
import { qualityViewOf } from './view-of-raster.ts';

const field = synthesiseField({
  seed: 5,
  look: 'scanner',
  size: { width: 320, height: 240 },
  pixelsPerMicron: 6,
  cells: ['neutrophil', 'lymphocyte'],
  annotate: 'all',
});

const findingsOf = ({ annotations }: Pick<Sample, 'annotations'>): Finding[] =>
  annotations.map(({ box, cellClass }) => ({
    box: box!,
    score: 1,
    classIndex: 0,
    cellClass: cellClass!,
    isIncomplete: false,
    isUnsure: false,
  }));

function measuresOf(sample: Sample, limits: QualityLimits = {}) {
  const findings = findingsOf(sample);
  const raster = toRgbRaster(sample.raster);
  return qualityFlags(qualityViewOf(raster, findings), findings, limits);
}

const measured = new Map<InterferenceFactor, ReturnType<typeof measuresOf>[]>();

/** Measures under every severity of a factor; simulated once. */
function under(factor: InterferenceFactor, code: QualityMeasureCode) {
  const all =
    measured.get(factor) ??
    severities.map((severity) =>
      measuresOf(
        applyInterference(field, factor, severity, createRandom(1), {
          pixelsPerMicron: field.pixelsPerMicron,
        }),
      ),
    );
  measured.set(factor, all);
  return all.map((measures) => measures.find((measure) => measure.code === code)!);
}

let clean: ReturnType<typeof measuresOf>;
beforeAll(() => {
  clean = measuresOf(field);
});

test('a clean field has no flag, and every measure has a value', () => {
  expect(clean.filter(({ isFlagged }) => isFlagged)).toEqual([]);
  expect(clean.filter(({ value }) => value === null)).toEqual([]);
});

const rising: [InterferenceFactor, QualityMeasureCode, 1 | -1, flaggedFrom: number][] = [
  ['defocus', 'focus', 1, 4],
  ['low-illumination', 'brightness', -1, 3],
  ['low-illumination', 'unevenness', 1, 3],
  ['colour-cast', 'colour-cast', 1, 2],
  ['ph-high', 'ph', 1, 3],
  ['ph-low', 'ph', -1, 6],
  ['ph-high', 'stain-strength', 1, 4],
  ['ph-low', 'stain-strength', -1, 6],
  ['debris', 'debris', 1, 4],
];

test.each(rising)('%s moves %s further with every severity (%i)', (factor, code, sign, from) => {
  const before = clean.find((measure) => measure.code === code)!.value!;
  const measures = under(factor, code);
  const values = [before, ...measures.map(({ value }) => value!)];
  values.slice(1).forEach((value, i) => {
    expect(sign * value).toBeGreaterThanOrEqual(sign * values[i]! - 1e-6);
  });
  expect(sign * (values.at(-1)! - before)).toBeGreaterThan(0.05 * Math.max(0.05, Math.abs(before)));
  measures.forEach(({ isFlagged }, i) => {
    if (i + 1 >= from) expect(isFlagged).toBe(true);
  });
});

test('overlapping leukocytes are told', () => {
  const [measure] = under('overlapping-leukocytes', 'overlap');
  expect(measure).toMatchObject({ isFlagged: true, text: 'leukocytes overlap' });
});

test('crowding rises with the density of the field', () => {
  const coverage = [0.1, 0.5, 1].map((density) => {
    const sample = synthesiseField({
      seed: 9,
      size: { width: 320, height: 240 },
      density,
      cells: [],
    });
    return measuresOf(sample).find(({ code }) => code === 'crowding')!.value!;
  });
  expect(coverage[1]).toBeGreaterThan(coverage[0]! + 0.1);
  expect(coverage[2]).toBeGreaterThan(coverage[1]!);
});

test('each limit of a site decides its own flag', () => {
  const limits: [QualityLimits, QualityMeasureCode][] = [
    [{ blurMicrons: 0.001 }, 'focus'],
    [{ brightness: 0.99 }, 'brightness'],
    [{ unevenness: 0 }, 'unevenness'],
    [{ colourCast: 0 }, 'colour-cast'],
    [{ stainStrength: [2, 3] }, 'stain-strength'],
    [{ erythrocyteTint: [0, 0.01] }, 'ph'],
    [{ crowding: 0.01 }, 'crowding'],
    [{ overlap: -1 }, 'overlap'],
    [{ debris: -1 }, 'debris'],
  ];
  for (const [limit, code] of limits) {
    const flagged = measuresOf(field, limit).filter(({ isFlagged }) => isFlagged);
    expect(flagged.map((measure) => measure.code)).toEqual([code]);
  }
});

test('the estimated blur is the one that was put on', () => {
  const sharp = estimateBlurPx(field.raster)!;
  for (const sigma of [1, 3]) {
    const blurred = toRgbRaster(blurRaster(field.raster, sigma));
    const expected = Math.hypot(sharp, sigma);
    expect(estimateBlurPx(blurred)! / expected).toBeGreaterThan(0.85);
    expect(estimateBlurPx(blurred)! / expected).toBeLessThan(1.2);
  }
  const flat = { ...field.raster, data: new Uint8Array(field.raster.data.length).fill(200) };
  expect(estimateBlurPx(flat)).toBeUndefined();
});

test('the light is fitted through the cells: a known fall-off is found', () => {
  const { width, height } = field.raster;
  const data = field.raster.data.slice();
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      // 40 % less at the right border
      for (let c = 0; c < 3; c++, i++) data[i] = Math.round(data[i]! * (1 - (0.4 * x) / width));
    }
  }
  const before = fitLight(field.raster);
  const light = fitLight({ ...field.raster, data });
  expect(before.unevenness).toBeLessThan(0.08);
  expect(light.unevenness).toBeGreaterThan(0.33);
  expect(light.unevenness).toBeLessThan(0.47);
  expect(light.at(10, 100, 1)).toBeGreaterThan(1.3 * light.at(width - 10, 100, 1));
});

test('the scale follows from the cells', () => {
  const scale = estimatePixelsPerMicron(findingsOf(field))!;
  expect(scale / field.pixelsPerMicron).toBeGreaterThan(0.75);
  expect(scale / field.pixelsPerMicron).toBeLessThan(1.3);
  expect(estimatePixelsPerMicron([])).toBeUndefined();
});

test('without cells what cannot be measured is null and not flagged', () => {
  const focus = measuresOf({ raster: field.raster, annotations: [] })[0];
  expect(focus).toMatchObject({ code: 'focus', value: null, isFlagged: false });
});
