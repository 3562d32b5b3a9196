import { type Box, type CellClass, createRgbRaster, type Finding } from '@leukoscope/core';
import type { Dataset } from '@leukoscope/datasets';
import { encodePng } from '@leukoscope/image';
import type { LeukocyteModel } from '@leukoscope/pipeline';
import { expect, test } from 'vitest';
import { compareModels } from './compare-models.ts';
import { refuseAnswers } from './verdict.ts';

const box = (x1: number): Box => ({ x1, y1: 20, x2: x1 + 30, y2: 50 });
const found = (x1: number, cellClass: CellClass, more: Partial<Finding> = {}): Finding => ({
  box: box(x1),
  score: 0.9,
  classIndex: 0,
  cellClass,
  isIncomplete: false,
  isUnsure: false,
  ...more,
});
const modelOf = (
  findings: readonly Finding[],
  classes: readonly CellClass[] = ['lymphocyte', 'monocyte', 'erythrocyte'],
): LeukocyteModel => ({
  facts: { name: 'stub', hash: '0', classes },
  tiling: { side: 1000, overlap: 0 },
  analyse: async () => findings,
  close: async () => {},
});

const kinds = [
  'lymphocyte',
  'monocyte',
  'erythrocyte',
  'leukocyte',
  'basophil',
  'segmented-neutrophil',
] as const;
type Kind = (typeof kinds)[number];
const setOf = (pictures: number, ...cells: readonly (readonly [Kind, number?])[]) => {
  const dataset: Dataset = {
    name: 'named',
    classes: kinds.map((name, id) => ({ id, name, cellClass: name })),
    images: Array.from({ length: pictures }, (_, i) => ({
      id: i,
      file: `${i}.png`,
      annotations: cells.map(([kind, at]) => ({
        classIndex: kinds.indexOf(kind),
        ...(at === undefined ? {} : { box: box(at) }),
      })),
    })),
  };
  return { dataset, read: async () => picture };
};
const picture = await encodePng(createRgbRaster({ width: 100, height: 70 }));

test('a cell is right, wrong or not found, by each of both; kinds that one does not know are left out', async () => {
  const parent = modelOf([found(10, 'lymphocyte', { probabilities: [0.6, 0.4, 0] })]);
  const candidate = modelOf([found(11, 'monocyte'), found(64, 'lymphocyte')]);
  const named = setOf(1, ['monocyte', 10], ['lymphocyte', 65], ['basophil', 10], ['leukocyte', 65]);
  const { answers, notFound, notTyped, pictures } = await compareModels(parent, candidate, [named]);
  expect({ pictures, notFound, notTyped }).toEqual({
    pictures: 1,
    notFound: { parent: 1, candidate: 0 },
    notTyped: 2,
  });
  expect(answers).toMatchObject({
    cells: 2,
    parent: { right: 0 },
    candidate: { right: 2 },
    gained: 2,
    lost: 0,
  });
  expect(answers.confusion).toContainEqual({ label: 'monocyte', answer: 'monocyte', cells: 1 });
});

test('a label is no finer than both models can tell it', async () => {
  const fine = modelOf([found(35, 'band-neutrophil')], ['band-neutrophil', 'segmented-neutrophil']);
  const coarse = modelOf([found(35, 'neutrophil')], ['neutrophil', 'monocyte']);
  const bare = modelOf([found(35, 'leukocyte')], ['leukocyte']);
  const set = setOf(1, ['segmented-neutrophil']);
  const answersOf = async (a: LeukocyteModel, b: LeukocyteModel) =>
    (await compareModels(a, b, [set])).answers;
  expect(await answersOf(fine, coarse)).toMatchObject({
    cells: 1,
    parent: { right: 1 },
    candidate: { right: 1 },
  });
  expect(await answersOf(fine, fine)).toMatchObject({ cells: 1, parent: { right: 0 } });
  const right = modelOf([found(35, 'segmented-neutrophil')], fine.facts.classes);
  expect(await answersOf(fine, right)).toMatchObject({ gained: 1, lost: 0 });
  await expect(answersOf(coarse, bare)).rejects.toThrow('a type that both models know');
});

test('the type of a picture is that of the cell in its middle, whatever red cell lies over it', async () => {
  const red = found(36, 'erythrocyte', { score: 0.99 });
  const model = modelOf([red, found(35, 'lymphocyte', { probabilities: [0.7, 0.3, 0] })]);
  const { answers } = await compareModels(model, model, [setOf(3, ['lymphocyte'])]);
  expect(answers).toMatchObject({ cells: 3, parent: { right: 3 }, candidate: { right: 3 } });
});

test('a candidate that wins by more than chance is better, unless known laboratories lose by it', async () => {
  const parent = modelOf([found(35, 'lymphocyte')]);
  const candidate = modelOf([found(35, 'monocyte')]);
  const here = await compareModels(parent, candidate, [setOf(8, ['monocyte'])]);
  expect(here.answers).toMatchObject({ gained: 8, lost: 0, pValue: expect.closeTo(2 / 2 ** 8, 6) });
  expect(refuseAnswers(here.answers, undefined)).toEqual([]);
  const there = await compareModels(parent, candidate, [setOf(8, ['lymphocyte'])]);
  expect(refuseAnswers(here.answers, there.answers).map(({ kind }) => kind)).toEqual([
    'worse-there',
    'worse-there',
  ]);
  const few = await compareModels(parent, candidate, [setOf(4, ['monocyte'])]);
  expect(refuseAnswers(few.answers, undefined).map(({ kind }) => kind)).toEqual([
    'not-better-here',
  ]);
});

test('a picture that cannot be read is left out of both and named', async () => {
  const model = modelOf([found(35, 'lymphocyte')]);
  const broken = { ...setOf(2, ['lymphocyte']), read: readSecondOnly };
  const { answers, failed } = await compareModels(model, model, [broken]);
  expect(answers.cells).toBe(1);
  expect(failed).toEqual([{ file: '0.png', reason: expect.stringContaining('gone') }]);
});

async function readSecondOnly(file: string): Promise<Uint8Array> {
  if (file === '0.png') throw new Error('gone');
  return picture;
}
