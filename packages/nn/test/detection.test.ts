import { readFileSync } from 'node:fs';
import { createRandom, float32, int64, type Random, type TensorData } from '@leukoscope/core';
import {
  anchorBoxes,
  clipBoxes,
  constant,
  decodeBoxes,
  encodeBoxes,
  filterProposals,
  flattenLevel,
  fpnLevels,
  gatherRows,
  gradients,
  input,
  matchBoxes,
  mul,
  pairwiseIou,
  reshape,
  roiAlign,
  roiAlignLevels,
  sampleBalanced,
  sampleRois,
  sliceAxis,
  sum,
  type Tensor,
} from '@leukoscope/nn';
import { expect, test } from 'vitest';
import { evaluateGraph, expectClose } from './evaluate-graph.ts';

interface Packed {
  readonly shape: number[];
  readonly data: number[];
}

const recorded = JSON.parse(
  readFileSync(new URL('../../../fixtures/detection/detection.json', import.meta.url), 'utf8'),
);
const tensor = ({ shape, data }: Packed): Tensor => constant(float32(data, shape));
const f = (values: readonly number[], shape: readonly number[]) => constant(float32(values, shape));
const flags = (values: readonly (number | boolean)[], shape: readonly number[]): Tensor =>
  constant({ dtype: 'bool', shape, data: Uint8Array.from(values, Number) });

function randomBoxes(random: Random, count: number, extent = 50): number[][] {
  return Array.from({ length: count }, () => {
    const [x, y] = [random.uniform(0, extent), random.uniform(0, extent)];
    return [x, y, x + random.uniform(2, 30), y + random.uniform(2, 30)];
  });
}

test('IoU of all pairs equals torchvision', async () => {
  const { a, b, iou } = recorded.iou;
  const result = await evaluateGraph({ iou: pairwiseIou(tensor(a), tensor(b)) });
  expectClose(result.iou, iou.data, { rtol: 1e-6 });
});

test('IoU is per image, and 0 for boxes without area', async () => {
  const random = createRandom(1);
  const [one, two] = [randomBoxes(random, 3), randomBoxes(random, 3)];
  const anchors = [...randomBoxes(random, 4), [5, 5, 5, 5]];
  const gt = f([...one, ...two].flat(), [2, 3, 4]);
  const { both } = await evaluateGraph({ both: pairwiseIou(gt, f(anchors.flat(), [5, 4])) });
  for (const [image, rows] of [one, two].entries()) {
    const single = await evaluateGraph({
      iou: pairwiseIou(f(rows.flat(), [3, 4]), f(anchors.flat(), [5, 4])),
    });
    expect(both.slice(image * 15, image * 15 + 15)).toEqual(single.iou);
  }
  expect(both.filter((_, i) => i % 5 === 4)).toEqual([0, 0, 0, 0, 0, 0]);
});

test.each([0, 1])('deltas equal torchvision (weights %i), clamp included', async (i) => {
  const { weights, reference, box, deltas, encoded, decoded } = recorded.coder[i];
  const result = await evaluateGraph({
    encoded: encodeBoxes(tensor(box), tensor(reference), { weights }),
    decoded: decodeBoxes(tensor(deltas), tensor(reference), { weights }),
  });
  expectClose(result.encoded, encoded.data, { rtol: 1e-4, atol: 1e-5 });
  expectClose(result.decoded, decoded.data, { rtol: 1e-4, atol: 1e-4 });
});

test('decoding undoes encoding, for references shared by all images', async () => {
  const random = createRandom(2);
  const [boxes, references] = [randomBoxes(random, 10), randomBoxes(random, 5)];
  const gt = f(boxes.flat(), [2, 5, 4]);
  const anchors = f(references.flat(), [5, 4]);
  const { back } = await evaluateGraph({ back: decodeBoxes(encodeBoxes(gt, anchors), anchors) });
  expectClose(back, boxes.flat(), { rtol: 1e-4, atol: 1e-4 });
});

