/** @file Reads fixtures/image/reference.json: arrays that Python libraries computed. */
import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { createRgbRaster, type Mask, type RgbRaster } from '@leukoscope/core';

/** An array with its shape, rows first. */
export interface ReferenceArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array | Int32Array | Float32Array;
}

interface Packed {
  readonly kind: 'uint8' | 'int32' | 'float32';
  readonly shape: number[];
  readonly data: string;
}

const file = new URL('../../../fixtures/image/reference.json', import.meta.url);
const reference = JSON.parse(readFileSync(file, 'utf8'));

/** Return the plain value at a path of keys. */
export function parseReference(...keys: readonly string[]) {
  return keys.reduce((value, key) => value[key], reference);
}

/** Unpack the array at a path of keys. */
export function referenceArray(...keys: readonly string[]): ReferenceArray {
  const { kind, shape, data }: Packed = parseReference(...keys);
  const bytes = inflateSync(Buffer.from(data, 'base64'));
  const buffer = new Uint8Array(bytes).buffer;
  const kinds = { uint8: Uint8Array, int32: Int32Array, float32: Float32Array };
  return { shape, data: new kinds[kind](buffer) };
}

/** The picture that the references were computed from, 30 x 24. */
export function referencePicture(): RgbRaster {
  const { shape, data } = referenceArray('picture');
  return createRgbRaster({ width: shape[1]!, height: shape[0]! }, Uint8Array.from(data));
}

/** A mask of the fixture. */
export function referenceMask(...keys: readonly string[]): Mask {
  const { shape, data } = referenceArray(...keys);
  return { width: shape[1]!, height: shape[0]!, data: Uint8Array.from(data) };
}

/** Largest difference between two lists of numbers. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}
