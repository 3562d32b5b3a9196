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