test('boxes of padding encode to finite numbers', async () => {
  const zero = f([0, 0, 0, 0], [1, 4]);
  const box = f([1, 2, 3, 4], [1, 4]);
  const { a, b, c } = await evaluateGraph({
    a: encodeBoxes(zero, box),
    b: encodeBoxes(box, zero),
    c: encodeBoxes(zero, zero),
  });
  expect([...a, ...b, ...c].every(Number.isFinite)).toBe(true);
});

test('the largest size of decoded boxes can be set', async () => {
  const { box } = await evaluateGraph({
    box: decodeBoxes(f([0, 0, 9, 9], [1, 4]), f([0, 0, 2, 2], [1, 4]), {
      largestLogSize: Math.log(3),
    }),
  });
  expectClose(box, [1 - 3, 1 - 3, 1 + 3, 1 + 3], { rtol: 1e-5 });
});

test('anchors equal torchvision: order, rounding, strides', () => {
  const { sizes, ratios, boxes } = recorded.anchors;
  const anchors = anchorBoxes([
    { grid: { width: 6, height: 4 }, stride: 8, sizes: sizes[0], ratios: ratios[0] },
    { grid: { width: 3, height: 2 }, stride: 16, sizes: sizes[1], ratios: ratios[1] },
  ]);
  expect(anchors.levelCounts).toEqual([6 * 4 * 6, 3 * 2 * 4]);
  expectClose(Array.from(anchors.boxes.data), boxes.data, { rtol: 0, atol: 1e-4 });
});

test('anchors may keep their fractions and stand in the middle of their place', () => {
  const level = { grid: { width: 1, height: 1 }, stride: 4, sizes: [3], ratios: [1] };
  const { boxes } = anchorBoxes([level], { isRounded: false, offset: 0.5 });
  expect(Array.from(boxes.data)).toEqual([0.5, 0.5, 3.5, 3.5]);
  expect(() => anchorBoxes([{ ...level, sizes: [0] }])).toThrow('above 0');
});

test('a head map comes into the order of the anchors', async () => {
  // Value = 1000 anchor + 100 channel + 10 row + column, for A = 2, C = 2, H = 2, W = 3.
  const values: number[] = [];
  for (let a = 0; a < 2; a++)
    for (let c = 0; c < 2; c++)
      for (let y = 0; y < 2; y++)
        for (let x = 0; x < 3; x++) values.push(1000 * a + 100 * c + 10 * y + x);
  const { rows } = await evaluateGraph({ rows: flattenLevel(f(values, [1, 4, 2, 3]), 2) });
  expect(rows.slice(0, 8)).toEqual([0, 100, 1000, 1100, 1, 101, 1001, 1101]);
  expect(rows.slice(-2)).toEqual([1012, 1112]);
});

test.each([0, 1, 2, 3])('matching equals torchvision, ties included (case %i)', async (i) => {
  const { high, low, best, quality, matches } = recorded.matcher[i];
  const [m, a] = quality.shape;
  const found = matchBoxes(f(quality.data, [1, m, a]), f(Array(m).fill(1), [1, m]), {
    highThreshold: high,
    lowThreshold: low,
    keepsBestOfEach: best,
  });
  const result = await evaluateGraph({ ...found });
  const expected: number[] = matches.data; // -1 negative, -2 ignored
  expect(result.positive).toEqual(expected.map((match) => Number(match >= 0)));
  expect(result.negative).toEqual(expected.map((match) => Number(match === -1)));
  expect(result.gtIndex.map((g, at) => (result.positive[at] ? g : expected[at]))).toEqual(expected);
});

