import { float32, int64, type TensorData } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { toExternalInput } from './external-input.ts';
import { externalInputSchema, externalOutputSchema } from './external-settings.ts';
import { readRcnn } from './read-rcnn.ts';
import { readSsd } from './read-ssd.ts';
import { readYolo } from './read-yolo.ts';

const input = { width: 100, height: 50 };
const parse = (output: object) => externalOutputSchema.parse(output);

function yolo(tensor: TensorData, output: object, threshold = 0.3) {
  const parsed = parse({ style: 'yolo', ...output });
  if (parsed.style !== 'yolo') throw new Error('style');
  return readYolo(tensor, 2, parsed, input, threshold);
}

test('yolo: columns of v8 and rows of v5 say the same', () => {
  // two candidates: (20, 10) of 10 x 4, class 1 at 0.9; (50, 30) below the threshold
  const columns = float32([20, 50, 10, 30, 10, 8, 4, 8, 0.1, 0.2, 0.9, 0.25], [1, 6, 2]);
  const box = { x1: 15, y1: 8, x2: 25, y2: 12 };
  const found = yolo(columns, {});
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({ box, classIndex: 1 });
  expect(found[0]!.score).toBeCloseTo(0.9, 6);
  expect(found[0]!.probabilities![1]).toBeCloseTo(0.9 / (0.1 + 0.9), 6);
  const rows = float32([20, 10, 10, 4, 0.5, 0.1, 0.9, 50, 30, 8, 8, 0.5, 0.2, 0.25], [1, 2, 7]);
  const [row, ...rest] = yolo(rows, { layout: 'rows', objectness: true });
  expect(rest).toEqual([]);
  expect(row!.score).toBeCloseTo(0.5 * 0.9, 6);
  expect(row!.box).toEqual(box);
});

test('yolo: activations, units and forms of boxes are followed', () => {
  const logits = float32([0.1, 0.2, 0.3, 0.6, -1, 2], [1, 6, 1]);
  const [found] = yolo(logits, { units: 'relative', box: 'xyxy', activation: 'sigmoid' });
  expect(found!.score).toBeCloseTo(1 / (1 + Math.exp(-2)), 6);
  expect(found!.box.x1).toBeCloseTo(0.1 * 100, 4);
  expect(found!.box.y2).toBeCloseTo(0.6 * 50, 4);
  const [corner] = yolo(logits, { units: 'relative', box: 'xywh', activation: 'softmax' });
  expect(corner!.box.x2).toBeCloseTo((0.1 + 0.3) * 100, 4);
  expect(corner!.score).toBeCloseTo(Math.exp(2) / (Math.exp(2) + Math.exp(-1)), 6);
  const [turned] = yolo(logits, { box: 'yxyx', activation: 'sigmoid' });
  expect(turned!.box.x1).toBeCloseTo(0.2, 6);
});

test('yolo: a tensor of another width is refused with both shapes', () => {
  expect(() => yolo(float32(new Array(10).fill(0), [1, 5, 2]), {})).toThrow('shape [1, 6, N]');
});

test('ssd: softmax over background and classes, relative boxes', () => {
  const parsed = parse({ style: 'ssd', boxes: 'b', scores: 's' });
  if (parsed.style !== 'ssd') throw new Error('style');
  const outputs = {
    b: float32([0.1, 0.2, 0.3, 0.4, 0, 0, 1, 1], [1, 2, 4]),
    s: float32([0, 3, 0, 5, 0, 0], [1, 2, 3]),
  };
  const found = readSsd(outputs, 2, parsed, input, 0.3);
  expect(found).toHaveLength(1);
  expect(found[0]!.classIndex).toBe(0);
  expect(found[0]!.score).toBeCloseTo(Math.exp(3) / (Math.exp(3) + 2), 6);
  expect(found[0]!.box.x2).toBeCloseTo(30, 4);
  expect(found[0]!.probabilities![0]).toBeCloseTo(Math.exp(3) / (Math.exp(3) + 1), 6);
  // the same numbers with the background last: now the second anchor is a cell of class 0
  const last = { ...parsed, background: 'last' as const };
  expect(readSsd(outputs, 2, last, input, 0.95)[0]).toMatchObject({ classIndex: 0 });
  const none = { ...parsed, background: 'none' as const, activation: 'none' as const };
  expect(() => readSsd(outputs, 2, none, input, 0.3)).toThrow('[1, 2, 2]');
});

