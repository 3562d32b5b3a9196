import { createMask, createRandom, createRgbRaster, maskBox, type Sample } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { augmentSample, partnersNeeded } from './augment-sample.ts';
import { type AugmentationRecipeInput, parseRecipe } from './recipe.ts';
import { augmentationRecipes } from './recipes.ts';

type Steps = AugmentationRecipeInput['steps'];

/** Dark round cells on a bright ground, each with its exact mask and box. */
function cells(
  width: number,
  height: number,
  places: readonly (readonly [number, number, number])[],
): Sample {
  const raster = createRgbRaster({ width, height });
  raster.data.fill(230);
  const annotations = places.map(([centreX, centreY, radius]) => {
    const mask = createMask({ width: 2 * radius, height: 2 * radius });
    const [left, top] = [centreX - radius, centreY - radius];
    for (let y = 0; y < 2 * radius; y++) {
      for (let x = 0; x < 2 * radius; x++) {
        if (Math.hypot(x + 0.5 - radius, y + 0.5 - radius) > radius) continue;
        mask.data[y * 2 * radius + x] = 1;
        raster.data.fill(
          40,
          ((top + y) * width + left + x) * 3,
          ((top + y) * width + left + x) * 3 + 3,
        );
      }
    }
    const box = { x1: left, y1: top, x2: left + 2 * radius, y2: top + 2 * radius };
    return { box, mask: { left, top, mask }, cellClass: 'lymphocyte' as const };
  });
  return { raster, annotations };
}

const sample = cells(120, 90, [
  [30, 30, 14],
  [80, 50, 20],
]);
const recipeOf = (steps: Steps, rest: Partial<AugmentationRecipeInput> = {}) =>
  parseRecipe({ steps, ...rest });
const always = { probability: 1 } as const;

/** Share of dark pixels that lie in a mask, and of mask pixels that are dark. */
function agreement(result: ReturnType<typeof augmentSample>): number {
  const { raster, annotations } = result;
  const inMask = new Uint8Array(raster.width * raster.height);
  for (const { mask } of annotations) {
    for (let y = 0; y < mask!.mask.height; y++) {
      for (let x = 0; x < mask!.mask.width; x++) {
        if (mask!.mask.data[y * mask!.mask.width + x] === 1) {
          inMask[(mask!.top + y) * raster.width + mask!.left + x] = 1;
        }
      }
    }
  }
  let both = 0;
  let either = 0;
  for (let i = 0; i < inMask.length; i++) {
    const isDark = raster.data[i * 3]! < 135;
    if (isDark && inMask[i] === 1) both += 1;
    if (isDark || inMask[i] === 1) either += 1;
  }
  return both / either;
}

const geometry: Record<string, Steps> = {
  flips: [
    { kind: 'flip', ...always },
    { kind: 'flip', axis: 'vertical', ...always },
  ],
  'quarter turn': [{ kind: 'quarter-turn', ...always }],
  rotation: [{ kind: 'rotate', ...always }],
  shift: [{ kind: 'shift', ...always }],
  scale: [{ kind: 'scale', factor: [0.6, 1.6], aspect: [0.8, 1.25], ...always }],
  crop: [{ kind: 'crop', width: 70, height: 60, around: 'cell' }],
  expansion: [{ kind: 'expand', factor: [1.2, 2], ...always }],
  patch: [{ kind: 'patch', leastIou: [0.1], side: [0.5, 0.9], ...always }],
  elastic: [{ kind: 'elastic', sigmaPx: [8, 12], deviationPx: [3, 4], ...always }],
  everything: [
    { kind: 'flip', ...always },
    { kind: 'rotate', ...always },
    { kind: 'scale', ...always },
    { kind: 'shift', ...always },
    { kind: 'elastic', sigmaPx: [8, 12], deviationPx: [2, 3], ...always },
    { kind: 'crop', width: 80, height: 80 },
  ],
};

for (const [name, steps] of Object.entries(geometry)) {
  test(`moves masks and boxes with their pixels: ${name}`, () => {
    for (let seed = 1; seed <= 12; seed++) {
      const result = augmentSample(
        sample,
        recipeOf(steps, { minVisibleShare: 0 }),
        createRandom(seed),
      );
      expect(result.applied.length).toBe(steps.length);
      expect(result.raster.data).not.toEqual(sample.raster.data);
      // Bilinear edges against nearest masks: a pixel's width of disagreement around a disk is normal.
      expect(agreement(result)).toBeGreaterThan(0.93);
      for (const { box, mask } of result.annotations) expect(box).toEqual(maskBox(mask!));
    }
  });
}

test('gives the same bytes for the same seed and others for another', () => {
  const recipe = recipeOf([
    ...geometry['everything']!,
    { kind: 'noise', ...always },
    { kind: 'stain', ...always },
  ]);
  const run = (seed: number) => augmentSample(sample, recipe, createRandom(seed));
  expect(run(3)).toEqual(run(3));
  expect(run(3).raster.data).not.toEqual(run(4).raster.data);
});