test('padding of ground truth and of boxes changes no match', async () => {
  const { quality } = recorded.matcher[0];
  const [m, a] = quality.shape as [number, number];
  const options = { highThreshold: 0.7, lowThreshold: 0.3, keepsBestOfEach: true };
  const plain = await evaluateGraph({
    ...matchBoxes(f(quality.data, [1, m, a]), f(Array(m).fill(1), [1, m]), options),
  });
  // Two more ground-truth rows and three more boxes, all with an IoU of 1 with everything.
  const wide: number[] = [];
  for (let row = 0; row < m + 2; row++)
    for (let box = 0; box < a + 3; box++)
      wide.push(row < m && box < a ? quality.data[row * a + box] : 1);
  const padded = await evaluateGraph({
    ...matchBoxes(f(wide, [1, m + 2, a + 3]), f([...Array(m).fill(1), 0, 0], [1, m + 2]), {
      ...options,
      boxMask: flags([...Array(a).fill(1), 0, 0, 0], [1, a + 3]),
    }),
  });
  for (const key of ['positive', 'negative', 'gtIndex'] as const) {
    expect(padded[key].slice(0, a)).toEqual(plain[key]);
  }
  expect(padded.positive.slice(a)).toEqual([0, 0, 0]);
  expect(padded.negative.slice(a)).toEqual([0, 0, 0]);
});

test('an image without ground truth has negatives only', async () => {
  const { positive, negative } = await evaluateGraph({
    ...matchBoxes(f(Array(6).fill(0.9), [1, 2, 3]), f([0, 0], [1, 2]), {
      highThreshold: 0.7,
      lowThreshold: 0.3,
      keepsBestOfEach: true,
    }),
  });
  expect(positive).toEqual([0, 0, 0]);
  expect(negative).toEqual([1, 1, 1]);
});

test('ground truth that touches no box makes no box positive', async () => {
  const { positive } = await evaluateGraph({
    ...matchBoxes(f([0, 0, 0, 0.2, 0.1, 0], [1, 2, 3]), f([1, 1], [1, 2]), {
      highThreshold: 0.7,
      lowThreshold: 0.3,
      keepsBestOfEach: true,
    }),
  });
  expect(positive).toEqual([1, 0, 0]); // the best of the second row; the first row has none
});

/** What sampleBalanced does, with loops: those of largest noise, positives first. */
function drawTwin(
  positive: number[],
  negative: number[],
  noise: number[],
  count: number,
  share: number,
) {
  const byNoise = (set: number[]) =>
    noise
      .map((value, i) => ({ value, i }))
      .filter(({ i }) => set[i])
      .sort((p, q) => q.value - p.value || p.i - q.i)
      .map(({ i }) => i);
  const positives = byNoise(positive).slice(0, Math.floor(count * share));
  const negatives = byNoise(negative).slice(0, count - positives.length);
  const rows = [...positives, ...negatives];
  const filled = (i: number, value: number) => (i < rows.length ? value : 0);
  return {
    index: Array.from({ length: count }, (_, i) => filled(i, rows[i]!)),
    positive: Array.from({ length: count }, (_, i) => Number(i < positives.length)),
    exists: Array.from({ length: count }, (_, i) => filled(i, 1)),
  };
}

test.each([
  ['plenty of both', 40, 0.4, 0.5, 16, 0.5],
  ['few positives: negatives fill up', 40, 0.05, 0.9, 16, 0.5],
  ['few of both: empty rows', 40, 0.1, 0.1, 32, 0.25],
  ['no positive', 20, 0, 0.5, 8, 0.5],
  ['no negative', 20, 0.6, 0, 8, 0.5],
  ['nothing at all', 20, 0, 0, 8, 0.5],
  ['fewer boxes than rows', 5, 0.5, 0.5, 12, 0.5],
  ['a share that rounds to no positive', 20, 0.5, 0.5, 4, 0.1],
] as const)('sampling counts as its twin: %s', async (_name, boxes, p, q, count, share) => {
  const random = createRandom(11);
  const images = [0, 1].map(() => {
    const draws = Array.from({ length: boxes }, () => random.next());
    return {
      positive: draws.map((d) => Number(d < p)),
      negative: draws.map((d) => Number(d >= p && d < p + q)),
      noise: Array.from({ length: boxes }, () => Math.fround(random.next())),
    };
  });
  const all = (key: 'positive' | 'negative' | 'noise') => images.flatMap((image) => image[key]);
  const sample = await evaluateGraph({
    ...sampleBalanced(
      {
        positive: flags(all('positive'), [2, boxes]),
        negative: flags(all('negative'), [2, boxes]),
        noise: f(all('noise'), [2, boxes]),
      },
      { count, positiveShare: share },
    ),
  });
  const twins = images.map((i) => drawTwin(i.positive, i.negative, i.noise, count, share));
  for (const key of ['index', 'positive', 'exists'] as const) {
    expect(sample[key], key).toEqual(twins.flatMap((twin) => twin[key]));
  }
});