test('rcnn: labels from firstLabel on, masks over their boxes or over the input', () => {
  const parsed = parse({ style: 'rcnn', boxes: 'b', scores: 's', labels: 'l', masks: 'm' });
  if (parsed.style !== 'rcnn') throw new Error('style');
  const outputs = {
    b: float32([10, 10, 18, 14, 40, 10, 48, 14], [2, 4]),
    s: float32([0.9, 0.8]),
    l: int64([2, 0]),
    // left half of the box
    m: float32([1, 0, 1, 0, 1, 1, 1, 1], [2, 1, 2, 2]),
  };
  const found = readRcnn(outputs, 2, parsed, input, 0.5);
  expect(found).toHaveLength(1); // label 0 is the background
  expect(found[0]).toMatchObject({ classIndex: 1, box: { x1: 10, y1: 10, x2: 18, y2: 14 } });
  const { left, top, mask } = found[0]!.mask!;
  expect([left, top, mask.width, mask.height]).toEqual([10, 10, 4, 4]);
  expect(mask.data.every((pixel) => pixel === 1)).toBe(true);
  const whole = new Float32Array(2 * 100 * 50);
  for (let y = 11; y < 13; y++) whole.fill(0.8, y * 100 + 12, y * 100 + 15);
  const overInput = { ...outputs, m: float32(whole, [2, 1, 50, 100]) };
  const pasted = readRcnn(overInput, 2, parsed, input, 0.5)[0]!.mask!;
  const sum = pasted.mask.data.reduce((a, b) => a + b, 0);
  expect(sum).toBe(2 * 3);
  const zero = readRcnn(outputs, 2, { ...parsed, firstLabel: 0 }, input, 0.5);
  expect(zero.map(({ classIndex }) => classIndex)).toEqual([0]);
});

test('input: mean, deviation, order of channels and layout are followed', () => {
  const raster = {
    width: 100,
    height: 50,
    channels: 3 as const,
    bitDepth: 8 as const,
    data: new Uint8Array(100 * 50 * 3).map((_, i) => [50, 100, 200][i % 3]!),
  };
  const spec = {
    size: input,
    fit: 'letterbox' as const,
    multipleOf: 1,
    mean: [0, 0, 0] as const,
    deviation: [1, 1, 1] as const,
    padding: 51,
  };
  const planes = (settings: object, change: object = {}) => {
    const form = externalInputSchema.parse(settings);
    const { tensor } = toExternalInput(raster, { ...spec, ...change }, form);
    return { shape: tensor.shape, at: (i: number) => Number(tensor.data[i]) };
  };
  const plain = planes({});
  expect(plain.shape).toEqual([1, 3, 50, 100]);
  expect(plain.at(0)).toBeCloseTo(50 / 255, 6);
  expect(planes({ channels: 'bgr' }).at(0)).toBeCloseTo(200 / 255, 6);
  expect(planes({ layout: 'nhwc' }).at(1)).toBeCloseTo(100 / 255, 6);
  expect(planes({ layout: 'nhwc' }).shape).toEqual([1, 50, 100, 3]);
  expect(planes({ layout: 'chw' }).shape).toEqual([3, 50, 100]);
  expect(planes({ dtype: 'uint8' }).at(0)).toBe(50);
  // Red's mean and deviation stay red's, wherever red stands.
  const red = { mean: [0.1, 0, 0], deviation: [2, 1, 1] };
  expect(planes({}, red).at(0)).toBeCloseTo((50 / 255 - 0.1) / 2, 6);
  expect(planes({ channels: 'bgr' }, red).at(2 * 5000)).toBeCloseTo((50 / 255 - 0.1) / 2, 6);
  const form = externalInputSchema.parse({});
  const tall = { ...spec, size: { width: 100, height: 80 } };
  const letterboxed = toExternalInput(raster, tall, form);
  expect(letterboxed.placement.top).toBe(15);
  expect(letterboxed.tensor.data[0]).toBeCloseTo(51 / 255, 6);
  expect(toExternalInput(raster, { ...tall, fit: 'stretch' }, form).placement.top).toBe(0);
});
