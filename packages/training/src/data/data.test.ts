import type { CellClass } from '@leukoscope/core';
import type { Dataset, ImageRecord } from '@leukoscope/datasets';
import { describe, expect, test } from 'vitest';
import { parseTrainRecipe, type SplitRule } from '../recipe/recipe.ts';
import { assignSides, type CopyGroups } from './assign-sides.ts';
import { chooseClasses } from './choose-classes.ts';
import { drawOrder, poolsOf } from './draw-order.ts';
import { itemsOf, squareAround } from './list-items.ts';
import { chosenPart, joinClasses, type OpenedSet } from './opened-set.ts';

const kinds = ['neutrophil', 'lymphocyte'] as const;

function datasetOf(
  images: readonly Partial<ImageRecord>[],
  classes: readonly CellClass[] = kinds,
): Dataset {
  return {
    name: 'cells',
    classes: classes.map((cellClass, id) => ({ id, name: cellClass.toUpperCase(), cellClass })),
    images: images.map((image, i) => ({
      id: i,
      file: `${i}.png`,
      size: { width: 100, height: 80 },
      annotations: [{ classIndex: i % classes.length }],
      ...image,
    })),
  };
}

const many = (count: number, of: (i: number) => Partial<ImageRecord> = () => ({})) =>
  datasetOf(Array.from({ length: count }, (_, i) => of(i)));

function sidesOf(dataset: Dataset, rule: SplitRule, copies?: readonly number[]) {
  const set = { choice: { name: 'cells' }, root: '/', dataset, rule };
  const alone = copies ?? dataset.images.map((_, i) => i);
  return assignSides([set], [alone]).sides[0]!;
}
const split = (rule: Record<string, unknown>): SplitRule =>
  parseTrainRecipe({ model: { family: 'resnet' }, data: [{ name: 'a', split: rule }] }, 'test')
    .data[0]!.split!;