test('equal noise still draws the exact count', async () => {
  const ones = Array(10).fill(1);
  const sample = await evaluateGraph({
    ...sampleBalanced(
      {
        positive: flags(ones, [1, 10]),
        negative: flags(Array(10).fill(0), [1, 10]),
        noise: f(Array(10).fill(0.5), [1, 10]),
      },
      { count: 6, positiveShare: 0.5 },
    ),
  });
  expect(sample.index.slice(0, 3)).toEqual([0, 1, 2]);
  expect(sample.exists).toEqual([1, 1, 1, 0, 0, 0]);
});

test('proposals equal torchvision, per level and per image size', async () => {
  const { boxes, logits, sizes, levelCounts, perLevel, count, iouThreshold, kept, scores } =
    recorded.proposals;
  for (const rows of [count, 5]) {
    const result = await evaluateGraph({
      ...filterProposals(tensor(boxes), tensor(logits), {
        size: f(sizes.flat(), [2, 2]),
        levelCounts,
        perLevel,
        count: rows,
        iouThreshold,
      }),
    });
    for (const image of [0, 1]) {
      const own = (values: number[], width: number) =>
        values.slice(image * rows * width, (image + 1) * rows * width);
      const expectedBoxes: number[] = kept[image].data;
      const n = Math.min(rows, expectedBoxes.length / 4);
      expectClose(own(result.boxes, 4).slice(0, n * 4), expectedBoxes.slice(0, n * 4), {
        rtol: 1e-5,
      });
      expectClose(own(result.scores, 1).slice(0, n), scores[image].data.slice(0, n));
      expect(own(result.exists, 1)).toEqual(Array.from({ length: rows }, (_, i) => Number(i < n)));
      expect(
        own(result.boxes, 4)
          .slice(n * 4)
          .every((v) => v === 0),
      ).toBe(true);
      expect(
        own(result.scores, 1)
          .slice(n)
          .every((v) => v === 0),
      ).toBe(true);
    }
  }
});

test('proposals: thresholds of score and side drop boxes, one size serves all images', async () => {
  const boxes = f([0, 0, 10, 10, 20, 20, 21, 40, 50, 50, 90, 90], [1, 3, 4]);
  const logits = f([-2, 3, 2], [1, 3]);
  const options = {
    size: { width: 70, height: 60 },
    levelCounts: [3],
    perLevel: 3,
    count: 3,
  };
  const at = (more: object) =>
    evaluateGraph({ ...filterProposals(boxes, logits, { ...options, ...more }) });
  const all = await at({});
  expect(all.boxes).toEqual([20, 20, 21, 40, 50, 50, 70, 60, 0, 0, 10, 10]);
  expect(all.exists).toEqual([1, 1, 1]);
  expect((await at({ smallestSide: 2 })).boxes.slice(0, 4)).toEqual([50, 50, 70, 60]);
  expect((await at({ scoreThreshold: 0.5 })).exists).toEqual([1, 1, 0]);
});

