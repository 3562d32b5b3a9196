import { expect, test } from 'vitest';
import { teachingOrder } from './teaching-order.ts';

const cells = (...rows: number[][]) => rows.map((probabilities) => ({ probabilities }));

test('a doubted cell comes before a certain one', () => {
  expect(teachingOrder(cells([0.98, 0.02], [0.55, 0.45], [0.8, 0.2]))[0]).toBe(1);
});

test('a second doubt of the same make waits behind a doubt of another', () => {
  // The first two are as good as one cell; the third is surer, but of other kinds.
  const order = teachingOrder(cells([0.5, 0.5, 0, 0], [0.51, 0.49, 0, 0], [0, 0, 0.7, 0.3]));
  expect(order).toEqual([0, 2, 1]);
});

test('kinds come in turn where doubt and novelty are equal', () => {
  const shared = [0.4, 0.3, 0.3];
  const features = [0, 1, 2, 3].map((n) =>
    Float32Array.from({ length: 4 }, (_, f) => Number(f === n)),
  );
  const order = teachingOrder([
    { probabilities: shared, features: features[0] },
    { probabilities: shared, features: features[1] },
    { probabilities: [0.3, 0.4, 0.3], features: features[2] },
    { probabilities: [0.3, 0.3, 0.4], features: features[3] },
  ]);
  expect(order).toEqual([0, 2, 3, 1]);
});

test('features decide what is new, where there are any', () => {
  const features = [Float32Array.of(1, 0), Float32Array.of(1, 0.01), Float32Array.of(0, 1)];
  const order = teachingOrder(
    features.map((own) => ({ probabilities: [0.5, 0.5], features: own })),
  );
  expect(order).toEqual([0, 2, 1]);
});

test('after so many the others follow by what they are worth then', () => {
  const rows = cells([0.5, 0.5], [0.9, 0.1], [0.6, 0.4], [0.7, 0.3]);
  expect(teachingOrder(rows, { most: 1 })[0]).toBe(0);
  expect(teachingOrder(rows, { most: 0 })).toEqual([0, 2, 3, 1]);
});

test('every cell has its place once', () => {
  const order = teachingOrder(cells([1, 0], [1, 0], [0, 1], [0.5, 0.5]));
  expect(order.toSorted()).toEqual([0, 1, 2, 3]);
  expect(teachingOrder([])).toEqual([]);
});