describe('sides', () => {
  test('by ratio: the share of each type measures, another seed takes others', () => {
    const dataset = many(40);
    const sides = sidesOf(dataset, split({ by: 'ratio', validation: 0.25 }));
    const measured = sides.flatMap((side, i) => (side === 'validation' ? [i] : []));
    expect(measured).toHaveLength(10);
    expect(measured.filter((i) => i % 2 === 0)).toHaveLength(5);
    expect(sidesOf(dataset, split({ by: 'ratio', validation: 0.25, seed: 3 }))).not.toEqual(sides);
  });

  test.each([
    { by: 'ratio', validation: 0.25, test: 0.25 },
    { by: 'hash', validation: 0.25, test: 0.25 },
    { by: 'block', size: 2, validation: 0.25, test: 0.25 },
    { by: 'folds', folds: 4, fold: 4, tests: true },
  ])('a share is kept apart to test: %o', (rule) => {
    const sides = sidesOf(many(200), split(rule));
    const share = (side: string) => sides.filter((one) => one === side).length / 200;
    expect([share('test'), share('validation')]).toEqual([
      expect.closeTo(0.25, 1),
      expect.closeTo(0.25, 1),
    ]);
    expect(share('train')).toBeCloseTo(0.5, 1);
  });

  test('a test share that is asked for later takes no picture from validation by hash', () => {
    const [before, after] = [0, 0.3].map((share) =>
      sidesOf(many(100), split({ by: 'hash', validation: 0.3, test: share })),
    );
    before!.forEach((side, i) => {
      if (side === 'validation') expect(after![i]).toBe('validation');
    });
  });

  test('shares that leave nothing to train on are refused', () => {
    expect(() => split({ by: 'ratio', validation: 0.5, test: 0.5 })).toThrow('to train on');
    expect(() => split({ by: 'folds', folds: 2, fold: 1, tests: true })).toThrow('at least 3');
  });

  test('by names: expressions say which pictures are on which side and which on none', () => {
    const rule = { by: 'names', validation: '^[67]', test: '^4', leftOut: '^5' };
    expect(sidesOf(many(8), split(rule)).slice(4)).toEqual([
      'test',
      'left-out',
      'validation',
      'validation',
    ]);
    expect(() => split({ ...rule, validation: '(' })).toThrow('regular expression');
  });

  test.each(['slide', 'patient'] as const)(
    'by %s: never on both sides; a picture without one is refused',
    (by) => {
      const dataset = many(30, (i) => ({ [by]: `glass ${i % 6}` }));
      const sides = sidesOf(dataset, split({ by, validation: 0.3 }));
      for (let glass = 0; glass < 6; glass++)
        expect(new Set(sides.filter((_, i) => i % 6 === glass)).size).toBe(1);
      expect(new Set(sides).size).toBe(2);
      expect(() => sidesOf(many(4), split({ by, validation: 0.3 }))).toThrow(`must have a ${by}`);
    },
  );

  test('by block: neighbours stay together', () => {
    const sides = sidesOf(many(40), split({ by: 'block', size: 5, validation: 0.25 }));
    for (let block = 0; block < 8; block++)
      expect(new Set(sides.slice(block * 5, block * 5 + 5)).size).toBe(1);
    expect(sides.filter((side) => side === 'validation')).toHaveLength(10);
  });

  test('by hash: pictures that come later move no other', () => {
    const rule = split({ by: 'hash', validation: 0.3 });
    const sides = sidesOf(many(200), rule);
    expect(sidesOf(many(300), rule).slice(0, 200)).toEqual(sides);
    const share = sides.filter((side) => side === 'validation').length / 200;
    expect(Math.abs(share - 0.3)).toBeLessThan(0.1);
  });

  test('by folds: each picture measures in one fold exactly, blocks and slides together', () => {
    const dataset = many(30, (i) => ({ slide: `glass ${i % 5}` }));
    for (const together of ['picture', 'slide', 'block'] as const) {
      const counts = new Array<number>(30).fill(0);
      for (const fold of [1, 2, 3]) {
        const sides = sidesOf(dataset, split({ by: 'folds', folds: 3, fold, together, size: 5 }));
        sides.forEach((side, i) => {
          if (side === 'validation') counts[i]!++;
        });
        if (together === 'slide') expect(new Set(sides.filter((_, i) => i % 5 === 0)).size).toBe(1);
        if (together === 'block') expect(new Set(sides.slice(0, 5)).size).toBe(1);
      }
      expect(new Set(counts), together).toEqual(new Set([1]));
    }
  });

  test('as the source says; splits that it has not are named', () => {
    const dataset = many(4, (i) => ({ split: ['train', 'val', 'test', 'train'][i]! }));
    const rule = { by: 'sets', train: ['train'], validation: ['val'] };
    expect(sidesOf(dataset, split(rule))).toEqual(['train', 'validation', 'left-out', 'train']);
    expect(sidesOf(dataset, split({ ...rule, test: ['test'] }))[2]).toBe('test');
    expect(() => sidesOf(dataset, split({ ...rule, train: ['training'] }))).toThrow(
      'train, val, test',
    );
    expect(sidesOf(dataset, split({ by: 'none' }))).toEqual(new Array(4).fill('train'));
  });

  test.each([
    { by: 'ratio', validation: 0.4 },
    { by: 'hash', validation: 0.4 },
    { by: 'block', size: 2, validation: 0.4 },
    { by: 'folds', folds: 3, fold: 2 },
  ])('pictures that show the same are on one side: %o', (rule) => {
    const copies = Array.from({ length: 60 }, (_, i) => i % 20);
    const sides = sidesOf(many(60), split(rule), copies);
    for (let copy = 0; copy < 20; copy++)
      expect(new Set(sides.filter((_, i) => copies[i] === copy)).size, String(copy)).toBe(1);
  });

  test('a copy of a picture that measures does not train, also from another set', () => {
    const rule = split({ by: 'sets', train: ['train'], validation: ['val'] });
    const own = many(4, (i) => ({ split: i < 2 ? 'train' : 'val' }));
    const set = { choice: { name: 'a' }, root: '/', dataset: own, rule };
    const other = {
      choice: { name: 'b' },
      root: '/',
      dataset: many(2),
      rule: split({ by: 'none' }),
    };
    const copies: CopyGroups = [
      [0, 7, 2, 7],
      [2, 5],
    ];
    const { sides, copiesLeftOut } = assignSides([set, other], copies);
    expect(sides).toEqual([
      ['train', 'left-out', 'validation', 'validation'],
      ['left-out', 'train'],
    ]);
    expect(copiesLeftOut).toBe(2);
  });

  test('a copy of a picture that tests neither trains nor chooses', () => {
    const rule = split({ by: 'sets', train: ['train'], validation: ['val'], test: ['test'] });
    const dataset = many(4, (i) => ({ split: ['train', 'val', 'test', 'train'][i]! }));
    expect(sidesOf(dataset, rule, [1, 1, 1, 2])).toEqual(['left-out', 'left-out', 'test', 'train']);
  });
});