test('clipping keeps boxes inside their image', async () => {
  const { boxes } = await evaluateGraph({
    boxes: clipBoxes(f([-5, 3, 200, 90, 1, 2, 3, 4], [2, 1, 4]), f([100, 50, 2, 9], [2, 2])),
  });
  expect(boxes).toEqual([0, 3, 100, 50, 1, 2, 2, 4]);
});

test('rows are picked per image, and gradients go back to them', async () => {
  const values = float32([1, 2, 3, 4, 5, 6], [2, 3, 1]);
  const x = input('x', [2, 3, 1]);
  const rows = gatherRows(x, constant(int64([2, 0, 1, 1], [2, 2])));
  const [gradient] = gradients(sum(mul(rows, f([1, 10, 100, 1000], [2, 2, 1]))), [x]);
  const result = await evaluateGraph({ rows, gradient: gradient! }, { x: values });
  expect(result.rows).toEqual([3, 1, 5, 5]);
  expect(result.gradient).toEqual([10, 0, 1, 0, 1100, 0]);
});

function iouTwin(a: number[], b: number[]): number {
  const width = Math.min(a[2]!, b[2]!) - Math.max(a[0]!, b[0]!);
  const height = Math.min(a[3]!, b[3]!) - Math.max(a[1]!, b[1]!);
  const overlap = Math.max(0, width) * Math.max(0, height);
  const area = (box: number[]) => (box[2]! - box[0]!) * (box[3]! - box[1]!);
  return overlap / (area(a) + area(b) - overlap);
}

