import { readFileSync } from 'node:fs';
import { LeukoscopeError } from '@leukoscope/core';
import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { ProtobufWriter } from './protobuf-writer.ts';
import { decodeOnnxModel } from './read-model.ts';
import { encodeOnnxModel } from './write-model.ts';

const fixture = (name: string): Uint8Array =>
  readFileSync(new URL(`../../../../fixtures/weights/${name}`, import.meta.url));

/** A model with one initialiser, whose fields `write` writes. */
function modelWith(write: (writer: ProtobufWriter) => void, graphField = 5): Uint8Array {
  const writer = new ProtobufWriter();
  writer.int(1, 8);
  writer.message(7, () => writer.message(graphField, () => write(writer)));
  return writer.finish();
}

const tensorOf = (write: (writer: ProtobufWriter) => void) =>
  decodeOnnxModel(modelWith(write)).graph.initializers[0]!;

test.each(['torch.onnx', 'torch-unfolded.onnx'])('reads %s, exported by PyTorch', async (name) => {
  const model = decodeOnnxModel(fixture(name));
  expect([model.producerName, model.producerVersion]).toEqual(['pytorch', '1.13.0']);
  expect(model.opsetImports).toEqual([{ domain: '', version: 13 }]);
  expect(model.graph.inputs).toEqual([
    { name: 'image', dtype: 'float32', shape: ['batch', 3, 8, 8] },
  ]);
  expect(model.graph.outputs).toEqual([{ name: 'logits', dtype: 'float32', shape: ['batch', 2] }]);
  const folded = ['Conv', 'Relu', 'Flatten', 'Gemm'];
  expect(model.graph.nodes.map(({ opType }) => opType)).toEqual(
    name === 'torch.onnx' ? folded : [folded[0], 'BatchNormalization', ...folded.slice(1)],
  );
  expect(model.graph.nodes[0]!.attributes).toEqual({
    dilations: { type: 'ints', value: [1, 1] },
    group: { type: 'int', value: 1 },
    kernel_shape: { type: 'ints', value: [3, 3] },
    pads: { type: 'ints', value: [0, 0, 0, 0] },
    strides: { type: 'ints', value: [2, 2] },
  });

  // Written again by us it computes what PyTorch printed when make.py made it.
  const session = await ort.InferenceSession.create(encodeOnnxModel(model));
  const image = Float32Array.from({ length: 192 }, (_, i) => (i - 3) / 192);
  const { logits } = await session.run({ image: new ort.Tensor(image, [1, 3, 8, 8]) });
  await session.release();
  const [a, b] = logits!.data as Float32Array;
  expect(a).toBeCloseTo(5.925850868225098, 4);
  expect(b).toBeCloseTo(8.889655113220215, 4);
});

test('reads values from every list that a tensor may keep them in', () => {
  const shapeOf2 = (writer: ProtobufWriter, elementType: number): void => {
    writer.packedInts(1, [2]);
    writer.int(2, elementType);
  };
  const values = (elementType: number, write: (writer: ProtobufWriter) => void) =>
    tensorOf((writer) => {
      shapeOf2(writer, elementType);
      write(writer);
    }).data;
  expect(values(1, (w) => w.packedFloats(4, [1.5, -2]))).toEqual(Float32Array.of(1.5, -2));
  expect(values(11, (w) => w.bytes(10, new Uint8Array(Float64Array.of(0.1, 2).buffer)))).toEqual(
    Float64Array.of(0.1, 2),
  );
  expect(values(7, (w) => w.packedInts(7, [-1, 2n ** 62n]))).toEqual(
    BigInt64Array.of(-1n, 2n ** 62n),
  );
  const int32Lists = (numbers: number[]) => (writer: ProtobufWriter) =>
    writer.packedInts(5, numbers);
  expect(values(6, int32Lists([-7, 8]))).toEqual(Int32Array.of(-7, 8));
  expect(values(3, int32Lists([-128, 127]))).toEqual(Int8Array.of(-128, 127));
  expect(values(2, int32Lists([0, 255]))).toEqual(Uint8Array.of(0, 255));
  expect(values(9, int32Lists([1, 0]))).toEqual(Uint8Array.of(1, 0));
  expect(values(10, int32Lists([0x3c00, 0xc000]))).toEqual(Uint16Array.of(0x3c00, 0xc000));
  const singly = (writer: ProtobufWriter): void => {
    writer.int(5, 3);
    writer.int(5, -4);
  };
  expect(values(6, singly)).toEqual(Int32Array.of(3, -4));
});

