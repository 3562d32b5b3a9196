import { decodeOnnxModel, encodeOnnxModel, writeModelMetadata } from '@leukoscope/nn';
import { expect, test } from 'vitest';
import { buildVioletDetector } from '../../test/harness/violet-detector.ts';
import { configFromMetadata } from './config-from-metadata.ts';

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

test('facts in the file become the description', () => {
  const config = configFromMetadata(exported({}), 'violet.onnx');
  expect(config).toMatchObject({
    name: 'violet 2',
    cellClasses: ['leukocyte'],
    scoreThreshold: 0.25,
    output: { style: 'yolo', layout: 'columns' },
    input: { ...size, name: 'images', channels: 'bgr', padding: 100, std: [1, 2, 3] },
  });
  expect(config.input.scale).toBeCloseTo(255, 9);
});

test('other decoders, crops and files without facts are refused', () => {
  expect(() => configFromMetadata(exported({ kind: 'fcos' }), 'f.onnx')).toThrow('Received fcos');
  expect(() => configFromMetadata(exported({ fit: 'crop' }), 'f.onnx')).toThrow('fit crop');
  expect(() => configFromMetadata(buildVioletDetector(size, 20), 'f.onnx')).toThrow(
    'must hold facts',
  );
});
