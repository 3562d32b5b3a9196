/**
 * @file Reads Caffe models (.caffemodel): the blobs of each layer.
 *
 * Blob i of layer NAME becomes the tensor NAME.i; mostly 0 is the weights and 1 the bias. A BatchNorm
 * layer has mean (0), variance (1) and a factor (2) by which both must be divided. Layers come as
 * `layer` (LayerParameter) or, in files before 2015, as `layers` (V1LayerParameter); shapes as
 * BlobShape or as the four old fields num, channels, height, width.
 * Reference: BVLC/caffe src/caffe/proto/caffe.proto
 */
import { elementCount, LeukoscopeError, type TensorData } from '@leukoscope/core';
import { joinRuns } from '../onnx/join-runs.ts';
import { ProtobufReader } from '../onnx/protobuf-reader.ts';
import type { Weights } from './weights.ts';

/** Field numbers of the two kinds of layer. */
const newLayer = { name: 1, blobs: 7 };
const oldLayer = { name: 4, blobs: 6 };

/** Read the blobs of all layers. */
export function readCaffemodel(bytes: Uint8Array): Weights {
  const reader = new ProtobufReader(bytes);
  const tensors = new Map<string, TensorData>();
  const metadata: Record<string, string> = {};
  while (reader.next()) {
    if (reader.field === 1) metadata['name'] = reader.string();
    else if (reader.field === 2) readLayer(reader.message(), oldLayer, tensors);
    else if (reader.field === 100) readLayer(reader.message(), newLayer, tensors);
    else reader.skip();
  }
  if (tensors.size > 0) return { tensors, metadata };
  throw new LeukoscopeError(
    'CAFFE_MODEL',
    'A Caffe model must hold layers with blobs. Received none. The file is a network without weights, of the time before named layers (upgrade it with upgrade_net_proto_binary), or of another format.',
  );
}

function readLayer(
  reader: ProtobufReader,
  fields: typeof newLayer,
  tensors: Map<string, TensorData>,
): void {
  const blobs: { shape: number[]; data: Float32Array | Float64Array }[] = [];
  let layer = '';
  while (reader.next()) {
    if (reader.field === fields.name) layer = reader.string();
    else if (reader.field === fields.blobs) blobs.push(readBlob(reader.message()));
    else reader.skip();
  }
  for (const [index, { shape, data }] of blobs.entries()) {
    const name = `${layer}.${index}`;
    if (tensors.has(name)) {
      throw new LeukoscopeError(
        'CAFFE_MODEL',
        `The layers of a Caffe model must have names of their own. Received "${layer}" twice.`,
      );
    }
    if (shape.some((extent) => extent < 0) || data.length !== elementCount(shape)) {
      throw new LeukoscopeError(
        'CAFFE_MODEL',
        `Blob ${index} of layer "${layer}" must hold the numbers of its shape [${shape.join(', ')}]. Received ${data.length}. The file is damaged.`,
      );
    }
    tensors.set(
      name,
      data instanceof Float32Array
        ? { dtype: 'float32', shape, data }
        : { dtype: 'float64', shape, data },
    );
  }
}

function readBlob(reader: ProtobufReader) {
  const old = [0, 0, 0, 0]; // num, channels, height, width: fields 1 to 4, with default 0
  let isOld = false;
  let shape: number[] | undefined;
  const floats: (Float32Array | number[])[] = [];
  const doubles: (Float64Array | number[])[] = [];
  while (reader.next()) {
    if (reader.field >= 1 && reader.field <= 4) {
      old[reader.field - 1] = reader.int32();
      isOld = true;
    } else if (reader.field === 5) reader.floats(floats);
    else if (reader.field === 7) shape = readShape(reader.message());
    else if (reader.field === 8) reader.doubles(doubles);
    else reader.skip();
  }
  const data =
    doubles.length > 0
      ? joinRuns(doubles, (length) => new Float64Array(length))
      : joinRuns(floats, (length) => new Float32Array(length));
  return { shape: shape ?? (isOld ? old : [data.length]), data };
}

function readShape(reader: ProtobufReader): number[] {
  const extents: (number | bigint)[] = [];
  while (reader.next()) {
    if (reader.field === 1) reader.ints(extents);
    else reader.skip();
  }
  return extents.map(Number);
}
