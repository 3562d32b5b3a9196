import { createRandom, createRgbRaster, type Sample } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { augmentSample, partnersNeeded } from './augment-sample.ts';
import { type AugmentationRecipeInput, parseRecipe } from './recipe.ts';

type Steps = AugmentationRecipeInput['steps'];
const always = { probability: 1 } as const;
const border = [1, 2, 3] as const;

/** Dark discs on bright ground, with masks. */
function discs(side: number, ...places: readonly (readonly [number, number, number])[]): Sample {
  const raster = createRgbRaster({ width: side, height: side });
  raster.data.fill(220);
  const annotations = places.map(([x, y, r]) => {
    const data = new Uint8Array(4 * r * r);
    for (let i = 0; i < data.length; i++) {
      const [u, v] = [i % (2 * r), Math.floor(i / (2 * r))];
      if (Math.hypot(u + 0.5 - r, v + 0.5 - r) > r) continue;
      data[i] = 1;
      const at = ((y - r + v) * side + x - r + u) * 3;
      raster.data.set([90, 40, 120], at);
    }
    const mask = { left: x - r, top: y - r, mask: { width: 2 * r, height: 2 * r, data } };
    const box = { x1: x - r, y1: y - r, x2: x + r, y2: y + r };
    return { box, mask, cellClass: 'lymphocyte' as const };
  });
  return { raster, annotations };
}

const one = discs(120, [50, 60, 20]);
const apply = (
  steps: AugmentationRecipeInput['steps'],
  rest: Partial<AugmentationRecipeInput> = {},
  { sample = one, partners = [] as Sample[], seed = 1 } = {},
) => augmentSample(sample, parseRecipe({ steps, ...rest }), createRandom(seed), partners);
const areaOf = ({ annotations }: ReturnType<typeof apply>, i = 0) =>
  annotations[i]!.mask!.mask.data.reduce((sum, value) => sum + value, 0);

test('a window shows a cell at the size drawn, inside a result of its own size', () => {
  for (let seed = 0; seed < 8; seed++) {
    const { raster, annotations } = apply(
      [{ kind: 'window', width: 64, height: 48, cellPx: [30, 30] }],
      { minVisibleShare: 0.01, completeShare: 1 },
      { seed },
    );
    expect([raster.width, raster.height]).toEqual([64, 48]);
    for (const { box, isIncomplete } of annotations) {
      if (isIncomplete === true) continue;
      expect(box!.x2 - box!.x1).toBeGreaterThan(28);
      expect(box!.x2 - box!.x1).toBeLessThan(32);
    }
  }
  const output = { width: 40, height: 40 };
  expect(apply([{ kind: 'window' }], { output }).raster).toMatchObject(output);
});

test('a picture that ends within a cell leaves the share drawn of it, and border beyond', () => {
  const shown = 0.5;
  for (let seed = 0; seed < 8; seed++) {
    const result = apply(
      [
        { kind: 'cut', shown: [shown, shown], ...always },
        { kind: 'camera', strength: [1, 1], ...always },
      ],
      { border: [...border] },
      { seed },
    );
    const [{ box, isIncomplete } = {}] = result.annotations;
    expect(isIncomplete).toBe(true);
    const [width, height] = [box!.x2 - box!.x1, box!.y2 - box!.y1];
    expect(Math.min(width, height)).toBe(shown * 40);
    expect(areaOf(result) / areaOf(apply([]))).toBeCloseTo(shown, 1);
    const { data } = result.raster;
    let beyond = 0;
    for (let i = 0; i < data.length; i += 3)
      if (border.every((value, c) => data[i + c] === value)) beyond++;
    expect(beyond).toBeGreaterThan(120 * 40);
  }
});

test('a view that follows has what is left of the cell in its middle, as large as all of it was', () => {
  for (let seed = 0; seed < 4; seed++) {
    const { annotations } = apply(
      [{ kind: 'cut', shown: [0.3, 0.3], follows: true, ...always }],
      { minVisibleShare: 0.1 },
      { seed },
    );
    const { x1, y1, x2, y2 } = annotations[0]!.box!;
    expect((x1 + x2) / 2).toBeCloseTo(60, -0.5);
    expect((y1 + y2) / 2).toBeCloseTo(60, -0.5);
    expect(Math.max(x2 - x1, y2 - y1)).toBeCloseTo(40, -0.5);
  }
});

