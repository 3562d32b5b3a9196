/**
 * @file What a baseline JPEG file of a given quality leaves of a picture, without writing one.
 *
 * The lossy half of ITU-T T.81: YCbCr, colour at half size (4:2:0), 8 x 8 cosine transform,
 * quantisation with the tables of annex K scaled as libjpeg does, and back. Entropy coding loses
 * nothing and is left out. Done here instead of by the platform's encoder so that the result is
 * synchronous and the same in Node and in browsers.
 */
import type { RgbRaster } from '@leukoscope/core';

/** Degrade a picture as a JPEG file of quality 1..100 would. */
export function jpegArtefactsInPlace(raster: RgbRaster, quality: number): void {
  const { width, height, data } = raster;
  const halfWidth = Math.ceil(width / 2);
  const halfHeight = Math.ceil(height / 2);
  const luma = createPlane(width, height);
  const blue = createPlane(halfWidth, halfHeight);
  const red = createPlane(halfWidth, halfHeight);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = (y * width + x) * 3;
      const r = data[i]!;
      const g = data[i + 1]!;
      const b = data[i + 2]!;
      luma.data[y * luma.stride + x] = 0.299 * r + 0.587 * g + 0.114 * b - 128;
      // The mean of up to four pixels; at odd edges of fewer.
      const share = 1 / (pairs(x, width) * pairs(y, height));
      const at = (y >> 1) * blue.stride + (x >> 1);
      blue.data[at]! += share * (-0.168736 * r - 0.331264 * g + 0.5 * b);
      red.data[at]! += share * (0.5 * r - 0.418688 * g - 0.081312 * b);
    }
  }
  quantisePlane(luma, scaleTable(lumaTable, quality));
  quantisePlane(blue, scaleTable(chromaTable, quality));
  quantisePlane(red, scaleTable(chromaTable, quality));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = (y * width + x) * 3;
      const at = (y >> 1) * blue.stride + (x >> 1);
      const level = luma.data[y * luma.stride + x]! + 128.5;
      data[i] = cut(level + 1.402 * red.data[at]!);
      data[i + 1] = cut(level - 0.344136 * blue.data[at]! - 0.714136 * red.data[at]!);
      data[i + 2] = cut(level + 1.772 * blue.data[at]!);
    }
  }
}

function pairs(position: number, length: number): 1 | 2 {
  return (position | 1) < length ? 2 : 1;
}

function cut(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

/** A plane padded to whole blocks. */
interface Plane {
  readonly width: number;
  readonly height: number;
  readonly stride: number;
  readonly rows: number;
  readonly data: Float32Array;
}

function createPlane(width: number, height: number): Plane {
  const stride = Math.ceil(width / 8) * 8;
  const rows = Math.ceil(height / 8) * 8;
  return { width, height, stride, rows, data: new Float32Array(stride * rows) };
}

function quantisePlane(plane: Plane, table: Float32Array): void {
  repeatEdges(plane);
  const block = new Float32Array(64);
  for (let y = 0; y < plane.rows; y += 8) {
    for (let x = 0; x < plane.stride; x += 8) quantiseBlock(plane, x, y, table, block);
  }
}

/** Encoders fill the last blocks with the last column and row. */
function repeatEdges({ width, height, stride, rows, data }: Plane): void {
  for (let y = 0; y < height; y++) {
    data.fill(data[y * stride + width - 1]!, y * stride + width, (y + 1) * stride);
  }
  for (let y = height; y < rows; y++) {
    data.copyWithin(y * stride, (height - 1) * stride, height * stride);
  }
}

/** cosines[k * 8 + n] = c(k) / 2 cos((2 n + 1) k pi / 16), the orthonormal transform. */
const cosines = Float32Array.from({ length: 64 }, (_, i) => {
  const k = i >> 3;
  const scale = k === 0 ? Math.SQRT1_2 / 2 : 0.5;
  return scale * Math.cos(((2 * (i & 7) + 1) * k * Math.PI) / 16);
});

function quantiseBlock(
  plane: Plane,
  left: number,
  top: number,
  table: Float32Array,
  block: Float32Array,
): void {
  const { data, stride } = plane;
  // Rows: block[y][k] = sum over n of cosines[k][n] * pixel[y][n]
  for (let y = 0; y < 8; y++) {
    const row = (top + y) * stride + left;
    for (let k = 0; k < 8; k++) {
      let sum = 0;
      for (let n = 0; n < 8; n++) sum += cosines[k * 8 + n]! * data[row + n]!;
      block[y * 8 + k] = sum;
    }
  }
  const column = new Float32Array(8);
  for (let k = 0; k < 8; k++) {
    // Columns, quantise, and straight back.
    for (let m = 0; m < 8; m++) {
      let sum = 0;
      for (let n = 0; n < 8; n++) sum += cosines[m * 8 + n]! * block[n * 8 + k]!;
      const step = table[m * 8 + k]!;
      column[m] = Math.round(sum / step) * step;
    }
    for (let n = 0; n < 8; n++) {
      let sum = 0;
      for (let m = 0; m < 8; m++) sum += cosines[m * 8 + n]! * column[m]!;
      block[n * 8 + k] = sum;
    }
  }
  for (let y = 0; y < 8; y++) {
    const row = (top + y) * stride + left;
    for (let n = 0; n < 8; n++) {
      let sum = 0;
      for (let k = 0; k < 8; k++) sum += cosines[k * 8 + n]! * block[y * 8 + k]!;
      data[row + n] = sum;
    }
  }
}

/** libjpeg's jpeg_quality_scaling: 50 keeps the table, 100 makes every step 1. */
function scaleTable(table: readonly number[], quality: number): Float32Array {
  const percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  return Float32Array.from(table, (step) =>
    Math.min(255, Math.max(1, Math.floor((step * percent + 50) / 100))),
  );
}

// ITU-T T.81, annex K.1, row-major.
const lumaTable = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
  14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113,
  92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];
const chromaTable = [
  17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99,
  47, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
];
