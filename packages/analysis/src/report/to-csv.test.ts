import type { CellClass, Finding } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { analyseCase } from '../case-analysis.ts';
import { toCsv } from './to-csv.ts';

test('the probability of a type is that of all its kinds', () => {
  const classes: CellClass[] = ['segmented-neutrophil', 'band-neutrophil', 'lymphocyte'];
  const finding: Finding = {
    box: { x1: 0, y1: 0, x2: 9, y2: 9 },
    score: 0.9,
    classIndex: 0,
    cellClass: 'segmented-neutrophil',
    probabilities: [0.5, 0.3, 0.2],
    isUnsure: false,
    isIncomplete: false,
  };
  const image = {
    file: 'a.png',
    size: { width: 20, height: 20 },
    findings: [finding],
    quality: [],
  };
  const facts = { modelName: 'm', modelHash: '0', classes };
  const rowAt = (depth: 'five' | 'fine') => {
    const [head, row] = toCsv([analyseCase('c', [image], facts)], { depth }).split('\r\n');
    const cells = row!.split(',');
    return Object.fromEntries(head!.split(',').map((name, i) => [name, cells[i]]));
  };
  expect(rowAt('five')).toMatchObject({ type: 'neutrophil', type_probability: '0.8' });
  expect(rowAt('fine')).toMatchObject({ type: 'segmented-neutrophil', type_probability: '0.5' });
  expect(rowAt('five')).toMatchObject({ fine_type: 'segmented-neutrophil' });
});

test('what is seen of a cell stands in columns, and in words; models that tell no attributes add none', () => {
  const mask = (side: number) => ({
    left: 2,
    top: 2,
    mask: { width: side, height: side, data: new Uint8Array(side * side).fill(1) },
  });
  const finding: Finding = {
    box: { x1: 2, y1: 2, x2: 12, y2: 12 },
    score: 0.9,
    classIndex: 0,
    cellClass: 'lymphocyte',
    isUnsure: false,
    isIncomplete: false,
    mask: mask(10),
    nucleus: { mask: mask(5), lobes: 1 },
    attributes: [{ name: 'granule-type', value: 'none', probability: 0.87654 }],
  };
  const table = (attributed: boolean) => {
    const { attributes: _, ...plain } = finding;
    const findings = [attributed ? finding : plain];
    const image = { file: 'a.png', size: { width: 20, height: 20 }, findings, quality: [] };
    const facts = { modelName: 'm', modelHash: '0', classes: ['lymphocyte'] as const };
    const [head, row] = toCsv([analyseCase('c', [image], facts)]).split('\r\n');
    const cells = row!.split(',');
    return Object.fromEntries(head!.split(',').map((name, i) => [name, cells[i]]));
  };
  expect(table(true)).toMatchObject({
    nucleus_to_cytoplasm: '0.3333',
    nucleus_to_cell: '0.25',
    lobes: '1',
    granule_type: 'none',
    granule_type_probability: '0.8765',
    reason: 'nucleus of one part; no granules; N:C .33',
  });
  expect(table(false)).not.toHaveProperty('granule_type');
});
