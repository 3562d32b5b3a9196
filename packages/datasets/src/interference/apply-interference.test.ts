import {
  type Annotation,
  boxArea,
  createRandom,
  createRgbRaster,
  maskArea,
  maskBox,
  type RgbRaster,
  type Sample,
} from '@leukoscope/core';
import { describe, expect, test } from 'vitest';
import { type InterferenceFactor, interferenceFactors } from '../interference-factors.ts';
import { synthesiseField } from '../synthesise/synthesise-field.ts';
import { applyInterference } from './apply-interference.ts';
import { type Severity, severities } from './severity.ts';

const base = synthesiseField({
  seed: 5,
  size: { width: 180, height: 140 },
  pixelsPerMicron: 4.5,
  cells: ['segmented-neutrophil', 'lymphocyte'],
});
const names = Object.keys(interferenceFactors) as InterferenceFactor[];
const apply = (factor: InterferenceFactor, severity: Severity, sample: Sample = base, seed = 2) =>
  applyInterference(sample, factor, severity, createRandom(seed));

const sameBytes = (a: RgbRaster, b: RgbRaster) => Buffer.compare(a.data, b.data) === 0;

/** Check that a measure rises strictly from severity to severity. */
function expectRising(values: readonly number[]) {
  for (let i = 1; i < values.length; i++) expect(values[i]).toBeGreaterThan(values[i - 1]!);
}

const meanOf = ({ data }: RgbRaster, channel?: number) => {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < data.length; i++) {
    if (channel !== undefined && i % 3 !== channel) continue;
    sum += data[i]!;
    count++;
  }
  return sum / count;
};
const sharpness = ({ data, width }: RgbRaster) => {
  let sum = 0;
  for (let i = 1; i < data.length - width * 3; i++) sum += Math.abs(data[i + 3]! - data[i]!) || 0;
  return sum / data.length;
};
const difference = (a: RgbRaster, b: RgbRaster) =>
  a.data.reduce((sum, value, i) => sum + Math.abs(value - b.data[i]!), 0) / a.data.length;

test.each(names)('%s is repeatable, tags the sample and leaves the input alone', (factor) => {
  const before = base.raster.data.slice();
  const first = apply(factor, 3);
  expect(sameBytes(first.raster, apply(factor, 3).raster)).toBe(true);
  expect(first.factors).toEqual([factor]);
  expect(sameBytes(first.raster, { ...base.raster, data: before })).toBe(false);
  expect(sameBytes(base.raster, { ...base.raster, data: before })).toBe(true);
});

test.each(names)('%s keeps boxes equal to the masks and inside the picture', (factor) => {
  for (const severity of severities) {
    const { raster, annotations } = apply(factor, severity);
    for (const { box, mask } of annotations) {
      expect(maskBox(mask!)).toEqual(box);
      expect(box!.x1).toBeGreaterThanOrEqual(0);
      expect(box!.y1).toBeGreaterThanOrEqual(0);
      expect(box!.x2).toBeLessThanOrEqual(raster.width);
      expect(box!.y2).toBeLessThanOrEqual(raster.height);
    }
  }
});

