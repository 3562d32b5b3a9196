/**
 * @file Reads an ONNX model file.
 *
 * Fields that do not change what the model computes (doc strings of nodes, types of inner values,
 * quantization notes) are passed over. What would change it and has no place in `OnnxModel`
 * (functions of its own, sparse constants, sequences, other element types) is refused by name.
 */
import { LeukoscopeError } from '@leukoscope/core';
import { attributeTypes, dtypeOf, elementTypeName } from './element-types.ts';
import type {
  OnnxAttribute,
  OnnxGraph,
  OnnxInt,
  OnnxModel,
  OnnxNode,
  OnnxOpset,
  OnnxTensor,
  OnnxValueInfo,
} from './model.ts';
import { ProtobufReader } from './protobuf-reader.ts';
import { readTensor } from './read-tensor.ts';

/** Decode the bytes of an `.onnx` file. Tensors are views into `bytes` where alignment allows. */
export function decodeOnnxModel(bytes: Uint8Array): OnnxModel {
  const reader = new ProtobufReader(bytes);
  const opsetImports: OnnxOpset[] = [];
  const metadata: [string, string][] = [];
  let irVersion = 0;
  let producerName = '';
  let producerVersion = '';
  let docString: string | undefined;
  let graph: OnnxGraph | undefined;
  while (reader.next()) {
    if (reader.field === 1) irVersion = reader.safeInt();
    else if (reader.field === 2) producerName = reader.string();
    else if (reader.field === 3) producerVersion = reader.string();
    else if (reader.field === 6) docString = reader.string();
    else if (reader.field === 7) graph = readGraph(reader.message());
    else if (reader.field === 8) opsetImports.push(readOpset(reader.message()));
    else if (reader.field === 14) metadata.push(readMetadata(reader.message()));
    else if (reader.field === 25) throw unsupported('functions of its own');
    else reader.skip();
  }
  if (graph === undefined || irVersion < 1) {
    throw new LeukoscopeError(
      'ONNX_MODEL',
      `An ONNX model must have an IR version and a graph. Received ${graph === undefined ? 'no graph' : `IR version ${irVersion}`}. The file is damaged or of another format.`,
    );
  }
  return {
    irVersion,
    opsetImports,
    producerName,
    producerVersion,
    graph,
    metadata: Object.fromEntries(metadata),
    ...(docString === undefined ? {} : { docString }),
  };
}

function readOpset(reader: ProtobufReader): OnnxOpset {
  let domain = '';
  let version = 0;
  while (reader.next()) {
    if (reader.field === 1) domain = reader.string();
    else if (reader.field === 2) version = reader.safeInt();
    else reader.skip();
  }
  return { domain, version };
}

function readMetadata(reader: ProtobufReader): [string, string] {
  let key = '';
  let value = '';
  while (reader.next()) {
    if (reader.field === 1) key = reader.string();
    else if (reader.field === 2) value = reader.string();
    else reader.skip();
  }
  return [key, value];
}

function readGraph(reader: ProtobufReader): OnnxGraph {
  let name = '';
  const nodes: OnnxNode[] = [];
  const initializers: OnnxTensor[] = [];
  const inputs: OnnxValueInfo[] = [];
  const outputs: OnnxValueInfo[] = [];
  while (reader.next()) {
    if (reader.field === 1) nodes.push(readNode(reader.message()));
    else if (reader.field === 2) name = reader.string();
    else if (reader.field === 5) initializers.push(readTensor(reader.message()));
    else if (reader.field === 11) inputs.push(readValueInfo(reader.message()));
    else if (reader.field === 12) outputs.push(readValueInfo(reader.message()));
    else if (reader.field === 15) throw unsupported('sparse constants');
    else reader.skip();
  }
  return { name, nodes, inputs, outputs, initializers };
}

function readNode(reader: ProtobufReader): OnnxNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: [string, OnnxAttribute][] = [];
  let name = '';
  let opType = '';
  let domain = '';
  while (reader.next()) {
    if (reader.field === 1) inputs.push(reader.string());
    else if (reader.field === 2) outputs.push(reader.string());
    else if (reader.field === 3) name = reader.string();
    else if (reader.field === 4) opType = reader.string();
    else if (reader.field === 5) attributes.push(readAttribute(reader.message()));
    else if (reader.field === 7) domain = reader.string();
    else reader.skip();
  }
  return {
    opType,
    ...(domain === '' ? {} : { domain }),
    ...(name === '' ? {} : { name }),
    inputs,
    outputs,
    attributes: Object.fromEntries(attributes),
  };
}

