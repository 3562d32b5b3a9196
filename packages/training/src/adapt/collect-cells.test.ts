import { type Box, createRgbRaster, type Finding } from '@leukoscope/core';
import type { AnnotationRecord, Dataset } from '@leukoscope/datasets';
import { encodePng } from '@leukoscope/image';
import type { LeukocyteModel } from '@leukoscope/pipeline';
import { expect, test } from 'vitest';
import { collectCells } from './collect-cells.ts';

const box = (x1: number): Box => ({ x1, y1: 20, x2: x1 + 30, y2: 50 });
const found = (x1: number, more: Partial<Finding> = {}): Finding => ({
  box: box(x1),
  score: 0.9,
  classIndex: 0,
  cellClass: 'lymphocyte',
  isIncomplete: false,
  isUnsure: false,
  probabilities: [0.8, 0.2],
  features: [Float32Array.of(x1)],
  ...more,
});

/** Finds the same cells on every picture of 100 x 70. */
const modelOf = (findings: readonly Finding[]): LeukocyteModel => ({
  facts: { name: 'stub', hash: '0', classes: ['lymphocyte', 'monocyte'] },
  tiling: { side: 1000, overlap: 0 },
  analyse: async () => findings,
  close: async () => {},
});

const kinds = ['lymphocyte', 'monocyte', 'erythrocyte', 'leukocyte', 'basophil'] as const;
const dataset = (...pictures: AnnotationRecord[][]): Dataset => ({
  name: 'named',
  classes: kinds.map((name, id) => ({ id, name, cellClass: name })),
  images: pictures.map((annotations, i) => ({
    id: i,
    file: `${i}.png`,
    slide: `s${i}`,
    annotations,
  })),
});
const named = (kind: (typeof kinds)[number], at?: number, author?: string): AnnotationRecord => ({
  classIndex: kinds.indexOf(kind),
  ...(at === undefined ? {} : { box: box(at) }),
  ...(author === undefined ? {} : { author }),
});

const picture = encodePng(createRgbRaster({ width: 100, height: 70 }));
const collect = (findings: readonly Finding[], data: Dataset, centred = false) =>
  collectCells(modelOf(findings), data, {
    read: () => picture,
    groupOf: ({ slide }) => slide!,
    centred,
  });

test('boxes with a type become cells where the model finds one there, with slide and author', async () => {
  const data = dataset([
    named('monocyte', 12, 'Ann'),
    named('lymphocyte', 65),
    named('monocyte', 40),
  ]);
  const { cells, notFound, pictures } = await collect([found(10), found(66)], data);
  expect(
    cells.map(({ label, author, group, views }) => [label, author, group, views[0]![0]]),
  ).toEqual([
    ['monocyte', 'Ann', 's0', 10],
    ['lymphocyte', undefined, 's0', 66],
  ]);
  expect([notFound, pictures]).toEqual([1, 1]);
});

test('kinds without a type of the model are counted, not learnt', async () => {
  const data = dataset([named('erythrocyte', 10), named('leukocyte', 10), named('basophil', 10)]);
  expect(await collect([found(10)], data)).toMatchObject({ cells: [], notTyped: 3, notFound: 0 });
});

test('a picture with a type of its own gives the cell in its middle', async () => {
  const data = dataset([named('monocyte')]);
  const { cells } = await collect([found(0), found(36)], data);
  expect(cells.map(({ label, box: own }) => [label, own.x1])).toEqual([['monocyte', 36]]);
});

test('centred: what else is boxed in a picture is not read', async () => {
  const data = dataset([named('lymphocyte', 0), named('monocyte')]);
  const { cells } = await collect([found(0), found(36)], data, true);
  expect(cells.map(({ label, box: own }) => [label, own.x1])).toEqual([['monocyte', 36]]);
});

test('a picture that names a type and boxes one leukocyte names that leukocyte', async () => {
  const data = dataset([named('leukocyte', 0), named('erythrocyte', 40), named('monocyte')]);
  const { cells } = await collect([found(0), found(40)], data);
  expect(cells.map(({ label, box: own }) => [label, own.x1])).toEqual([['monocyte', 0]]);
});

test('the hash is that of the pictures in their order', async () => {
  const one = await collect([], dataset([named('monocyte')]));
  const two = await collect([], dataset([named('monocyte')], [named('monocyte')]));
  expect(one.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(two.sha256).not.toBe(one.sha256);
});

test('a picture that cannot be read is told, and the rest goes on', async () => {
  const data = dataset([named('monocyte')], [named('monocyte')]);
  const { cells, failed, pictures } = await collectCells(modelOf([found(36)]), data, {
    read: async (file) => (file === '0.png' ? Uint8Array.of(1, 2, 3) : picture),
    groupOf: ({ slide }) => slide!,
  });
  expect(cells.map(({ file }) => file)).toEqual(['1.png']);
  expect(failed.map(({ file }) => file)).toEqual(['0.png']);
  expect(pictures).toBe(1);
});