test('leaves the rest as it was when one step is taken out', () => {
  const noise = { kind: 'noise', ...always } as const;
  const both = recipeOf([{ kind: 'rotate', ...always }, noise]);
  const never = recipeOf([{ kind: 'rotate', probability: 0 }, noise]);
  const [turned, still] = [both, never].map(
    (recipe) => augmentSample(sample, recipe, createRandom(3)).applied,
  );
  expect(turned!.slice(1)).toEqual(still);
});

test('happens as often as its probability says', () => {
  const recipe = recipeOf([{ kind: 'flip', probability: 0.3 }]);
  let count = 0;
  for (let seed = 0; seed < 1000; seed++)
    count += augmentSample(tiny, recipe, createRandom(seed)).applied.length;
  expect(count / 1000).toBeGreaterThan(0.25);
  expect(count / 1000).toBeLessThan(0.35);
});

const tiny = cells(8, 8, [[4, 4, 2]]);

test('turns a box without mask as the ellipse in it, or by its corners on request', () => {
  const boxOnly: Sample = { ...sample, annotations: [{ box: { x1: 50, y1: 35, x2: 70, y2: 55 } }] };
  const steps: Steps = [{ kind: 'rotate', degrees: [45, 45], ...always }];
  const [ellipse, corners] = (['ellipse', 'corners'] as const).map((boxShape) => {
    const { box } = augmentSample(boxOnly, recipeOf(steps, { boxShape }), createRandom(1))
      .annotations[0]!;
    return box!.x2 - box!.x1;
  });
  expect(ellipse).toBeCloseTo(20, 4); // a circle keeps its size
  expect(corners).toBeCloseTo(20 * Math.SQRT2, 4);
});

test('moves a box without mask through an elastic field like the mask of its ellipse', () => {
  const boxOnly: Sample = {
    ...sample,
    annotations: sample.annotations.map(({ box }) => ({ box: box! })),
  };
  const recipe = recipeOf(
    [
      { kind: 'rotate', ...always },
      { kind: 'elastic', sigmaPx: [14, 14], deviationPx: [3, 3], ...always },
    ],
    { minVisibleShare: 0 },
  );
  for (let seed = 1; seed < 10; seed++) {
    const byMask = augmentSample(sample, recipe, createRandom(seed)).annotations;
    const byBox = augmentSample(boxOnly, recipe, createRandom(seed)).annotations;
    for (const { box, from } of byMask) {
      const other = byBox.find((candidate) => candidate.from.annotation === from.annotation)!.box!;
      for (const key of ['x1', 'y1', 'x2', 'y2'] as const)
        expect(Math.abs(other[key] - box![key])).toBeLessThan(1.6);
    }
  }
});

test('drops cells of which too little is left, and flags cut ones', () => {
  // The centre of the cell at x = 30 moves to x = -dx; a shift of the whole width loses it.
  const shift = (share: number): Steps => [
    { kind: 'shift', x: [share, share], y: [0, 0], ...always },
  ];
  const at = (share: number, rest = {}) =>
    augmentSample(sample, recipeOf(shift(share), rest), createRandom(1)).annotations;
  expect(at(0).map((a) => a.isIncomplete)).toEqual([undefined, undefined]);
  const half = at(-30 / 120); // the first cell is cut through its middle
  expect(half.map((a) => a.isIncomplete)).toEqual([true, undefined]);
  expect(half[0]!.box!.x1).toBe(0);
  expect(at(-30 / 120, { minVisibleShare: 0.6 }).map((a) => a.from.annotation)).toEqual([1]);
  expect(at(-30 / 120, { completeShare: 0.4 }).map((a) => a.isIncomplete)).toEqual([
    undefined,
    undefined,
  ]);
  expect(at(-60 / 120).map((a) => a.from.annotation)).toEqual([1]);
});

test('keeps annotations about the whole image and leaves the given sample alone', () => {
  const whole: Sample = { ...sample, annotations: [{ cellClass: 'monocyte' }] };
  const before = Uint8Array.from(sample.raster.data);
  const result = augmentSample(
    whole,
    parseRecipe(augmentationRecipes.classification),
    createRandom(2),
  );
  expect(result.annotations).toEqual([
    { cellClass: 'monocyte', from: { sample: 0, annotation: 0 } },
  ]);
  expect(sample.raster.data).toEqual(before);
});