describe('sets', () => {
  const dataset = many(4, (i) => ({ split: i < 2 ? 'a' : 'b' }));

  test('only the splits that are asked for; a class gets its meaning, or is left out', () => {
    expect(chosenPart(dataset, { name: 'x', sets: ['b'] }).images.map(({ id }) => id)).toEqual([
      2, 3,
    ]);
    expect(() => chosenPart(dataset, { name: 'x', sets: ['c'] })).toThrow('the splits a, b');
    const part = chosenPart(dataset, {
      name: 'x',
      classes: { NEUTROPHIL: null, LYMPHOCYTE: 'monocyte' },
    });
    expect(part.classes.map(({ cellClass }) => cellClass)).toEqual([undefined, 'monocyte']);
    expect(part.images.map(({ annotations }) => annotations.length)).toEqual([0, 1, 0, 1]);
    expect(() => chosenPart(dataset, { name: 'x', classes: { DOG: null } })).toThrow(
      'NEUTROPHIL, LYMPHOCYTE',
    );
  });

  test('classes of several sets stand in one list, and records point into it', () => {
    const sets = [dataset, datasetOf([{}], ['basophil'])].map(
      (one, i): OpenedSet => ({ choice: { name: `s${i}` }, root: '/', dataset: one }),
    );
    const { classes, moved } = joinClasses(sets);
    expect(classes.map(({ cellClass }) => cellClass)).toEqual([...kinds, 'basophil']);
    expect(moved(1, sets[1]!.dataset.images[0]!).annotations[0]!.classIndex).toBe(2);
    expect(moved(0, dataset.images[1]!).annotations[0]!.classIndex).toBe(1);
  });

  test('the classes of a model are the finest that the data name, in the order of reports', () => {
    const opened = (kindsOfSet: readonly CellClass[]) => [
      {
        choice: { name: 's' },
        root: '/',
        dataset: datasetOf(
          kindsOfSet.map(() => ({})),
          kindsOfSet,
        ),
      },
    ];
    expect(chooseClasses(opened(['lymphocyte', 'leukocyte', 'neutrophil']))).toEqual([
      'neutrophil',
      'lymphocyte',
    ]);
    expect(chooseClasses(opened(['leukocyte', 'platelet']))).toEqual(['leukocyte', 'platelet']);
    expect(() => chooseClasses([])).toThrow('kinds of cell that are known');
  });
});