function readAttribute(reader: ProtobufReader): [string, OnnxAttribute] {
  let name = '';
  let type = 0;
  let float = 0;
  let int: OnnxInt = 0;
  let string = '';
  let tensor: OnnxTensor | undefined;
  let graph: OnnxGraph | undefined;
  const floats: (Float32Array | number[])[] = [];
  const ints: OnnxInt[] = [];
  const strings: string[] = [];
  while (reader.next()) {
    if (reader.field === 1) name = reader.string();
    else if (reader.field === 2) float = reader.float();
    else if (reader.field === 3) int = reader.int64();
    else if (reader.field === 4) string = reader.string();
    else if (reader.field === 5) tensor = readTensor(reader.message());
    else if (reader.field === 6) graph = readGraph(reader.message());
    else if (reader.field === 7) reader.floats(floats);
    else if (reader.field === 8) reader.ints(ints);
    else if (reader.field === 9) strings.push(reader.string());
    else if (reader.field === 20) type = reader.int32();
    else reader.skip();
  }
  switch (type) {
    case attributeTypes.float:
      return [name, { type: 'float', value: float }];
    case attributeTypes.int:
      return [name, { type: 'int', value: int }];
    case attributeTypes.string:
      return [name, { type: 'string', value: string }];
    case attributeTypes.floats:
      return [name, { type: 'floats', value: floats.flatMap((run) => Array.from(run)) }];
    case attributeTypes.ints:
      return [name, { type: 'ints', value: ints }];
    case attributeTypes.strings:
      return [name, { type: 'strings', value: strings }];
    case attributeTypes.tensor:
      if (tensor !== undefined) return [name, { type: 'tensor', value: tensor }];
      break;
    case attributeTypes.graph:
      if (graph !== undefined) return [name, { type: 'graph', value: graph }];
      break;
  }
  throw unsupported(`attribute "${name}" of type ${type}, or without a value`);
}

function readValueInfo(reader: ProtobufReader): OnnxValueInfo {
  let info: OnnxValueInfo = { name: '' };
  let name = '';
  while (reader.next()) {
    if (reader.field === 1) name = reader.string();
    else if (reader.field === 2) info = readType(reader.message(), name);
    else reader.skip();
  }
  return { ...info, name };
}

function readType(reader: ProtobufReader, name: string): OnnxValueInfo {
  let info: OnnxValueInfo = { name };
  while (reader.next()) {
    if (reader.field === 1) info = readTensorType(reader.message(), name);
    else if (reader.field === 6)
      reader.skip(); // denotation: a remark
    else throw unsupported(`value "${name}" that is a sequence, a map, sparse or optional`);
  }
  return info;
}

function readTensorType(reader: ProtobufReader, name: string): OnnxValueInfo {
  let elementType = 0;
  let shape: (number | string)[] | undefined;
  while (reader.next()) {
    if (reader.field === 1) elementType = reader.int32();
    else if (reader.field === 2) shape = readShape(reader.message());
    else reader.skip();
  }
  const dtype = dtypeOf(elementType);
  if (dtype === undefined) {
    throw unsupported(`value "${name}" of element type ${elementTypeName(elementType)}`);
  }
  return { name, dtype, ...(shape === undefined ? {} : { shape }) };
}

function readShape(reader: ProtobufReader): (number | string)[] {
  const shape: (number | string)[] = [];
  while (reader.next()) {
    if (reader.field === 1) shape.push(readExtent(reader.message()));
    else reader.skip();
  }
  return shape;
}

function readExtent(reader: ProtobufReader): number | string {
  let extent: number | string = '';
  while (reader.next()) {
    if (reader.field === 1) extent = reader.safeInt();
    else if (reader.field === 2) extent = reader.string();
    else reader.skip();
  }
  return extent;
}

function unsupported(what: string): LeukoscopeError {
  return new LeukoscopeError(
    'ONNX_UNSUPPORTED',
    `An ONNX model must consist of tensors and ONNX operators to be read here. Received ${what}. Export it again without that.`,
  );
}
