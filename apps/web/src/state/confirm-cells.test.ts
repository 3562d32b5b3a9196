import { expect, test } from 'vitest';
import { foundCell } from '../../test/fake-case-server.ts';
import { confirmationsOf } from './confirm-cells.ts';

const id = (n: number) => foundCell(n).id;
const model = {
  modelId: 'm',
  cellClass: 'blast' as const,
  bin: 'unidentified' as const,
  score: 0.4,
  probabilities: [],
  runnerUp: null,
};

test('confirms named cells where they lie and gives unidentified ones the first answer of the model', () => {
  const cells = [
    foundCell(1, { bin: 'basophil' }),
    foundCell(2, { bin: 'unidentified', model }),
    foundCell(3, { bin: 'monocyte' }),
    foundCell(4, { bin: 'unidentified', model }),
  ];
  expect(confirmationsOf(cells)).toEqual([
    { kind: 'see', cellIds: [id(1), id(3)] },
    { kind: 'reclassify', cellIds: [id(2), id(4)], bin: 'blast' },
  ]);
});

test('leaves an unidentified cell without an answer where it is', () => {
  const drawn = foundCell(1, { bin: 'unidentified', model: null });
  expect(confirmationsOf([drawn])).toEqual([{ kind: 'see', cellIds: [id(1)] }]);
});