describe('examples', () => {
  const rules = {
    task: 'classes' as const,
    classes: kinds,
    sourceClasses: [...kinds, 'leukocyte' as const, 'platelet' as const].map((cellClass, id) => ({
      id,
      name: cellClass,
      cellClass,
    })),
    crops: { margin: 1.5, surroundings: 1 },
  };
  const box = (x1: number, y1: number, x2: number, y2: number) => ({ x1, y1, x2, y2 });
  const image = (annotations: ImageRecord['annotations']): ImageRecord => ({
    id: 1,
    file: 'a.png',
    size: { width: 100, height: 80 },
    annotations,
  });

  test('each boxed cell with a type that the model knows is cut out, with a margin', () => {
    const items = itemsOf(
      'cells',
      image([
        { classIndex: 1, box: box(10, 20, 50, 40) },
        { classIndex: 3, box: box(0, 0, 10, 10) },
        { box: box(0, 0, 10, 10) },
        { classIndex: 0, box: box(0, 0, 10, 10), isCrowd: true },
      ]),
      rules,
    );
    expect(items).toHaveLength(1);
    // 40 x 1.5 = 60 around (30, 30)
    expect(items[0]).toMatchObject({ crop: box(0, 0, 60, 60), classIndex: 1 });
  });

  test('a coarse type trains without being one class', () => {
    const [item] = itemsOf('cells', image([{ classIndex: 2, box: box(0, 0, 10, 10) }]), rules);
    expect(item!.classIndex).toBeUndefined();
  });

  test('a picture with one type is taken whole, one without a type not at all', () => {
    const [item] = itemsOf('cells', image([{ classIndex: 0 }]), rules);
    expect([item!.crop, item!.classIndex]).toEqual([undefined, 0]);
    expect(itemsOf('cells', image([{ classIndex: 3 }]), rules)).toEqual([]);
    expect(itemsOf('cells', image([]), rules)).toEqual([]);
  });

  test('detectors take whole pictures, empty ones too', () => {
    expect(itemsOf('cells', image([]), { ...rules, task: 'boxes' })).toHaveLength(1);
  });

  test('crops are cut out with their surroundings', () => {
    const crops = { margin: 1.5, surroundings: 2 };
    const records = image([{ classIndex: 1, box: box(10, 20, 50, 40) }]);
    // 40 x 1.5 x 2 = 120 around (30, 30)
    expect(itemsOf('cells', records, { ...rules, crops })[0]!.crop).toEqual(box(-30, -30, 90, 90));
  });

  test('of each kind no more are cut out of a picture than asked for, always the same', () => {
    const crops = { margin: 1.5, surroundings: 1, mostPerKind: 2 };
    const records = image(
      Array.from({ length: 8 }, (_, i) => ({ classIndex: i % 2, box: box(i, 0, i + 10, 10) })),
    );
    const items = itemsOf('cells', records, { ...rules, crops });
    expect(items.map(({ classIndex }) => classIndex).sort()).toEqual([0, 0, 1, 1]);
    expect(itemsOf('cells', records, { ...rules, crops })).toEqual(items);
  });

  test('the one type of a picture is that of the one cell that it can be of', () => {
    const coarse = { classIndex: 2, box: box(0, 0, 10, 10) };
    const type = { classIndex: 0 };
    const [item] = itemsOf('cells', image([coarse, type]), rules);
    expect([item!.classIndex, item!.image.annotations[0]!.classIndex]).toEqual([0, 0]);
    const two = itemsOf(
      'cells',
      image([coarse, { ...coarse, box: box(20, 0, 30, 10) }, type]),
      rules,
    );
    expect(two.map(({ classIndex }) => classIndex)).toEqual([undefined, undefined]);
  });

  test('squares are whole pixels around the centre', () => {
    expect(squareAround(box(10, 10, 20, 14), 1)).toEqual(box(10, 7, 20, 17));
    expect(squareAround(box(0, 0, 10, 10), 1.5)).toEqual(box(-2, -2, 13, 13));
  });
});

describe('order', () => {
  test('every example once in each pass, in an order of its own', () => {
    const at = drawOrder({ seed: 1, length: 7 });
    const pass = (p: number) => Array.from({ length: 7 }, (_, i) => at(p * 7 + i));
    expect(pass(0).toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(pass(3).toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(pass(1)).not.toEqual(pass(0));
    expect(
      drawOrder({ seed: 2, length: 7 })(0) === at(0) &&
        drawOrder({ seed: 2, length: 7 })(1) === at(1),
    ).toBe(false);
  });

  test('shares of sets and equal types, whatever they hold', () => {
    const sets = [
      { name: 'a', from: 0, to: 90 },
      { name: 'b', from: 90, to: 100 },
    ];
    const classIndexes = Int32Array.from({ length: 100 }, (_, i) => (i % 90 === 0 ? 1 : 0));
    const shares = new Map([
      ['a', 1],
      ['b', 3],
    ]);
    const pools = poolsOf({ sets, classIndexes, shares, byType: true });
    const at = drawOrder({ seed: 1, length: 100, pools });
    const drawn = Array.from({ length: 4000 }, (_, place) => at(place));
    const share = (isIt: (i: number) => boolean) => drawn.filter(isIt).length / drawn.length;
    expect(share((i) => i >= 90)).toBeCloseTo(0.75, 1);
    expect(share((i) => classIndexes[i] === 1)).toBeCloseTo(0.5, 1);
    expect(at(17)).toBe(drawn[17]);
    expect(poolsOf({ sets, classIndexes, shares: new Map(), byType: false })).toBeUndefined();
  });
});
