import { createHash } from 'node:crypto';
import { type CellClass, maskArea, maskBox, toImageMask } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { smearLooks } from './looks.ts';
import { synthesisedClasses } from './paint-cell.ts';
import { synthesiseField } from './synthesise-field.ts';

const size = { width: 200, height: 160 };
const small = { size, pixelsPerMicron: 5 };
const hashOf = (data: Uint8Array) => createHash('sha1').update(data).digest('hex');

test('gives the same bytes for the same seed, and others for another', () => {
  const first = synthesiseField({ ...small, seed: 1 });
  const again = synthesiseField({ ...small, seed: 1 });
  const other = synthesiseField({ ...small, seed: 2 });
  expect(hashOf(again.raster.data)).toBe(hashOf(first.raster.data));
  expect(again.annotations).toEqual(first.annotations);
  expect(hashOf(other.raster.data)).not.toBe(hashOf(first.raster.data));
});

test('honours the size', () => {
  const { raster } = synthesiseField({ seed: 1, size: { width: 37, height: 91 }, cells: [] });
  expect([raster.width, raster.height, raster.data.length]).toEqual([37, 91, 37 * 91 * 3]);
});

test('shows every class that is asked for, once per entry', () => {
  const big = { width: 620, height: 480 };
  const { annotations, cells } = synthesiseField({
    seed: 3,
    size: big,
    pixelsPerMicron: 2,
    density: 0.1,
    cells: synthesisedClasses,
  });
  const names = annotations.map(({ cellClass }) => cellClass).sort();
  expect(names).toEqual([...synthesisedClasses].sort());
  expect(cells.every(({ visibleShare }) => visibleShare === 1)).toBe(true);
});

test('boxes are the tight boxes of the masks, inside the field', () => {
  const cells: CellClass[] = ['monocyte', 'lymphocyte', 'basophil', 'neutrophil'];
  const { annotations } = synthesiseField({ ...small, seed: 4, cells, overlap: 1, cutOff: 0.3 });
  for (const { box, mask } of annotations) {
    expect(box).toEqual(maskBox(mask!));
    expect(Math.min(box!.x1, box!.y1)).toBeGreaterThanOrEqual(0);
    expect(box!.x2).toBeLessThanOrEqual(size.width);
    expect(box!.y2).toBeLessThanOrEqual(size.height);
  }
});

test('visible masks of overlapping cells share no pixel, and what is hidden is said', () => {
  const cells: CellClass[] = ['monocyte', 'monocyte', 'monocyte', 'monocyte'];
  const sample = synthesiseField({ ...small, seed: 5, cells, overlap: 1 });
  const covered = new Uint8Array(size.width * size.height);
  for (const { mask } of sample.annotations) {
    toImageMask(mask!, size).data.forEach((value, i) => {
      covered[i]! += value;
    });
  }
  expect(Math.max(...covered)).toBe(1);
  expect(Math.min(...sample.cells.map(({ visibleShare }) => visibleShare))).toBeLessThan(0.95);
});

test('leaves cells apart unless they are to overlap', () => {
  const cells: CellClass[] = ['lymphocyte', 'lymphocyte', 'lymphocyte'];
  const apart = synthesiseField({ ...small, seed: 6, cells });
  expect(apart.cells.map(({ visibleShare }) => visibleShare)).toEqual([1, 1, 1]);
});

test('the border cuts cells when asked to', () => {
  for (const seed of [1, 2, 3, 4]) {
    const cells: CellClass[] = ['monocyte'];
    const { cells: facts } = synthesiseField({ ...small, seed, cells, cutOff: 1 });
    expect(facts[0]!.visibleShare).toBeGreaterThan(0.1);
    expect(facts[0]!.visibleShare).toBeLessThan(0.65);
  }
});

test('nuclei lie in their cells and are darker than the cytoplasm', () => {
  const { annotations, cells, raster } = synthesiseField({
    ...small,
    seed: 7,
    cells: ['monocyte'],
  });
  const cell = toImageMask(annotations[0]!.mask!, size).data;
  const nucleus = toImageMask(cells[0]!.nucleusMask!, size).data;
  expect(nucleus.every((value, i) => value <= cell[i]!)).toBe(true);
  const meanGreen = (inside: (i: number) => boolean) => {
    let sum = 0;
    let count = 0;
    cell.forEach((_, i) => {
      if (!inside(i)) return;
      sum += raster.data[i * 3 + 1]!;
      count++;
    });
    return sum / count;
  };
  const dark = meanGreen((i) => nucleus[i] === 1);
  expect(meanGreen((i) => cell[i] === 1 && nucleus[i] === 0)).toBeGreaterThan(dark + 40);
});

