import { expect, test } from 'vitest';
import { encodeOnnxModel } from '../onnx/write-model.ts';
import { openRuntime } from './open-runtime-node.ts';

test('half floats go in and come out as raw bits', async () => {
  const value = { dtype: 'float16', shape: [3] } as const;
  const model = encodeOnnxModel({
    irVersion: 8,
    opsetImports: [{ domain: '', version: 18 }],
    producerName: 'test',
    producerVersion: '1',
    metadata: {},
    graph: {
      name: 'identity',
      nodes: [{ opType: 'Identity', inputs: ['x'], outputs: ['y'], attributes: {} }],
      inputs: [{ name: 'x', ...value }],
      outputs: [{ name: 'y', ...value }],
      initializers: [],
    },
  });
  const runtime = openRuntime({ host: 'inline' });
  const session = await runtime.load(model);
  const bits = Uint16Array.of(0x3c00, 0xc000, 0x7bff); // 1, -2, 65504
  const { y } = await session.run({ x: { ...value, data: bits } });
  expect(y).toEqual({ ...value, data: bits });
  await runtime.close();
});
