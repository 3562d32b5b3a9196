/**
 * @file Writes PNG files (ISO/IEC 15948) of any raster, exactly, with nothing but the platform's zlib.
 *
 * Browsers have no other exact way: a canvas multiplies colours by alpha and cuts 16 bits to 8. Rows
 * are filtered by the smallest sum of absolute differences (the heuristic of libpng).
 */
import type { Raster } from '@leukoscope/core';

/** Write a PNG file. */
export async function encodePngExactly(raster: Raster): Promise<Uint8Array> {
  const colourType = { 1: 0, 2: 4, 3: 2, 4: 6 }[raster.channels];
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, raster.width);
  view.setUint32(4, raster.height);
  header.set([raster.bitDepth, colourType, 0, 0, 0], 8);
  const pixels = await deflate(filterRows(raster));
  return join([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk('IHDR', header),
    chunk('IDAT', pixels),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

function filterRows(raster: Raster): Uint8Array {
  const { height, channels } = raster;
  const pixelBytes = (channels * raster.bitDepth) / 8;
  const rowBytes = raster.width * pixelBytes;
  const bytes = toBigEndianBytes(raster);
  const out = new Uint8Array((rowBytes + 1) * height);
  const trial = new Uint8Array(rowBytes);
  for (let y = 0; y < height; y++) {
    let least = Number.POSITIVE_INFINITY;
    for (let filter = 0; filter < predictors.length; filter++) {
      const cost = filterRow(bytes, y * rowBytes, rowBytes, pixelBytes, predictors[filter]!, trial);
      if (cost >= least) continue;
      least = cost;
      out[y * (rowBytes + 1)] = filter;
      out.set(trial, y * (rowBytes + 1) + 1);
    }
  }
  return out;
}

/** Predictions from the bytes to the left, above, and above left. */
const predictors: readonly ((left: number, up: number, corner: number) => number)[] = [
  () => 0,
  (left) => left,
  (_left, up) => up,
  (left, up) => (left + up) >> 1,
  paeth,
];

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const toLeft = Math.abs(estimate - left);
  const toUp = Math.abs(estimate - up);
  const toCorner = Math.abs(estimate - corner);
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

function filterRow(
  bytes: Uint8Array,
  start: number,
  rowBytes: number,
  pixelBytes: number,
  predict: (left: number, up: number, corner: number) => number,
  out: Uint8Array,
): number {
  let cost = 0;
  for (let i = 0; i < rowBytes; i++) {
    const left = i >= pixelBytes ? bytes[start + i - pixelBytes]! : 0;
    const up = start > 0 ? bytes[start + i - rowBytes]! : 0;
    const corner = start > 0 && i >= pixelBytes ? bytes[start + i - rowBytes - pixelBytes]! : 0;
    const difference = (bytes[start + i]! - predict(left, up, corner)) & 255;
    out[i] = difference;
    cost += difference < 128 ? difference : 256 - difference;
  }
  return cost;
}

function toBigEndianBytes(raster: Raster): Uint8Array {
  if (raster.data instanceof Uint8Array) return raster.data;
  const bytes = new Uint8Array(raster.data.length * 2);
  for (let i = 0; i < raster.data.length; i++) {
    bytes[i * 2] = raster.data[i]! >>> 8;
    bytes[i * 2 + 1] = raster.data[i]! & 255;
  }
  return bytes;
}

async function deflate(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes.slice()]).stream().pipeThrough(new CompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function chunk(kind: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) bytes[4 + i] = kind.charCodeAt(i);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  return crc;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = crcTable[(crc ^ byte) & 255]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