test('red cells cover more of a denser field', () => {
  const covered = [0, 0.3, 0.6].map((density) => {
    const field = synthesiseField({
      ...small,
      seed: 8,
      cells: [],
      density,
      annotate: 'all',
      platelets: 0,
    });
    return field.annotations.reduce((sum, { mask }) => sum + maskArea(mask!.mask), 0);
  });
  const area = size.width * size.height;
  expect(covered[0]).toBe(0);
  expect(covered[1]! / area).toBeGreaterThan(0.2);
  expect(covered[1]! / area).toBeLessThan(0.4);
  expect(covered[2]! / area).toBeGreaterThan(0.4);
  expect(covered[2]! / area).toBeLessThan(0.75);
});

test('annotates platelets, red cells and debris only when all is asked for', () => {
  const plan = {
    ...small,
    seed: 9,
    cells: ['lymphocyte'],
    platelets: 3,
    debris: 2,
    density: 0.3,
  } as const;
  const few = synthesiseField(plan);
  const all = synthesiseField({ ...plan, annotate: 'all' });
  const count = (name: CellClass) => all.annotations.filter((a) => a.cellClass === name).length;
  expect(few.annotations.map(({ cellClass }) => cellClass)).toEqual(['lymphocyte']);
  expect(count('platelet')).toBe(3);
  expect(count('artefact')).toBeLessThanOrEqual(2);
  expect(count('erythrocyte')).toBeGreaterThan(3);
  expect(hashOf(all.raster.data)).toBe(hashOf(few.raster.data));
});

test('slope, platelets, debris and pH change the picture', () => {
  const plain = { ...small, seed: 10, cells: [], density: 0.3, platelets: 0 } as const;
  const base = hashOf(synthesiseField(plain).raster.data);
  for (const change of [
    { slope: 1 },
    { platelets: 4 },
    { debris: 3 },
    { pH: 7.4 },
    { strength: 2 },
  ]) {
    expect(hashOf(synthesiseField({ ...plain, ...change }).raster.data)).not.toBe(base);
  }
});

test('a higher pH turns red cells from pink to blue', () => {
  const redness = (pH: number) => {
    const plan = { ...small, seed: 11, cells: [], density: 0.6, strength: 1 } as const;
    const { data } = synthesiseField({ ...plan, pH }).raster;
    let sum = 0;
    for (let i = 0; i < data.length; i += 3) sum += data[i]! - data[i + 2]!;
    return sum / (data.length / 3);
  };
  expect(redness(5.8)).toBeGreaterThan(redness(6.6) + 3);
  expect(redness(6.6)).toBeGreaterThan(redness(7.4) + 3);
});

test('every look paints, with its own colour of glass', () => {
  for (const [name, look] of Object.entries(smearLooks)) {
    const field = synthesiseField({
      ...small,
      seed: 12,
      cells: [],
      look,
      density: 0,
      platelets: 0,
    });
    const named = synthesiseField({
      ...small,
      seed: 12,
      cells: [],
      look: name as keyof typeof smearLooks,
      density: 0,
      platelets: 0,
    });
    expect(hashOf(named.raster.data)).toBe(hashOf(field.raster.data));
    const middle = (Math.floor(size.height / 4) * size.width + 20) * 3;
    for (const c of [0, 1, 2] as const) {
      expect(Math.abs(field.raster.data[middle + c]! - look.light[c])).toBeLessThan(70);
    }
  }
});

test('refuses classes that are no cells of their own, unknown looks and scales', () => {
  expect(() => synthesiseField({ ...small, seed: 1, cells: ['erythrocyte'] })).toThrow(
    'cell class must be one of',
  );
  expect(() => synthesiseField({ ...small, seed: 1, look: 'sepia' as 'scanner' })).toThrow(
    'look must be one of scanner',
  );
  expect(() => synthesiseField({ size, seed: 1, pixelsPerMicron: 0 })).toThrow(
    'pixelsPerMicron must be a number above 0. Received 0.',
  );
  const wrong = [
    { pH: 1 },
    { strength: 0 },
    { density: 2 },
    { slope: -1 },
    { overlap: 1.1 },
    { cutOff: Number.NaN },
    { platelets: 1.5 },
    { debris: -1 },
  ];
  for (const options of wrong) {
    const [name] = Object.keys(options);
    expect(() => synthesiseField({ ...small, seed: 1, ...options })).toThrow(`${name} must be`);
  }
});