test('a neighbour comes with its outline, and what either hides of the other is gone', () => {
  const partner = discs(90, [40, 40, 16]);
  const steps: Steps = [{ kind: 'neighbour', size: [1, 1], distance: [0.5, 0.5], ...always }];
  expect(partnersNeeded(parseRecipe({ steps: [...steps] }), createRandom(1))).toBe(1);
  const whole = areaOf(apply([]));
  for (let seed = 0; seed < 8; seed++) {
    const result = apply([...steps], {}, { partners: [partner], seed });
    expect(result.annotations).toHaveLength(2);
    const [own, other] = [areaOf(result), areaOf(result, 1)];
    expect(result.annotations[1]!.from.sample).toBe(1);
    // Half a diameter away a good third of a disc is covered: by one or by the other.
    expect(Math.min(own, other) / whole).toBeGreaterThan(0.4);
    expect(Math.min(own, other) / whole).toBeLessThan(0.8);
    expect(Math.max(own, other) / whole).toBeGreaterThan(0.8);
  }
  const bare = { ...partner, annotations: [] };
  expect(apply([...steps], {}, { partners: [bare] }).annotations).toHaveLength(1);
});

test('lamp, stain and poor light change values, not places', () => {
  const changes: Steps = [
    { kind: 'camera', strength: [1, 1], ...always },
    { kind: 'restain', pH: [5.4, 5.4], ...always },
    { kind: 'poor-light', ...always },
  ];
  for (const step of changes) {
    const { raster, annotations } = apply([step]);
    expect(annotations[0]!.box).toEqual(one.annotations[0]!.box);
    expect(Array.from(raster.data), step.kind).not.toEqual(Array.from(one.raster.data));
  }
  const still = apply([{ kind: 'camera', strength: [0, 0], ...always }]);
  expect(Array.from(still.raster.data)).toEqual(Array.from(one.raster.data));
  const dark = (strength: number) => {
    const same = { pH: [6.6, 6.6], strength: [strength, strength] } as const;
    const { raster } = apply([
      { kind: 'restain', pH: [...same.pH], strength: [...same.strength], ...always },
    ]);
    return raster.data[(60 * 120 + 50) * 3 + 1]!;
  };
  expect(dark(1.2)).toBeLessThan(dark(1) - 5);
});

test('a mild picture is changed by steps of mild kinds alone', () => {
  const steps: Steps = [
    { kind: 'flip', ...always },
    { kind: 'noise', deviation: [20, 20], ...always },
  ];
  const mild = { share: 1, kinds: ['flip'] };
  expect(apply([...steps], { mild }).applied).toEqual(['flip horizontal']);
  expect(apply([...steps], { mild: { ...mild, share: 0 } }).applied).toHaveLength(2);
  expect(() => parseRecipe({ steps: [], mild })).toThrow('kinds of its steps');
});

test('zoom shows the middle larger, behind all other geometry', () => {
  const centred = discs(120, [60, 60, 20]);
  const { annotations } = apply([], { zoom: 1.5 }, { sample: centred });
  const { x1, x2 } = annotations[0]!.box!;
  expect((x1 + x2) / 2).toBeCloseTo(60, 0);
  expect(x2 - x1).toBeCloseTo(60, -0.5);
});

test('a crowd stays one however little of it shows', () => {
  const box = { x1: 0, y1: 0, x2: 120, y2: 120 };
  const sample = { ...one, annotations: [{ box, isCrowd: true, cellClass: 'platelet' as const }] };
  const { annotations } = apply([{ kind: 'crop', width: 20, height: 20 }], {}, { sample });
  expect(annotations).toHaveLength(1);
  expect(annotations[0]!.box).toEqual({ x1: 0, y1: 0, x2: 20, y2: 20 });
});