test('RoIs are matched, labelled and drawn as a plain loop does it', async () => {
  const random = createRandom(21);
  const [proposals, gtRows, count, classes] = [30, 4, 16, 5];
  const images = [4, 0, 2].map((cells) => {
    const gt = randomBoxes(random, gtRows);
    const near = gt.flatMap((box) => [1, 2].map((d) => box.map((v) => v + d)));
    return {
      cells,
      gt: gt.map((box, i) => (i < cells ? box : [0, 0, 0, 0])),
      gtClass: gt.map(() => random.integer(0, classes)),
      boxes: [...near, ...randomBoxes(random, proposals - near.length)],
      exists: Array.from({ length: proposals }, (_, i) => Number(i % 7 !== 3)),
      noise: Array.from({ length: proposals + gtRows }, () => Math.fround(random.next())),
    };
  });
  const n = images.length;
  const join = (pick: (image: (typeof images)[number]) => number[]) => images.flatMap(pick);
  const sample = await evaluateGraph({
    ...sampleRois(
      {
        boxes: f(
          join((i) => i.boxes.flat()),
          [n, proposals, 4],
        ),
        exists: flags(
          join((i) => i.exists),
          [n, proposals],
        ),
      },
      {
        boxes: f(
          join((i) => i.gt.flat()),
          [n, gtRows, 4],
        ),
        exists: f(
          join((i) => i.gt.map((_, row) => Number(row < i.cells))),
          [n, gtRows],
        ),
        classIndex: constant(
          int64(
            join((i) => i.gtClass),
            [n, gtRows],
          ),
        ),
      },
      f(
        join((i) => i.noise),
        [n, proposals + gtRows],
      ),
      { classes, count, positiveShare: 0.25 },
    ),
  });
  for (const [at, image] of images.entries()) {
    const offered = [...image.boxes, ...image.gt];
    const best = offered.map((box) => {
      const ious = image.gt.slice(0, image.cells).map((gt) => iouTwin(gt, box));
      const iou = Math.max(-1, ...ious);
      return { iou, gt: Math.max(0, ious.indexOf(iou)) };
    });
    const exists = [...image.exists, ...image.gt.map((_, i) => Number(i < image.cells))];
    const positive = best.map(({ iou }, i) => Number(iou >= 0.5 && exists[i]));
    const negative = best.map(({ iou }, i) => Number(iou < 0.5 && exists[i]));
    const twin = drawTwin(positive, negative, image.noise, count, 0.25);
    const own = (values: number[], width = 1) =>
      values.slice(at * count * width, (at + 1) * count * width);
    expect(own(sample.exists)).toEqual(twin.exists);
    expect(own(sample.positive)).toEqual(twin.positive);
    expect(own(sample.classIndex)).toEqual(
      twin.index.map((box, i) => (twin.positive[i] ? image.gtClass[best[box]!.gt]! : classes)),
    );
    expectClose(
      own(sample.boxes, 4),
      twin.index.flatMap((box, i) => (twin.exists[i] ? offered[box]! : [0, 0, 0, 0])),
      { rtol: 1e-6 },
    );
    const cells = own(sample.gtBoxes, 4).filter((_, i) => twin.positive[Math.floor(i / 4)]);
    expectClose(
      cells,
      twin.index.filter((_, i) => twin.positive[i]).flatMap((box) => image.gt[best[box]!.gt]!),
      { rtol: 1e-6 },
    );
    expect(own(sample.positive).reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(count / 4);
  }
});

test('the ground truth may be left out of the RoIs, and the IoU that makes a positive set', async () => {
  const gt = {
    boxes: f([0, 0, 10, 10], [1, 1, 4]),
    exists: f([1], [1, 1]),
    classIndex: constant(int64([2], [1, 1])),
  };
  const proposals = {
    boxes: f([0, 0, 10, 6, 30, 30, 40, 40], [1, 2, 4]),
    exists: flags([1, 1], [1, 2]),
  };
  const noise = f([0.9, 0.1], [1, 2]);
  const options = { classes: 3, count: 4, positiveShare: 0.5, includesGroundTruth: false };
  const at = (more: object) =>
    evaluateGraph({ ...sampleRois(proposals, gt, noise, { ...options, ...more }) });
  expect((await at({})).classIndex).toEqual([2, 3, 3, 3]); // IoU 0.6
  expect((await at({})).exists).toEqual([1, 1, 0, 0]);
  expect((await at({ iouThreshold: 0.7 })).classIndex).toEqual([3, 3, 3, 3]);
});

test('pyramid levels equal torchvision', async () => {
  const { boxes, levels } = recorded.levels;
  const { found } = await evaluateGraph({ found: fpnLevels(tensor(boxes), [4, 8, 16, 32]) });
  expect(found).toEqual(levels.data);
  const { other } = await evaluateGraph({
    other: fpnLevels(f([0, 0, 64, 64], [1, 4]), [8, 16, 32, 64, 128], { canonicalSize: 32 }),
  });
  expect(other).toEqual([5 - 3]); // 4 + log2(64 / 32)
});

test('pyramid levels end where the strides end, so that large boxes are pooled too', async () => {
  const large = f([0, 0, 500, 500, 0, 0, 60, 60], [1, 2, 4]);
  const maps = [8, 16, 32].map((stride) =>
    constant(
      float32(new Float32Array((512 / stride) ** 2).fill(1), [1, 1, 512 / stride, 512 / stride]),
    ),
  );
  const { levels, pooled, coarser } = await evaluateGraph({
    levels: fpnLevels(large, [8, 16, 32]),
    pooled: roiAlignLevels(maps, large, { strides: [8, 16, 32], size: 1 }),
    coarser: fpnLevels(large, [8, 16, 32], { canonicalSize: 56 }),
  });
  expect(levels).toEqual([2, 0]);
  expect(pooled).toEqual([1, 1]);
  expect(coarser).toEqual([2, 1]);
  const { lower } = await evaluateGraph({
    lower: fpnLevels(large, [8, 16, 32], { canonicalLevel: 3 }),
  });
  expect(lower).toEqual([1, 0]);
  for (const strides of [[4, 8, 32], [6, 12], [8, 4], []]) {
    expect(() => fpnLevels(large, strides), String(strides)).toThrow(/powers of two that double/);
  }
});

test('pooling from levels takes each box from its own level, gradients too', async () => {
  const random = createRandom(5);
  const map = (height: number, width: number): TensorData =>
    float32(
      Array.from({ length: 2 * 3 * height * width }, () => random.normal()),
      [2, 3, height, width],
    );
  const fine = input('fine', [2, 3, 8, 8]);
  const coarse = input('coarse', [2, 3, 4, 4]);
  // Level 3, the coarse one, begins at a side of 16.
  const boxes = f([0, 0, 8, 8, 4, 4, 30, 30, 2, 2, 25, 29, 1, 3, 9, 9], [2, 2, 4]);
  const pooled = roiAlignLevels([fine, coarse], boxes, {
    strides: [4, 8],
    size: 2,
    canonicalSize: 32,
  });
  const onFine = roiAlign(fine, boxes, { scale: 1 / 4, size: 2 });
  const onCoarse = roiAlign(coarse, boxes, { scale: 1 / 8, size: 2 });
  const row = (x: Tensor, i: number) => reshape(sliceAxis(x, 0, i, i + 1), [-1]);
  const [gFine] = gradients(sum(pooled), [fine]);
  const [gFineOwn] = gradients(sum(sliceAxis(onFine, 0, 0, 1)), [fine]);
  const result = await evaluateGraph(
    {
      pooled,
      r0: row(onFine, 0),
      r1: row(onCoarse, 1),
      r2: row(onCoarse, 2),
      r3: row(onFine, 3),
      gFine: sliceAxis(gFine!, 0, 0, 1),
      gFineOwn: sliceAxis(gFineOwn!, 0, 0, 1),
    },
    { fine: map(8, 8), coarse: map(4, 4) },
  );
  const { r0, r1, r2, r3 } = result;
  expectClose(result.pooled, [...r0, ...r1, ...r2, ...r3], { rtol: 1e-6 });
  expectClose(result.gFine, result.gFineOwn, { rtol: 1e-5 });
});

test('wrong shapes are refused by name', () => {
  const boxes = input('boxes', [2, 7, 4]);
  const logits = input('logits', [2, 7]);
  const options = { size: { width: 9, height: 9 }, perLevel: 3, count: 3 };
  expect(() => pairwiseIou(boxes, logits)).toThrow('boxes must be float32 [..., count, 4]');
  expect(() => filterProposals(boxes, logits, { ...options, levelCounts: [3] })).toThrow(
    'levels add up to A (they give 3)',
  );
  expect(() => matchBoxes(boxes, logits, { highThreshold: 0.5, lowThreshold: 0.5 })).not.toThrow();
  expect(() => matchBoxes(boxes, logits, { highThreshold: 0.3, lowThreshold: 0.5 })).toThrow(
    'lowThreshold must be',
  );
  expect(() => gatherRows(boxes, logits)).toThrow('indices int64 [N, R]');
  expect(() => flattenLevel(input('map', [1, 5, 2, 2]), 4)).toThrow('the map must be');
});

test('boxes may name the image that they are pooled from, with a sample for each pixel', async () => {
  const maps = f([...Array(64).fill(1), ...Array(64).fill(5)], [2, 1, 8, 8]);
  const boxes = f([0, 0, 8, 8, 2, 2, 6, 6, 0, 0, 4, 8], [1, 3, 4]);
  const images = constant(int64([1, 0, 1], [1, 3]));
  const options = { size: 1, samples: 'adaptive', images } as const;
  const { pooled } = await evaluateGraph({ pooled: roiAlign(maps, boxes, options) });
  expect(pooled).toEqual([5, 1, 5]);
  const x = input('x', [2, 1, 8, 8]);
  expect(() => gradients(sum(roiAlign(x, boxes, options)), [x])).toThrow('has a gradient only');
  expect(() => roiAlign(x, boxes, { images: constant(int64([0, 1], [1, 2])) })).toThrow(
    'images int64 [B, R]',
  );
});
