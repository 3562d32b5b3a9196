/**
 * @file An ONNX model as plain values: what `encodeOnnxModel` writes and `decodeOnnxModel` reads.
 *
 * The names follow onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto) where a
 * reader of ONNX files expects them; everything that the file format repeats or packs is gone.
 */
import type { DType, TensorData } from '@leukoscope/core';

/** A whole model file. */
export interface OnnxModel {
  readonly irVersion: number;
  readonly opsetImports: readonly OnnxOpset[];
  readonly producerName: string;
  readonly producerVersion: string;
  readonly graph: OnnxGraph;
  /** Free key-value facts (`metadata_props`), in the order of the file. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly docString?: string | undefined;
}

/** One set of operators that the nodes may use; domain `''` is ONNX's own. */
export interface OnnxOpset {
  readonly domain: string;
  readonly version: number;
}

/** Nodes in the order in which they run, and the values that go in, come out and stay constant. */
export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly inputs: readonly OnnxValueInfo[];
  readonly outputs: readonly OnnxValueInfo[];
  readonly initializers: readonly OnnxTensor[];
}

/** One application of an operator; an empty name in `inputs` or `outputs` leaves that one out. */
export interface OnnxNode {
  readonly opType: string;
  readonly domain?: string | undefined;
  readonly name?: string | undefined;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** Type of a graph's input or output. */
export interface OnnxValueInfo {
  readonly name: string;
  /** Absent where the file does not say: only inside branches and loops. */
  readonly dtype?: DType | undefined;
  /** Numbers are fixed extents, names are free ones, `''` a free one without name. Absent = any rank. */
  readonly shape?: readonly (number | string)[] | undefined;
}

/** A constant with its name. */
export type OnnxTensor = { readonly name: string } & TensorData;

/** A whole number: a bigint only where a number would lose digits (beyond 2^53). */
export type OnnxInt = number | bigint;

/** A constant argument of a node. */
export type OnnxAttribute =
  | { readonly type: 'int'; readonly value: OnnxInt }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'tensor'; readonly value: OnnxTensor }
  | { readonly type: 'graph'; readonly value: OnnxGraph }
  | { readonly type: 'ints'; readonly value: readonly OnnxInt[] }
  | { readonly type: 'floats'; readonly value: readonly number[] }
  | { readonly type: 'strings'; readonly value: readonly string[] };
