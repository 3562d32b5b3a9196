import { float32, int64 } from '@leukoscope/core';
import { constant, type Tensor } from '@leukoscope/nn';
import { expect, test } from 'vitest';
import { evaluateGraph } from '../../../nn/test/evaluate-graph.ts';
import { noise } from '../../../nn/test/harness/noise.ts';
import type { BoxTruth } from '../truth/box-truth.ts';
import { detectByYolo, type YoloRules, yoloLoss } from './yolo-head.ts';
import { anchorsByLevel, responsibleRows, yoloPlaces } from './yolo-places.ts';

const size = { width: 64, height: 64 };
const K = 2;
const map = (side: number) => constant(float32(new Float32Array(side * side), [1, 1, side, side]));
const levels = [
  { map: map(2), stride: 32 },
  { map: map(4), stride: 16 },
];
const anchors = [
  [8, 8],
  [16, 12],
  [30, 30],
  [60, 40],
] as const;
const places = yoloPlaces(levels, anchorsByLevel(anchors, 2));
const A = 2 * 2 * 2 + 4 * 4 * 2;

/** Rows of the head: cell (0, 0) of level 0 has anchors 2 and 3, then cell (0, 1) and so on. */
const cells = [
  { box: [30, 2, 62, 30], classIndex: 1 }, // 32 x 28, middle (46, 16): anchor 2, column 1, row 0
  { box: [10, 40, 26, 52], classIndex: 0 }, // 16 x 12, middle (18, 46): anchor 1, column 1, row 2
];
const rowsOfCells = [0 * 4 + 1 * 2 + 0, 8 + (2 * 4 + 1) * 2 + 1];

const truthOf = (typed = [1, 1, 0]): BoxTruth => ({
  boxes: constant(float32([...cells.flatMap(({ box }) => box), 0, 0, 0, 0], [1, 3, 4])),
  exists: constant(float32([1, 1, 0], [1, 3])),
  classIndex: constant(int64([1, 0, 0], [1, 3])),
  typed: constant(float32(typed, [1, 3])),
});

const v3: YoloRules = { types: 'logistic', ignoreIou: 0.7, objectWeight: 1, objectness: 'one' };
const values = noise(77, A * (5 + K), -1, 1);
const rows: Tensor = constant(float32(values, [1, A, 5 + K]));

const sigma = (x: number) => 1 / (1 + Math.exp(-x));
const bce = (x: number, t: number) => -t * Math.log(sigma(x)) - (1 - t) * Math.log(1 - sigma(x));

/** The loss by loops, as darknet's yolo_layer.c goes about it. */
function twin(rules: YoloRules, typed = [1, 1]) {
  const at = (row: number, c: number) => values[row * (5 + K) + c]!;
  const place = (row: number) => {
    const [side, stride, first, start] = row < 8 ? [2, 32, 2, 0] : [4, 16, 0, 8];
    const cell = Math.floor((row - start) / 2);
    const [w, h] = anchors[first + ((row - start) % 2)]!;
    return { x: (cell % side) * stride, y: Math.floor(cell / side) * stride, stride, w, h };
  };
  const boxOf = (row: number) => {
    const { x, y, stride, w, h } = place(row);
    const [cx, cy] = [x + sigma(at(row, 0)) * stride, y + sigma(at(row, 1)) * stride];
    const [bw, bh] = [w * Math.exp(at(row, 2)), h * Math.exp(at(row, 3))];
    return [cx - bw / 2, cy - bh / 2, cx + bw / 2, cy + bh / 2];
  };
  const iou = (a: readonly number[], b: readonly number[]) => {
    const w = Math.max(0, Math.min(a[2]!, b[2]!) - Math.max(a[0]!, b[0]!));
    const h = Math.max(0, Math.min(a[3]!, b[3]!) - Math.max(a[1]!, b[1]!));
    const area = (c: readonly number[]) => (c[2]! - c[0]!) * (c[3]! - c[1]!);
    return (w * h) / (area(a) + area(b) - w * h);
  };
  let [boxes, types, objects, nothing] = [0, 0, 0, 0];
  cells.forEach(({ box, classIndex }, m) => {
    const row = rowsOfCells[m]!;
    const { x, y, stride, w, h } = place(row);
    const [bw, bh] = [box[2]! - box[0]!, box[3]! - box[1]!];
    const weight = 2 - (bw * bh) / (64 * 64);
    const tx = (box[0]! + bw / 2 - x) / stride;
    const ty = (box[1]! + bh / 2 - y) / stride;
    const ew = at(row, 2) - Math.log(bw / w);
    const eh = at(row, 3) - Math.log(bh / h);
    boxes += weight * (bce(at(row, 0), tx) + bce(at(row, 1), ty) + (ew * ew + eh * eh) / 2);
    const wanted = rules.objectness === 'one' ? 1 : iou(boxOf(row), box);
    objects += bce(at(row, 4), wanted);
    if (typed[m] === 0) return;
    const logits = [0, 1].map((k) => at(row, 5 + k));
    const total = logits.reduce((sum, x) => sum + Math.exp(x), 0);
    types +=
      rules.types === 'logistic'
        ? logits.reduce((sum, x, k) => sum + bce(x, k === classIndex ? 1 : 0), 0)
        : -Math.log(Math.exp(logits[classIndex]!) / total);
  });
  for (let row = 0; row < A; row++) {
    const best = Math.max(...cells.map(({ box }) => iou(boxOf(row), box)));
    if (!rowsOfCells.includes(row) && best <= rules.ignoreIou) nothing += bce(at(row, 4), 0);
  }
  return { boxes, types, objectness: objects * rules.objectWeight + nothing };
}

