/** @file A cell for tests of the viewer. */
import type { Cell } from '@leukoscope/contract';

/** Make a cell; the parts given replace those of an ordinary neutrophil. */
export function testCell(part: Partial<Cell> & Pick<Cell, 'id'>): Cell {
  return {
    caseId: '00000000-0000-7000-8000-00000000000c',
    fieldId: '00000000-0000-7000-8000-00000000000f',
    origin: 'model',
    revision: 1,
    changedIn: 1,
    box: { x1: 10, y1: 10, x2: 30, y2: 30 },
    mask: null,
    bin: 'neutrophil',
    model: {
      modelId: 'm',
      cellClass: 'neutrophil',
      bin: 'neutrophil',
      score: 0.9,
      probabilities: [],
      runnerUp: null,
    },
    isIncomplete: false,
    isUnsure: false,
    seen: null,
    isDeleted: false,
    ...part,
  };
}
