import {
  type CellClass,
  clopperPearson,
  reportClass,
  taxonomies,
  typeDepths,
} from '@leukoscope/core';
import { expect, test } from 'vitest';
import { caseFlags } from './case-flags.ts';
import { type CountedCell, countOf, differential } from './differential.ts';
import { parseReferenceRanges, referenceRanges } from './reference-ranges.ts';

const cells = (counts: Partial<Record<CellClass, number>>, isUnsure = false): CountedCell[] =>
  Object.entries(counts).flatMap(([cellClass, count]) =>
    Array.from({ length: count }, () => ({
      cellClass: cellClass as CellClass,
      isUnsure,
      isIncomplete: false,
    })),
  );

const normal = {
  'segmented-neutrophil': 55,
  'band-neutrophil': 3,
  lymphocyte: 30,
  monocyte: 8,
  eosinophil: 3,
  basophil: 1,
} as const;

test('shares carry the exact limits of the table for 100 cells', () => {
  const { rows, total } = differential(cells(normal));
  expect(total).toBe(100);
  const lymphocytes = rows.find(({ cellClass }) => cellClass === 'lymphocyte')!;
  expect(lymphocytes.share).toBe(0.3);
  // Ruemke: 30 % of 100 is 21.2 to 40.0
  expect((100 * lymphocytes.limits!.low).toFixed(1)).toBe('21.2');
  expect((100 * lymphocytes.limits!.high).toFixed(1)).toBe('40.0');
  expect(rows.map(({ name }) => name)).toEqual([
    'Segmented neutrophil',
    'Band neutrophil',
    'Basophil',
    'Eosinophil',
    'Lymphocyte',
    'Monocyte',
  ]);
  const wide = differential(cells(normal), { confidence: 0.99 }).rows[0]!.limits!;
  expect(wide.low).toBeLessThan(rows[0]!.limits!.low);
});

test('five, eleven and fine types agree: each table is the finer one added up', () => {
  const every = Object.fromEntries(
    taxonomies.fine.classes.map((cellClass, i) => [cellClass, i + 1]),
  );
  const sample = cells(every);
  const [five, eleven, fine] = typeDepths.map((depth) => differential(sample, { depth }));
  expect(five!.total).toBe(fine!.total);
  expect(eleven!.total).toBe(fine!.total);
  for (const coarse of taxonomies.five.classes) {
    expect(countOf(five!, [coarse])).toBe(countOf(fine!, [coarse]));
  }
  for (const table of [five!, eleven!, fine!]) {
    const sum = table.rows.reduce((all, { count }) => all + count, 0);
    expect(sum).toBe(table.total);
  }
  // adding the rows of the finer table up gives the coarser one
  for (const { cellClass, count } of five!.rows) {
    const parts = fine!.rows.filter((row) => reportClass(row.cellClass, 'five') === cellClass);
    expect(parts.reduce((all, row) => all + row.count, 0)).toBe(count);
  }
});

test('cells that are not sure are unidentified and stay out of the shares', () => {
  const table = differential([...cells(normal), ...cells({ monocyte: 12 }, true)]);
  expect(table.total).toBe(100);
  expect(table.unidentified).toBe(12);
  expect(table.rows.find(({ cellClass }) => cellClass === 'monocyte')!.count).toBe(8);
  expect(caseFlags(table)).toContainEqual({
    code: 'unidentified',
    severity: 'warning',
    text: '12 leukocytes are unidentified',
  });
});

test('erythroblasts and smudge cells are given per 100 leukocytes with limits', () => {
  const table = differential(cells({ ...normal, erythroblast: 5, 'smudge-cell': 20 }));
  expect(table.total).toBe(100);
  const [erythroblasts, smudges] = table.accompanying;
  expect(erythroblasts!.per100).toBe(5);
  const p = clopperPearson(5, 105);
  expect(erythroblasts!.limits!.low).toBeCloseTo((100 * p.low) / (1 - p.low), 9);
  expect(erythroblasts!.limits!.high).toBeCloseTo((100 * p.high) / (1 - p.high), 9);
  expect(smudges!.per100).toBe(20);
});

test('absolute counts are share times WBC, with ranges of their own', () => {
  const table = differential(cells({ neutrophil: 90, lymphocyte: 10 }), {
    wbcPerMicrolitre: 12_000,
    depth: 'five',
  });
  const [neutrophils, lymphocytes] = table.rows;
  expect(neutrophils!.perMicrolitre!.value).toBe(0.9 * 12_000);
  expect(neutrophils!.perMicrolitre!.low).toBeCloseTo(clopperPearson(90, 100).low * 12_000, 6);
  expect(neutrophils!.absoluteCheck).toMatchObject({ position: 'above', isCertain: true });
  expect(lymphocytes!.absoluteCheck).toMatchObject({ position: 'within', isCertain: false });
  expect(() => differential([], { wbcPerMicrolitre: 0 })).toThrow('7.2 x 10^9/L is 7200');
});

