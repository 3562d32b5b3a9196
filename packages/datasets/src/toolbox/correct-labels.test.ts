import { expect, test } from 'vitest';
import type { Dataset } from '../dataset.ts';
import { auditColumns, correctLabels } from './correct-labels.ts';

const box = { x1: 1, y1: 2, x2: 11, y2: 12.25 };
const record = {
  id: 7,
  classIndex: 0,
  box,
  area: 102,
  score: 0.5,
  author: 'anna',
  attributes: { difficult: '1' },
};
const dataset: Dataset = {
  name: 'set',
  classes: [
    { id: 3, name: 'Lymph', cellClass: 'lymphocyte' },
    { id: 5, name: 'Mono', cellClass: 'monocyte', group: 'wbc' },
  ],
  images: [
    {
      id: 1,
      file: 'a.png',
      slide: 's',
      annotations: [record, { ...record, id: 8, classIndex: 1 }],
    },
    { id: 2, file: 'b, c.png', annotations: [] },
  ],
};

const line = (cells: Partial<Record<(typeof auditColumns)[number], string>>) =>
  auditColumns.map((name) => (cells[name] === undefined ? '' : `"${cells[name]}"`)).join(',');
const table = (...cells: Parameters<typeof line>[0][]) =>
  [auditColumns.join(','), ...cells.map(line)].join('\n');

const first = {
  file: 'a.png',
  kind: 'type',
  record: '1',
  type: 'Lymph',
  x1: '1',
  y1: '2',
  x2: '11',
  y2: '12.25',
  proposed_type: 'Mono',
};
const missed = {
  file: 'b, c.png',
  kind: 'missed',
  proposed_type: 'eosinophil',
  proposed_x1: '3',
  proposed_y1: '4',
  proposed_x2: '30',
  proposed_y2: '40',
};

test('a table without verdicts, and one of keeps, change nothing at all', () => {
  const open = correctLabels(dataset, table(first, missed));
  expect(open.dataset).toEqual(dataset);
  expect(open.counts).toEqual({ keep: 0, change: 0, 'take out': 0, undecided: 2 });
  const kept = correctLabels(
    dataset,
    table({ ...first, verdict: 'keep' }, { ...missed, verdict: 'Keep' }),
  );
  expect(kept.dataset).toEqual(dataset);
  expect(kept.counts.keep).toBe(2);
});

test('a changed type keeps all else that the source says', () => {
  const { dataset: done } = correctLabels(dataset, table({ ...first, verdict: 'change' }));
  expect(done.images[0]!.annotations).toEqual([
    { ...record, classIndex: 1 },
    dataset.images[0]!.annotations[1],
  ]);
  expect(done.images[1]).toBe(dataset.images[1]);
  expect(done.classes).toEqual(dataset.classes);
});

test('a label is taken out, a missed cell added, with a class that the set did not have', () => {
  const { dataset: done, counts } = correctLabels(
    dataset,
    table({ ...first, verdict: 'take out' }, { ...missed, verdict: 'change' }),
  );
  expect(done.images[0]!.annotations).toEqual([dataset.images[0]!.annotations[1]]);
  expect(done.classes[2]).toEqual({ id: 6, name: 'eosinophil', cellClass: 'eosinophil' });
  expect(done.images[1]!.annotations).toEqual([
    { classIndex: 2, box: { x1: 3, y1: 4, x2: 30, y2: 40 }, author: 'audit' },
  ]);
  expect(counts).toEqual({ keep: 0, change: 1, 'take out': 1, undecided: 0 });
});

test('a changed box takes the area of the old one along', () => {
  const proposed = { proposed_x1: '0', proposed_y1: '0', proposed_x2: '20', proposed_y2: '20' };
  const { dataset: done } = correctLabels(
    dataset,
    table({ ...first, kind: 'box', ...proposed, verdict: 'change' }),
  );
  const { area: _, ...rest } = record;
  expect(done.images[0]!.annotations[0]).toEqual({
    ...rest,
    box: { x1: 0, y1: 0, x2: 20, y2: 20 },
  });
});

test.each([
  [
    'another version of the set',
    { ...first, x1: '2', verdict: 'change' },
    'the one that was audited',
  ],
  ['another type', { ...first, type: 'Mono', verdict: 'change' }, 'the one that was audited'],
  ['another set', { ...first, file: 'z.png', verdict: 'change' }, 'must be in the data set'],
  ['an unknown word', { ...first, verdict: 'maybe' }, 'keep, change, take out or empty'],
  ['no label to take out', { ...missed, verdict: 'take out' }, 'no label to take out'],
  [
    'an unknown type',
    { ...first, proposed_type: 'dragon', verdict: 'change' },
    'known kind of cell',
  ],
  ['a box inside out', { ...missed, proposed_x2: '1', verdict: 'change' }, 'x1 < x2'],
])('is refused with its line: %s', (_, cells, message) => {
  expect(() => correctLabels(dataset, table(missed, cells))).toThrow('line 3 of the verdicts');
  expect(() => correctLabels(dataset, table(missed, cells))).toThrow(message);
});

test('a record may be decided once, and a table of something else is no table of verdicts', () => {
  const kept = { ...first, verdict: 'keep' };
  expect(() => correctLabels(dataset, table(kept, { ...first, verdict: 'change' }))).toThrow(
    'decided once',
  );
  expect(() => correctLabels(dataset, 'file,verdict\n')).toThrow(
    'Received none called number, kind',
  );
});
