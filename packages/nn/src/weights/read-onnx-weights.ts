/**
 * @file Reads the constants (initialisers) of an ONNX model by name.
 *
 * Unlike `decodeOnnxModel` it does not care what the graph is made of, and widens the element types
 * that we lack (see onnx/elements.ts): enough to take the parameters over into a network of our own.
 */
import { LeukoscopeError, type TensorData } from '@leukoscope/core';
import { ProtobufReader } from '../onnx/protobuf-reader.ts';
import { readTensor } from '../onnx/read-tensor.ts';
import type { Weights } from './weights.ts';

/** Read all initialisers of the main graph; the model's metadata comes with them. */
export function readOnnxWeights(bytes: Uint8Array): Weights {
  const reader = new ProtobufReader(bytes);
  const tensors = new Map<string, TensorData>();
  const metadata: [string, string][] = [];
  let hasGraph = false;
  while (reader.next()) {
    if (reader.field === 7) {
      hasGraph = true;
      readInitializers(reader.message(), tensors);
    } else if (reader.field === 14) metadata.push(readPair(reader.message()));
    else reader.skip();
  }
  if (hasGraph) return { tensors, metadata: Object.fromEntries(metadata) };
  throw new LeukoscopeError(
    'ONNX_MODEL',
    'An ONNX model must have an IR version and a graph. Received no graph. The file is damaged or of another format.',
  );
}

function readInitializers(reader: ProtobufReader, tensors: Map<string, TensorData>): void {
  while (reader.next()) {
    if (reader.field === 5) {
      const { name, ...tensor } = readTensor(reader.message(), { widen: true });
      if (tensors.has(name)) {
        throw new LeukoscopeError(
          'ONNX_TENSOR',
          `The initialisers of an ONNX model must have names of their own. Received "${name}" twice. The file is damaged.`,
        );
      }
      tensors.set(name, tensor);
    } else reader.skip();
  }
}

function readPair(reader: ProtobufReader): [string, string] {
  let key = '';
  let value = '';
  while (reader.next()) {
    if (reader.field === 1) key = reader.string();
    else if (reader.field === 2) value = reader.string();
    else reader.skip();
  }
  return [key, value];
}
