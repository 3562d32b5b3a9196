import { decodeOnnxModel, encodeOnnxModel, writeModelMetadata } from '@leukoscope/nn';
import { expect, test } from 'vitest';
import { buildVioletDetector } from '../../test/harness/violet-detector.ts';
import { describeOnnx } from '../load-model.ts';

const size = { width: 64, height: 64 };
const preprocessing = {
  input: 'images',
  size,
  fit: 'letterbox' as const,
  fillValue: 100,
  channelOrder: 'BGR' as const,
  scale: 1 / 255,
  mean: [0.1, 0.2, 0.3],
  deviation: [1, 2, 3],
};

function exported(more: { kind?: string; fit?: 'crop' }): Uint8Array {
  const model = writeModelMetadata(decodeOnnxModel(buildVioletDetector(size, 20)), {
    name: 'violet',
    version: '2',
    task: 'detection',
    classes: ['leukocyte'],
    outputs: { output0: 'boxes and scores' },
    preprocessing: { ...preprocessing, fit: more.fit ?? preprocessing.fit },
    postprocessing: {
      kind: more.kind ?? 'yolo',
      scoreThreshold: 0.25,
      settings: { layout: 'columns', box: 'cxcywh' },
    },
  });
  return encodeOnnxModel(model);
}

const describe = async (bytes: Uint8Array, file = 'f.onnx') => describeOnnx(bytes, file);

test('facts of before format 2 become the description', async () => {
  const { description, isOld } = await describe(exported({}), 'violet.onnx');
  expect(isOld).toBe(true);
  expect(description).toMatchObject({
    name: 'violet 2',
    reader: 'external',
    classes: ['leukocyte'],
    networks: {},
    calibration: { scoreThreshold: 0.25 },
    input: { size, padding: 100 },
    settings: {
      output: { style: 'yolo', layout: 'columns' },
      input: { name: 'images', channels: 'bgr' },
    },
  });
  // There blue stood first: (pixel / 255 - 0.1) / 1.
  expect(description.input.mean[2]).toBeCloseTo(0.1, 9);
  expect(description.input.deviation[0]).toBeCloseTo(3, 9);
});

test('other decoders, crops and files without facts are refused', async () => {
  await expect(describe(exported({ kind: 'fcos' }))).rejects.toThrow('Received fcos');
  await expect(describe(exported({ fit: 'crop' }))).rejects.toThrow('fit crop');
  await expect(describe(buildVioletDetector(size, 20))).rejects.toThrow('must hold facts');
});