describe('grows with severity', () => {
  test('colour cast: channels drift apart from the original', () => {
    expectRising(severities.map((s) => difference(apply('colour-cast', s).raster, base.raster)));
  });

  test('low illumination: the picture gets darker', () => {
    expectRising(severities.map((s) => -meanOf(apply('low-illumination', s).raster)));
  });

  test('defocus: neighbouring pixels become alike', () => {
    expectRising(severities.map((s) => -sharpness(apply('defocus', s).raster)));
  });

  test('pH too high: red falls against blue; too low: the other way', () => {
    const drift = (raster: RgbRaster) => meanOf(raster, 2) - meanOf(raster, 0);
    expectRising(severities.map((s) => drift(apply('ph-high', s).raster)));
    expectRising(severities.map((s) => -drift(apply('ph-low', s).raster)));
  });

  test('giant platelets: they cover more, and each is annotated', () => {
    const platelets = (s: Severity) =>
      apply('giant-platelets', s).annotations.filter((a) => a.cellClass === 'giant-platelet');
    expect(severities.map((s) => platelets(s).length)).toEqual([1, 2, 3, 5, 8]);
    expectRising(
      severities.map((s) => platelets(s).reduce((sum, { mask }) => sum + maskArea(mask!.mask), 0)),
    );
  });

  test('debris: more of the picture changes, nothing is annotated', () => {
    const changed = severities.map((s) => {
      const { raster, annotations } = apply('debris', s);
      expect(annotations).toEqual(base.annotations);
      return difference(raster, base.raster);
    });
    expect(changed[4]).toBeGreaterThan(2 * changed[0]!);
    expect(changed[2]).toBeGreaterThan(changed[0]!);
  });

  test('overlapping leukocytes: more cells, more hidden', () => {
    const hidden = severities.map((s) => {
      const { annotations } = apply('overlapping-leukocytes', s);
      expect(annotations.length).toBeGreaterThan(base.annotations.length);
      // The original cells come first; what copies cover is gone from their masks.
      const left = annotations.slice(0, 2).reduce((sum, { mask }) => sum + maskArea(mask!.mask), 0);
      return -left;
    });
    expect(hidden[4]).toBeGreaterThan(hidden[0]!);
  });

  test('degenerated cells: the picture changes more, only around leukocytes', () => {
    const changes = severities.map((s) =>
      difference(apply('degenerated-cells', s).raster, base.raster),
    );
    expectRising([changes[0]!, changes[2]!, changes[4]!]);
    const far = apply('degenerated-cells', 5).raster.data.slice(0, 3);
    expect(far).toEqual(base.raster.data.slice(0, 3));
  });

  test('incomplete cells: the share of one cell that stays falls from 50 % to 25 %', () => {
    const wanted = [0.5, 0.44, 0.375, 0.31, 0.25];
    severities.forEach((s, i) => {
      const { raster, annotations } = apply('incomplete-cells', s);
      const shares = annotations.map((a) => {
        const whole = base.annotations.find(({ cellClass }) => cellClass === a.cellClass)!;
        return maskArea(a.mask!.mask) / maskArea(whole.mask!.mask);
      });
      expect(Math.min(...shares.map((share) => Math.abs(share - wanted[i]!)))).toBeLessThan(0.03);
      expect(raster.width * raster.height).toBeLessThan(180 * 140);
    });
  });
});

test('works on boxes without masks, and then gives boxes only', () => {
  const boxed: Sample = {
    raster: base.raster,
    annotations: base.annotations.map(({ box, cellClass }) => ({ box, cellClass }) as Annotation),
  };
  for (const factor of names) {
    const { annotations } = apply(factor, 3, boxed);
    expect(annotations.length).toBeGreaterThan(0);
    for (const { box, mask, cellClass } of annotations) {
      expect(boxArea(box!)).toBeGreaterThan(0);
      if (cellClass !== 'giant-platelet') expect(mask).toBeUndefined();
    }
  }
});

test('adds its tag to those the sample has, once', () => {
  const twice = applyInterference(apply('defocus', 1), 'ph-low', 2, createRandom(1));
  expect(twice.factors).toEqual(['defocus', 'ph-low']);
  expect(applyInterference(twice, 'defocus', 1, createRandom(1)).factors).toHaveLength(2);
});

test('the scale given decides how far defocus reaches', () => {
  const at = (pixelsPerMicron: number) =>
    sharpness(applyInterference(base, 'defocus', 3, createRandom(1), { pixelsPerMicron }).raster);
  expect(at(12)).toBeLessThan(at(3));
});

test('says what is missing', () => {
  const empty: Sample = { raster: createRgbRaster({ width: 20, height: 20 }), annotations: [] };
  expect(() => apply('overlapping-leukocytes', 3, empty)).toThrow('sample must hold a leukocyte');
  expect(() => apply('incomplete-cells', 3, empty)).toThrow('sample must hold a leukocyte');
  expect(() => apply('defocus', 3, empty)).toThrow('pixelsPerMicron must be given');
  expect(() => apply('colour-cast', 6 as Severity)).toThrow('severity must be 1, 2, 3, 4 or 5.');
  const grey: Sample = {
    raster: { width: 1, height: 1, channels: 1, bitDepth: 8, data: new Uint8Array(1) },
    annotations: [],
  };
  expect(() => apply('colour-cast', 1, grey)).toThrow('raster must have 3 channels of 8 bits.');
});