test('takes aligned raw data as a view and copies the rest', () => {
  const bytes = encodeOnnxModel({
    irVersion: 8,
    opsetImports: [],
    producerName: '',
    producerVersion: '',
    metadata: {},
    graph: {
      name: '',
      nodes: [],
      inputs: [],
      outputs: [],
      initializers: [{ name: 'w', dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) }],
    },
  });
  const at = Buffer.from(bytes).indexOf(Buffer.from(Float32Array.of(1, 2).buffer));
  for (const shift of [0, 1, 2, 3]) {
    const room = new Uint8Array(bytes.length + 4).subarray(shift, shift + bytes.length);
    room.set(bytes);
    const { data } = decodeOnnxModel(room).graph.initializers[0]!;
    expect(data).toEqual(Float32Array.of(1, 2));
    expect(data.buffer === room.buffer).toBe((at + shift) % 4 === 0);
  }
});

test.each<[string, Uint8Array, RegExp]>([
  ['no graph', Uint8Array.of(8, 7), /must have an IR version and a graph. Received no graph/],
  ['nothing', new Uint8Array(0), /Received no graph/],
  ['no IR version', Uint8Array.of(0x3a, 0), /Received IR version 0/],
  [
    'external data',
    modelWith((w) => {
      w.int(2, 1);
      w.int(14, 1);
    }),
    /inside the model file/,
  ],
  ['element types that we lack', modelWith((w) => w.int(2, 16)), /Received bfloat16/],
  [
    'too few values',
    modelWith((w) => {
      w.int(1, 9);
      w.int(2, 1);
    }),
    /hold 9 elements.*Received 0/,
  ],
  [
    'a negative extent',
    modelWith((w) => {
      w.int(1, -1);
      w.int(2, 1);
    }),
    /extents of 0 or more/,
  ],
  [
    'raw data of odd length',
    modelWith((w) => {
      w.int(2, 1);
      w.bytes(9, new Uint8Array(3));
    }),
    /of 4 b/,
  ],
  ['sparse constants', modelWith(() => {}, 15), /Received sparse constants/],
  ['functions', Uint8Array.of(0xca, 0x01, 0), /Received functions of its own/],
  ['attributes without a value', modelWith((w) => w.message(5, () => w.int(20, 4)), 1), /type 4/],
  ['attributes of other types', modelWith((w) => w.message(5, () => w.int(20, 13)), 1), /type 13/],
  [
    'sequences',
    modelWith((w) => w.message(2, () => w.bytes(4, new Uint8Array(0))), 11),
    /a sequence/,
  ],
])('refuses a model with %s', (_, bytes, message) => {
  expect(() => decodeOnnxModel(bytes)).toThrow(LeukoscopeError);
  expect(() => decodeOnnxModel(bytes)).toThrow(message);
});

test('refuses a model cut off anywhere', () => {
  const file = fixture('torch.onnx');
  let whole = 0;
  for (let length = 0; length < file.length; length++) {
    try {
      decodeOnnxModel(file.subarray(0, length));
      whole++; // cut between two fields of the model, after its graph
    } catch (error) {
      expect(error).toBeInstanceOf(LeukoscopeError);
    }
  }
  expect(whole).toBeLessThan(3);
});