test('shows beyond the picture what the border asks for', () => {
  const steps: Steps = [{ kind: 'shift', x: [0.5, 0.5], y: [0, 0], ...always }];
  const corner = (border: AugmentationRecipeInput['border']) =>
    Array.from(
      augmentSample(sample, recipeOf(steps, { border }), createRandom(1)).raster.data.subarray(
        0,
        3,
      ),
    );
  expect(corner([1, 2, 3])).toEqual([1, 2, 3]);
  expect(corner('background')).toEqual([230, 230, 230]);
  expect(corner('replicate')).toEqual([230, 230, 230]);
  const mirrored = augmentSample(
    sample,
    recipeOf(steps, { border: 'reflect' }),
    createRandom(1),
  ).raster;
  expect(mirrored.data[(30 * 120 + 30) * 3]).toBe(40); // the mirror image of the cell at x = 30
});

test('resizes within the same warp, letterboxed or stretched', () => {
  const output = (fit: 'letterbox' | 'stretch') => ({ output: { width: 60, height: 60, fit } });
  const boxed = augmentSample(sample, recipeOf([], output('letterbox')), createRandom(1));
  expect([boxed.raster.width, boxed.raster.height]).toEqual([60, 60]);
  expect(agreement(boxed)).toBeGreaterThan(0.9);
  const { box } = boxed.annotations[1]!;
  expect([box!.x2 - box!.x1, box!.y2 - box!.y1]).toEqual([20, 20]);
  const stretched = augmentSample(sample, recipeOf([], output('stretch')), createRandom(1))
    .annotations[1]!.box!;
  expect(stretched.y2 - stretched.y1).toBeGreaterThan(25);
});

test('says how many partners a seed needs, and refuses fewer', () => {
  const recipe = recipeOf([
    { kind: 'mosaic', probability: 0.5 },
    { kind: 'mix-up', probability: 0.5 },
  ]);
  const needs = new Set(
    Array.from({ length: 60 }, (_, seed) => partnersNeeded(recipe, createRandom(seed))),
  );
  expect([...needs].sort()).toEqual([0, 1, 3, 4]);
  const seed = Array.from({ length: 60 }, (_, i) => i).find(
    (i) => partnersNeeded(recipe, createRandom(i)) === 4,
  )!;
  expect(() => augmentSample(sample, recipe, createRandom(seed))).toThrow('4 samples');
  const { annotations } = augmentSample(sample, recipe, createRandom(seed), [
    sample,
    sample,
    sample,
    sample,
  ]);
  expect(new Set(annotations.map(({ from }) => from.sample)).has(4)).toBe(true);
});

test('lays four pictures around a point, with the cells of each where they are', () => {
  const recipe = recipeOf([{ kind: 'mosaic', ...always }], { minVisibleShare: 0 });
  for (let seed = 0; seed < 8; seed++) {
    const result = augmentSample(sample, recipe, createRandom(seed), [
      sample,
      cells(50, 40, [[20, 20, 9]]),
      sample,
    ]);
    expect([result.raster.width, result.raster.height]).toEqual([120, 90]);
    const { raster } = result;
    const filled = { ...raster, data: raster.data.map((value) => (value === 114 ? 230 : value)) };
    expect(agreement({ ...result, raster: filled })).toBeGreaterThan(0.99);
  }
});

test('mixes two pictures by a share and weighs their annotations by it', () => {
  const other = cells(120, 90, [[20, 70, 10]]);
  const recipe = recipeOf([{ kind: 'mix-up', alpha: 4, ...always }]);
  const { raster, annotations } = augmentSample(sample, recipe, createRandom(5), [other]);
  const weights = annotations.map(({ weight }) => weight!);
  expect(weights.length).toBe(3);
  expect(weights[0]! + weights[2]!).toBeCloseTo(1, 9);
  const inFirst = raster.data[(30 * 120 + 30) * 3]!;
  expect(Math.abs(inFirst - (weights[0]! * 40 + weights[2]! * 230))).toBeLessThanOrEqual(1);
  const shares = (alpha: number) =>
    Array.from({ length: 200 }, (_, seed) =>
      Math.abs(
        0.5 -
          augmentSample(
            tiny,
            recipeOf([{ kind: 'mix-up', alpha, ...always }]),
            createRandom(seed),
            [tiny],
          ).annotations[0]!.weight!,
      ),
    ).reduce((a, b) => a + b, 0);
  expect(shares(0.2)).toBeGreaterThan(2 * shares(8)); // small alpha: mostly one picture
});

test('checks recipes and names what is wrong', () => {
  expect(() => parseRecipe({ steps: [{ kind: 'spin' }] })).toThrow('recipe.steps.0.kind');
  expect(() => parseRecipe({ steps: [{ kind: 'blur', sigmaPx: [3, 1] }] })).toThrow(
    'low must not be above high',
  );
  expect(() => parseRecipe({ steps: [{ kind: 'flip', probabilty: 1 }] })).toThrow('probabilty');
  for (const recipe of Object.values(augmentationRecipes)) {
    const parsed = parseRecipe(JSON.parse(JSON.stringify(recipe)));
    expect(
      augmentSample(tiny, parsed, createRandom(1), [tiny, tiny, tiny, tiny]).raster.width,
    ).toBe(8);
  }
});