const lossOf = (rules: YoloRules, typed?: number[]) => {
  const { loss, metrics = {} } = yoloLoss({ rows, places, size }, truthOf(typed), rules);
  return evaluateGraph({ loss, ...metrics }) as Promise<Record<string, number[]>>;
};

test('a cell belongs to the anchor of its shape at the place that holds its middle', async () => {
  const { row, offsetX, offsetY } = responsibleRows(places, truthOf().boxes);
  const found = await evaluateGraph({ row, offsetX, offsetY });
  expect(found.row.slice(0, 2)).toEqual(rowsOfCells);
  expect(found.offsetX.slice(0, 2)).toEqual([(46 - 32) / 32, (18 - 16) / 16]);
  expect(found.offsetY.slice(0, 2)).toEqual([16 / 32, (46 - 32) / 16]);
});

const v2: YoloRules = { types: 'softmax', ignoreIou: 0.3, objectWeight: 5, objectness: 'iou' };
test.each([
  ['v3', v3],
  ['v2', v2],
  ['v3 that ignores more', { ...v3, ignoreIou: 0.2 }],
] as const)('the loss of %s is what loops give', async (_, rules) => {
  const found = await lossOf(rules);
  const expected = twin(rules);
  for (const name of ['boxes', 'types', 'objectness'] as const) {
    expect(found[name]![0]!, name).toBeCloseTo(expected[name], 3);
  }
  const total = expected.boxes + expected.types + expected.objectness;
  expect(found['loss']![0]).toBeCloseTo(total, 3);
});

test('a cell of unknown kind trains box and objectness only', async () => {
  const [all, part] = [await lossOf(v3), await lossOf(v3, [1, 0, 0])];
  expect(part['types']![0]).toBeCloseTo(twin(v3, [1, 0]).types, 3);
  expect(part['types']![0]).toBeLessThan(all['types']![0]!);
  expect(part['boxes']).toEqual(all['boxes']);
  expect(part['objectness']).toEqual(all['objectness']);
});

test('detections are cut to the picture after suppression', async () => {
  const detection = {
    scoreThreshold: 0.1,
    iouThreshold: 0.5,
    suppression: 'per-class',
    candidates: 50,
    detections: 20,
  } as const;
  const found = await evaluateGraph({
    ...detectByYolo({ rows, places, size }, detection, 'logistic'),
  });
  expect(found['boxes']!.every((x) => x >= 0 && x <= 64)).toBe(true);
  expect(Math.max(...found['scores']!)).toBeGreaterThan(0.1);
});

test('anchors must be as many for each level', () => {
  expect(() => anchorsByLevel(anchors.slice(1), 2)).toThrow('as many for each of the 2 levels');
});
