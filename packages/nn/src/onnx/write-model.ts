/**
 * @file Writes an ONNX model file.
 *
 * Field numbers are those of onnx.proto. Tensor values go into `raw_data` (little-endian, as typed
 * arrays lie in memory on every platform that runs JavaScript), the only form that is fast to load.
 */
import { elementCount, LeukoscopeError, type TensorData } from '@leukoscope/core';
import { attributeTypes, elementTypes } from './element-types.ts';
import type { OnnxAttribute, OnnxGraph, OnnxModel, OnnxNode, OnnxValueInfo } from './model.ts';
import { ProtobufWriter } from './protobuf-writer.ts';

/** Encode a model as the bytes of an `.onnx` file. */
export function encodeOnnxModel(model: OnnxModel): Uint8Array<ArrayBuffer> {
  const writer = new ProtobufWriter();
  writer.int(1, model.irVersion);
  writer.string(2, model.producerName);
  writer.string(3, model.producerVersion);
  writer.string(6, model.docString);
  writer.message(7, () => writeGraph(writer, model.graph));
  for (const opset of model.opsetImports) {
    writer.message(8, () => {
      writer.string(1, opset.domain);
      writer.int(2, opset.version);
    });
  }
  for (const [key, value] of Object.entries(model.metadata)) {
    writer.message(14, () => {
      writer.string(1, key);
      writer.string(2, value);
    });
  }
  return writer.finish();
}

function writeGraph(writer: ProtobufWriter, graph: OnnxGraph): void {
  for (const node of graph.nodes) writer.message(1, () => writeNode(writer, node));
  writer.string(2, graph.name);
  for (const tensor of graph.initializers) {
    writer.message(5, () => writeTensor(writer, tensor.name, tensor));
  }
  for (const input of graph.inputs) writer.message(11, () => writeValueInfo(writer, input));
  for (const output of graph.outputs) writer.message(12, () => writeValueInfo(writer, output));
}

function writeNode(writer: ProtobufWriter, node: OnnxNode): void {
  for (const input of node.inputs) writer.string(1, input);
  for (const output of node.outputs) writer.string(2, output);
  writer.string(3, node.name);
  writer.string(4, node.opType);
  for (const [name, attribute] of Object.entries(node.attributes)) {
    writer.message(5, () => writeAttribute(writer, name, attribute));
  }
  writer.string(7, node.domain);
}

function writeAttribute(writer: ProtobufWriter, name: string, attribute: OnnxAttribute): void {
  writer.string(1, name);
  switch (attribute.type) {
    case 'float':
      writer.float(2, attribute.value);
      break;
    case 'int':
      writer.int(3, checkInt(name, attribute.value));
      break;
    case 'string':
      writer.string(4, attribute.value);
      break;
    case 'tensor':
      writer.message(5, () => writeTensor(writer, attribute.value.name, attribute.value));
      break;
    case 'graph':
      writer.message(6, () => writeGraph(writer, attribute.value));
      break;
    case 'floats':
      writer.packedFloats(7, attribute.value);
      break;
    case 'ints':
      for (const value of attribute.value) checkInt(name, value);
      writer.packedInts(8, attribute.value);
      break;
    case 'strings':
      for (const value of attribute.value) writer.string(9, value);
      break;
  }
  writer.int(20, attributeTypes[attribute.type]);
}

function writeTensor(writer: ProtobufWriter, name: string, tensor: TensorData): void {
  const { dtype, shape, data } = tensor;
  if (data.length !== elementCount(shape)) {
    throw new LeukoscopeError(
      'TENSOR_LENGTH',
      `Tensor "${name}" must hold ${elementCount(shape)} elements for shape [${shape.join(', ')}]. Received ${data.length}.`,
    );
  }
  writer.packedInts(1, shape);
  writer.int(2, elementTypes[dtype]);
  writer.string(8, name);
  writer.bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function writeValueInfo(writer: ProtobufWriter, info: OnnxValueInfo): void {
  const { name, dtype, shape } = info;
  writer.string(1, name);
  if (dtype === undefined) return;
  writer.message(2, () => {
    writer.message(1, () => {
      writer.int(1, elementTypes[dtype]);
      if (shape !== undefined) writer.message(2, () => writeShape(writer, shape));
    });
  });
}

function writeShape(writer: ProtobufWriter, shape: readonly (number | string)[]): void {
  for (const extent of shape) {
    writer.message(1, () => {
      if (typeof extent === 'number') writer.int(1, extent);
      else if (extent !== '') writer.string(2, extent);
    });
  }
}

function checkInt(name: string, value: number | bigint): number | bigint {
  if (typeof value === 'bigint' || Number.isSafeInteger(value)) return value;
  throw new LeukoscopeError(
    'ONNX_ATTRIBUTE',
    `Attribute "${name}" must be a whole number below 2^53, or a bigint. Received ${value}.`,
  );
}
