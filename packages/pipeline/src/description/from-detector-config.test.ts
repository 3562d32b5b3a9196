import { expect, test } from 'vitest';
import { fromDetectorConfig } from './from-detector-config.ts';

const input = { width: 100, height: 50 };
const hash = 'ab'.repeat(32);
const convert = (more: object = {}) =>
  fromDetectorConfig(
    {
      name: 'd',
      onnx: 'd.onnx',
      classes: ['WBC', 'RBC'],
      input,
      output: { style: 'yolo' },
      ...more,
    },
    'd.json',
    async () => hash,
  );

test('an old description says the same in format 2', async () => {
  const {
    name,
    reader,
    classes,
    input: spec,
    networks,
    settings,
    calibration,
  } = await convert({
    input: {
      ...input,
      scale: 1,
      mean: [40, 50, 60],
      std: [2, 4, 5],
      channels: 'bgr',
      fit: 'stretch',
    },
    scoreThreshold: 0.3,
    iouThreshold: 0.7,
  });
  expect({ name, reader, classes }).toEqual({
    name: 'd',
    reader: 'external',
    classes: ['leukocyte', 'erythrocyte'],
  });
  expect(networks).toEqual({ network: { onnx: 'd.onnx', sha256: hash } });
  expect(calibration).toEqual({ temperature: 1, scoreThreshold: 0.3 });
  expect(settings).toMatchObject({ input: { channels: 'bgr' }, iouThreshold: 0.7 });
  expect(settings['classOf']).toBeUndefined();
  // (v - 60) / 5 of red, which stood last, is (v / 255 - 60 / 255) / (5 / 255).
  expect(spec.mean[0]).toBeCloseTo(60 / 255, 12);
  expect(spec.deviation[2]).toBeCloseTo(2 / 255, 12);
  expect(spec).toMatchObject({ size: input, fit: 'stretch', padding: 114 });
});

test('names of one kind become one class', async () => {
  const { classes, settings } = await convert({ classes: ['WBC', 'PLT', 'leukocyte'] });
  expect(classes).toEqual(['leukocyte', 'platelet']);
  expect(settings['classOf']).toEqual([0, 1, 0]);
});

test('the hash that it names stays', async () => {
  const sha256 = 'cd'.repeat(32);
  expect((await convert({ sha256 })).networks['network']!.sha256).toBe(sha256);
});

test('a description that does not fit its form says where', async () => {
  const bad = (json: object, message: string) => expect(convert(json)).rejects.toThrow(message);
  await bad({ input: { width: 5, height: 50 } }, 'at input.width');
  await bad({ classes: ['thing'] }, 'name one kind of cell. Received "thing"');
  await bad({ classes: ['M'] }, 'monocyte or');
  await bad({ scoreThreshold: 2 }, 'at scoreThreshold');
  await bad({ colour: 1 }, 'Unrecognized key');
});
