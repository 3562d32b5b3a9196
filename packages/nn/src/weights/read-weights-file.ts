/**
 * @file Reads a weights file of any format that we know, telling them apart by their bytes.
 *
 * The name counts only where bytes cannot decide: Darknet files have no mark, and Caffe and ONNX are
 * both protobuf. What is often saved by mistake instead of weights (a web page, a Git LFS pointer, an
 * archive of something else) is named in the error.
 */
import { LeukoscopeError } from '@leukoscope/core';
import { readCaffemodel } from './read-caffemodel.ts';
import { type DarknetLayer, readDarknet } from './read-darknet.ts';
import { readOnnxWeights } from './read-onnx-weights.ts';
import { type PytorchOptions, readPytorch } from './read-pytorch.ts';
import { readSafetensors } from './read-safetensors.ts';
import { readTflite } from './read-tflite.ts';
import type { Weights } from './weights.ts';

/** Formats that can be read. */
export type WeightsFormat = 'safetensors' | 'pytorch' | 'onnx' | 'caffe' | 'darknet' | 'tflite';

/** What the formats need to know beside the bytes. */
export interface WeightsFileOptions {
  /** For PyTorch checkpoints. @default {} */
  readonly pytorch?: PytorchOptions | undefined;
  /** Layers of a Darknet file; without it such files are refused. */
  readonly darknetLayout?: readonly DarknetLayer[] | undefined;
}

/** Weights, and the format in which they were. */
export interface WeightsFile extends Weights {
  readonly format: WeightsFormat;
}

/** Read the weights in a file. */
export function readWeightsFile(
  bytes: Uint8Array,
  fileName: string,
  options: WeightsFileOptions = {},
): WeightsFile {
  const { pytorch = {}, darknetLayout } = options;
  const format = recogniseWeights(bytes, fileName);
  switch (format) {
    case 'safetensors':
      return { format, ...readSafetensors(bytes) };
    case 'pytorch':
      return { format, ...readPytorch(bytes, pytorch) };
    case 'onnx':
      return { format, ...readOnnxWeights(bytes) };
    case 'caffe':
      return { format, ...readCaffemodel(bytes) };
    case 'tflite':
      return { format, ...readTflite(bytes) };
    case 'darknet':
      if (darknetLayout !== undefined) return { format, ...readDarknet(bytes, darknetLayout) };
      throw new LeukoscopeError(
        'DARKNET_LAYOUT',
        `A Darknet file must come with the layout of its layers. Received "${fileName}" without one. Give darknetLayout; the order is that of the .cfg file.`,
      );
  }
}

/** Tell the format of a weights file by its bytes, and by its name where they cannot decide. */
export function recogniseWeights(bytes: Uint8Array, fileName: string): WeightsFormat {
  refuseOtherFiles(bytes, fileName);
  const extension = /\.(\w+)$/.exec(fileName)?.[1]?.toLowerCase();
  if (startsWith(bytes, 0x50, 0x4b, 3, 4)) return 'pytorch'; // a zip archive
  // A pickle: opcode PROTO and the protocol. A varint field 16 of protobuf would begin like this too,
  // but no ONNX or Caffe model has one.
  if (bytes[0] === 0x80 && bytes[1]! >= 2 && bytes[1]! <= 5) return 'pytorch';
  if (startsWith(bytes.subarray(4), 0x54, 0x46, 0x4c, 0x33)) return 'tflite'; // TFL3
  // The first letter of the JSON header stands behind its length.
  if (bytes[8] === 0x7b && bytes[7] === 0) return 'safetensors';
  if (extension === 'safetensors') return 'safetensors';
  if (extension === 'onnx') return 'onnx';
  if (extension === 'caffemodel') return 'caffe';
  if (extension === 'weights' || isDarknetHeader(bytes)) return 'darknet';
  if (bytes[0] === 0x08) return 'onnx'; // field 1 of a ModelProto: the IR version, a varint
  if (bytes[0] === 0x0a || bytes[0] === 0x12) return 'caffe'; // name or layers of a NetParameter
  throw new LeukoscopeError(
    'WEIGHTS_FORMAT',
    `A weights file must be safetensors, PyTorch, ONNX, Caffe, Darknet or TensorFlow Lite. Received "${fileName}", which begins with ${hex(bytes)}. Convert it in the program that wrote it.`,
  );
}

function refuseOtherFiles(bytes: Uint8Array, fileName: string): void {
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, 512)).toLowerCase();
  const start = text.trimStart();
  const refuse = (what: string, cure: string): LeukoscopeError =>
    new LeukoscopeError(
      'WEIGHTS_FORMAT',
      `A weights file must hold the parameters of a network. Received "${fileName}", which is ${what}. ${cure}`,
    );
  if (bytes.length === 0) throw refuse('empty', 'Fetch it again.');
  if (start.startsWith('<!doctype') || start.startsWith('<html') || start.startsWith('<?xml')) {
    throw refuse('a web page', 'Download the file itself, not the page that shows it.');
  }
  if (start.startsWith('version https://git-lfs')) {
    throw refuse('a Git LFS pointer', 'Fetch the content with: git lfs pull');
  }
  if (startsWith(bytes, 0x1f, 0x8b)) throw refuse('compressed with gzip', 'Unpack it with: gunzip');
  if (startsWith(bytes, 0x42, 0x5a, 0x68)) {
    throw refuse('compressed with bzip2', 'Unpack it with: bunzip2');
  }
  if (startsWith(bytes, 0x89, 0x48, 0x44, 0x46)) {
    throw refuse('HDF5 (Keras)', 'Convert it, for example with safetensors.numpy in Python.');
  }
  if (text.slice(257, 262) === 'ustar') {
    throw refuse('a tar archive', 'Unpack it; PyTorch files before 0.1.10 must be saved anew.');
  }
  if (start.startsWith('{') && !start.includes('\0')) {
    throw refuse('JSON text', 'It may be an index of several files: read those.');
  }
}

/** int32 major 0, minor 1 or 2, a small revision. */
function isDarknetHeader(bytes: Uint8Array): boolean {
  return (
    bytes.length >= 16 &&
    startsWith(bytes, 0, 0, 0, 0) &&
    (bytes[4] === 1 || bytes[4] === 2) &&
    bytes[5] === 0 &&
    bytes[6] === 0 &&
    bytes[7] === 0
  );
}

function startsWith(bytes: Uint8Array, ...start: readonly number[]): boolean {
  return start.every((byte, i) => bytes[i] === byte);
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
