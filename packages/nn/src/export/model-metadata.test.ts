import { expect, test } from 'vitest';
import type { OnnxModel } from '../onnx/model.ts';
import { decodeOnnxModel } from '../onnx/read-model.ts';
import { encodeOnnxModel } from '../onnx/write-model.ts';
import { metadataKey, readModelMetadata, writeModelMetadata } from './model-metadata.ts';

const value = (name: string) => ({ name, dtype: 'float32', shape: [1] }) as const;
const identity = { opType: 'Identity', inputs: ['image'], outputs: ['boxes'], attributes: {} };
const model: OnnxModel = {
  irVersion: 8,
  opsetImports: [{ domain: '', version: 18 }],
  producerName: 'leukoscope',
  producerVersion: '0.1.0',
  graph: {
    name: 'detector',
    nodes: [identity],
    inputs: [value('image')],
    outputs: [value('boxes')],
    initializers: [],
  },
  metadata: { other: 'kept' },
};
const facts = {
  name: 'compact',
  version: '2',
  task: 'detection',
  preprocessing: {
    input: 'image',
    size: { width: 640, height: 480 },
    fit: 'letterbox',
    fillValue: 114,
    channelOrder: 'RGB',
    scale: 1 / 255,
    mean: [0.485, 0.456, 0.406],
    deviation: [0.229, 0.224, 0.225],
  },
  classes: ['neutrophil', 'lymphocyte'],
  postprocessing: { kind: 'fcos', scoreThreshold: 0.3, settings: { strides: [8, 16], nms: true } },
  outputs: { boxes: 'xyxy boxes in input pixels' },
} as const;

test('facts survive the file, other metadata too', () => {
  const written = writeModelMetadata(model, facts);
  const read = decodeOnnxModel(encodeOnnxModel(written));
  expect(readModelMetadata(read)).toEqual({ ...facts, formatVersion: 1, opset: 18 });
  expect(read.metadata['other']).toBe('kept');
});

test('facts must fit the model', () => {
  const preprocessing = { ...facts.preprocessing, input: 'picture' };
  expect(() => writeModelMetadata(model, { ...facts, preprocessing })).toThrow(
    'must name an input of the model (image). Received "picture"',
  );
  expect(() => writeModelMetadata(model, { ...facts, outputs: { masks: 'x' } })).toThrow(
    'must name outputs of the model (boxes)',
  );
});

const stored = (change: (facts: Record<string, unknown>) => void): OnnxModel => {
  const written = writeModelMetadata(model, facts);
  const parsed = JSON.parse(written.metadata[metadataKey]!) as Record<string, unknown>;
  change(parsed);
  return { ...written, metadata: { [metadataKey]: JSON.stringify(parsed) } };
};

test.each([
  ['formatVersion must be 1', { formatVersion: 2 }],
  ['name must be text', { name: '' }],
  ['task must be one of', { task: 'poetry' }],
  ['opset must be a whole number', { opset: 1.5 }],
  ['classes must be a list', { classes: [] }],
  ['classes[1] must be text', { classes: ['a', 7] }],
  ['classes must differ', { classes: ['a', 'a'] }],
  ['preprocessing must be an object', { preprocessing: [1] }],
  [
    'preprocessing.mean must hold 1 number(s)',
    { preprocessing: { ...facts.preprocessing, channelOrder: 'grey' } },
  ],
  [
    'preprocessing.deviation[0] must be a number',
    { preprocessing: { ...facts.preprocessing, deviation: [0, 1, 1] } },
  ],
  [
    'preprocessing.size.width must be',
    { preprocessing: { ...facts.preprocessing, size: { width: 0, height: 1 } } },
  ],
  [
    'preprocessing.fillValue must be a number from 0 to 255',
    { preprocessing: { ...facts.preprocessing, fillValue: 300 } },
  ],
  ['postprocessing.scoreThreshold must be', { postprocessing: { kind: 'x', scoreThreshold: 2 } }],
  ['postprocessing.maxDetections must be', { postprocessing: { kind: 'x', maxDetections: -1 } }],
  ['postprocessing.settings.a must be', { postprocessing: { kind: 'x', settings: { a: null } } }],
  ['licence must be text', { licence: 7 }],
])('reading refuses: %s', (message, change) => {
  expect(() => readModelMetadata(stored((parsed) => Object.assign(parsed, change)))).toThrow(
    message,
  );
});

test('a model without facts, or with damaged ones, is refused', () => {
  expect(() => readModelMetadata(model)).toThrow('must hold facts under the key "leukoscope"');
  const damaged = { ...model, metadata: { [metadataKey]: '{"name":' } };
  expect(() => readModelMetadata(damaged)).toThrow('must be JSON');
});

test('fields of later versions are passed over', () => {
  const later = stored((parsed) => Object.assign(parsed, { colour: 'blue' }));
  expect(readModelMetadata(later)).not.toHaveProperty('colour');
});