test('a value outside its range is certain only when its limits are outside too', () => {
  const of100 = differential(cells({ neutrophil: 88, monocyte: 12 }));
  const monocytes = (table: typeof of100) =>
    table.rows.find(({ cellClass }) => cellClass === 'monocyte')!.check;
  // 12 % of 100: 6.4 to 20.0, which reaches into 0..9
  expect(monocytes(of100)).toMatchObject({ position: 'above', isCertain: false });
  // the same share of 500 cells: 9.3 to 15.2
  const of500 = differential(cells({ neutrophil: 440, monocyte: 60 }));
  expect(monocytes(of500)).toMatchObject({ position: 'above', isCertain: true });
  const clear = differential(cells({ neutrophil: 80, monocyte: 20 }));
  expect(monocytes(clear)).toMatchObject({ position: 'above', isCertain: true });
  expect(caseFlags(clear).map(({ code }) => code)).toContain('out-of-range');
  const ofMonocytes = caseFlags(of100).filter(({ text }) => text.startsWith('Monocyte'));
  expect(ofMonocytes).toEqual([]);
});

test('ranges of a site replace the defaults', () => {
  const ranges = parseReferenceRanges({ name: 'ours', percent: { monocyte: [0, 15] } });
  const table = differential(cells({ neutrophil: 88, monocyte: 12 }), { ranges });
  expect(table.ranges).toBe('ours');
  expect(table.rows.at(-1)!.check).toMatchObject({ position: 'within' });
  expect(table.rows[0]!.check).toBeNull();
  expect(referenceRanges.ucsd.percent.eosinophil).toEqual({ low: 1, high: 3 });
  expect(() => parseReferenceRanges({ name: 'x', percent: { wbc: [0, 1] } })).toThrow('wbc');
  expect(() => parseReferenceRanges({ name: 'x', percent: { monocyte: [9, 1] } })).toThrow('[9,1]');
  expect(() => parseReferenceRanges([])).toThrow('must be an object');
});

test('immature and abnormal cells are flagged, as is a left shift', () => {
  const codes = (counts: Partial<Record<CellClass, number>>) =>
    caseFlags(differential(cells(counts))).map(({ code }) => code);
  expect(codes(normal)).toEqual([]);
  expect(codes({ ...normal, blast: 2 })).toContain('blasts');
  expect(codes({ ...normal, myeloblast: 1 })).toContain('blasts');
  expect(codes({ ...normal, myelocyte: 1 })).toContain('immature-granulocytes');
  expect(codes({ ...normal, 'band-neutrophil': 12 })).toContain('left-shift');
  expect(codes({ ...normal, erythroblast: 1 })).toContain('erythroblasts');
  expect(codes({ ...normal, 'plasma-cell': 1 })).toContain('plasma-cells');
  expect(codes({ ...normal, 'reactive-lymphocyte': 3 })).toContain('reactive-lymphocytes');
  expect(codes({ ...normal, 'smudge-cell': 11 })).toContain('smudge-cells');
  expect(codes({ ...normal, 'smudge-cell': 10 })).not.toContain('smudge-cells');
  expect(codes({ platelet: 3 })).toEqual(['no-leukocytes']);
});

test('the target decides when cells are too few', () => {
  const code = (target: 100 | 200) =>
    caseFlags(differential(cells(normal), { target })).map((flag) => flag.code);
  expect(code(100)).not.toContain('too-few-cells');
  expect(code(200)).toContain('too-few-cells');
});

test('classes that were not seen get rows where they are asked for', () => {
  const { rows } = differential([], { classes: ['basophil', 'band-neutrophil'], depth: 'five' });
  expect(rows.map(({ name, count, share }) => [name, count, share])).toEqual([
    ['Neutrophil', 0, null],
    ['Basophil', 0, null],
  ]);
  const { rows: seen } = differential(cells({ monocyte: 4 }), { classes: ['basophil'] });
  expect(seen[0]).toMatchObject({ count: 0, share: 0, limits: { low: 0 } });
});

test('incomplete cells are counted and told', () => {
  const cut = cells({ monocyte: 2 }).map((cell) => ({ ...cell, isIncomplete: true }));
  expect(differential([...cells(normal), ...cut])).toMatchObject({ total: 102, incomplete: 2 });
});
