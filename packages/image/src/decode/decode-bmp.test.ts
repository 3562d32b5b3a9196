import { expect, test } from 'vitest';
import { readBmpHeader } from './bmp-header.ts';
import { decodeBmp, decodeBmpRows, placeOfRows } from './decode-bmp.ts';
import { readImageHeader } from './image-header.ts';

interface Parts {
  width: number;
  height: number;
  bits: number;
  compression?: number;
  /** Blue, green, red, 0. */
  palette?: number[];
  masks?: number[];
  pixels: number[];
  infoBytes?: number;
}

function bmp(parts: Parts): Uint8Array {
  const { width, height, bits, compression = 0, palette = [], masks = [], pixels } = parts;
  const { infoBytes = 40 } = parts;
  const offset = 14 + infoBytes + (infoBytes === 40 ? masks.length * 4 : 0) + palette.length;
  const bytes = new Uint8Array(offset + pixels.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(10, offset, true);
  view.setUint32(14, infoBytes, true);
  if (infoBytes === 12) {
    view.setUint16(18, width, true);
    view.setUint16(20, height, true);
    view.setUint16(24, bits, true);
  } else {
    view.setInt32(18, width, true);
    view.setInt32(22, height, true);
    view.setUint16(28, bits, true);
    view.setUint32(30, compression, true);
  }
  masks.forEach((mask, i) => {
    view.setUint32(54 + i * 4, mask, true);
  });
  bytes.set(palette, 14 + infoBytes + (infoBytes === 40 ? masks.length * 4 : 0));
  bytes.set(pixels, offset);
  return bytes;
}

const greys = (...values: number[]) => values.flatMap((value) => [value, value, value, 0]);

test('reads 24 bits bottom-up and top-down with padded rows', () => {
  const rows = [
    [30, 20, 10, 60, 50, 40, 0, 0],
    [90, 80, 70, 9, 8, 7, 0, 0],
  ];
  const upright = [10, 20, 30, 40, 50, 60, 70, 80, 90, 7, 8, 9];
  const down = bmp({ width: 2, height: -2, bits: 24, pixels: rows.flat() });
  const up = bmp({ width: 2, height: 2, bits: 24, pixels: rows.toReversed().flat() });
  for (const bytes of [down, up]) {
    const raster = decodeBmp(bytes);
    expect([raster.width, raster.height, raster.channels]).toEqual([2, 2, 3]);
    expect(Array.from(raster.data)).toEqual(upright);
  }
});

test('reads 1, 4 and 8 bits through the palette, grey palettes as one channel', () => {
  const palette = greys(5, 250);
  const one = decodeBmp(
    bmp({ width: 10, height: 1, bits: 1, palette, pixels: [0b10100000, 0b01000000, 0, 0] }),
  );
  expect([one.channels, ...one.data]).toEqual([1, 250, 5, 250, 5, 5, 5, 5, 5, 5, 250]);
  const colours = [0, 0, 255, 0, 255, 0, 0, 0]; // red, blue
  const four = decodeBmp(
    bmp({ width: 3, height: 1, bits: 4, palette: colours, pixels: [0x01, 0x10, 0, 0] }),
  );
  expect([four.channels, ...four.data]).toEqual([3, 255, 0, 0, 0, 0, 255, 0, 0, 255]);
  const eight = decodeBmp(bmp({ width: 2, height: 1, bits: 8, palette, pixels: [1, 0, 0, 0] }));
  expect(Array.from(eight.data)).toEqual([250, 5]);
});

test('reads 16 bits as 5-5-5, and by masks as 5-6-5', () => {
  const pixels = [0xe0, 0x03, 0, 0];
  expect(Array.from(decodeBmp(bmp({ width: 1, height: 1, bits: 16, pixels })).data)).toEqual([
    0, 255, 0,
  ]);
  const masks = [0xf800, 0x07e0, 0x001f];
  const packed = bmp({
    width: 1,
    height: 1,
    bits: 16,
    compression: 3,
    masks,
    pixels: [0xe0, 0x07, 0, 0],
  });
  expect(Array.from(decodeBmp(packed).data)).toEqual([0, 255, 0]);
});

test('reads 32 bits without alpha unless a mask names one', () => {
  const pixels = [3, 2, 1, 77];
  expect(Array.from(decodeBmp(bmp({ width: 1, height: 1, bits: 32, pixels })).data)).toEqual([
    1, 2, 3,
  ]);
  const masks = [0xff0000, 0xff00, 0xff, 0xff000000];
  const withAlpha = bmp({
    width: 1,
    height: 1,
    bits: 32,
    compression: 3,
    masks,
    infoBytes: 108,
    pixels,
  });
  expect(Array.from(decodeBmp(withAlpha).data)).toEqual([1, 2, 3, 77]);
});

test('reads the 12-byte header of OS/2 with its three-byte palette', () => {
  const palette = [5, 5, 5, 250, 250, 250];
  const raster = decodeBmp(
    bmp({ width: 2, height: 1, bits: 1, infoBytes: 12, palette, pixels: [0x80, 0, 0, 0] }),
  );
  expect(Array.from(raster.data)).toEqual([250, 5]);
});

test('unpacks RLE8 runs, raw stretches, moves and ends', () => {
  const palette = greys(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
  const pixels = [3, 7, 0, 0, 0, 3, 1, 2, 3, 0, 0, 0, 0, 2, 1, 0, 2, 9, 0, 1];
  const raster = decodeBmp(bmp({ width: 3, height: 3, bits: 8, compression: 1, palette, pixels }));
  // rows from the bottom: 777, 123, .99
  expect(Array.from(raster.data)).toEqual([0, 9, 9, 1, 2, 3, 7, 7, 7]);
});

test('unpacks RLE4 runs and raw stretches', () => {
  const palette = greys(...Array.from({ length: 16 }, (_, i) => i));
  const pixels = [5, 0x12, 0, 0, 0, 5, 0x34, 0x56, 0x70, 0, 0, 1];
  const raster = decodeBmp(bmp({ width: 5, height: 2, bits: 4, compression: 2, palette, pixels }));
  expect(Array.from(raster.data)).toEqual([3, 4, 5, 6, 7, 1, 2, 1, 2, 1]);
});

test('refuses a tiny file that claims a giant image, before allocating', () => {
  const giant = (bits: number, compression: number, palette: number[]) =>
    bmp({ width: 20000, height: 20000, bits, compression, palette, pixels: [0, 1] });
  expect(() => decodeBmp(giant(24, 0, []))).toThrow('must hold 1200000000 bytes of pixels');
  expect(() => decodeBmp(giant(8, 1, greys(0)))).toThrow('bytes of pixels. Received 2');
  expect(() => readImageHeader(giant(24, 0, []))).toThrow('Received 2');
});

test('refuses what contradicts itself', () => {
  const base = { width: 2, height: 1, bits: 8, palette: greys(1, 2), pixels: [0, 2, 0, 0] };
  expect(() => decodeBmp(bmp(base))).toThrow('BMP palette index must be below 2. Received 2.');
  expect(() => decodeBmp(bmp({ ...base, bits: 7 }))).toThrow('bits per pixel');
  expect(() => decodeBmp(bmp({ ...base, width: -2 }))).toThrow('BMP size');
  expect(() => decodeBmp(bmp({ ...base, compression: 9 }))).toThrow('BMP compression');
  expect(() => decodeBmp(bmp({ ...base, compression: 5 }))).toThrow('wraps a JPEG or PNG');
  expect(() => decodeBmp(bmp({ ...base, compression: 1, pixels: [9, 0, 0, 1] }))).toThrow(
    'run in a packed BMP',
  );
  expect(() => decodeBmp(bmp({ ...base, compression: 1, pixels: [2, 0] }))).toThrow('end mark');
  const gap = {
    width: 1,
    height: 1,
    bits: 32,
    compression: 3,
    masks: [0b101, 2, 8],
    pixels: [0, 0, 0, 0],
  };
  expect(() => decodeBmp(bmp(gap))).toThrow('one run of bits');
});

test('rows that are read from their place in the file are those of the whole picture', () => {
  const pixels = Array.from({ length: 8 * 5 }, (_, i) => i);
  for (const height of [5, -5]) {
    const file = bmp({ width: 2, height, bits: 24, pixels });
    // The beginning of a file and its length are all that the header needs.
    const header = readBmpHeader(file.subarray(0, 54), file.length);
    const { position, length } = placeOfRows(header, 1, 3)!;
    const rows = decodeBmpRows(file.subarray(position, position + length), header);
    expect(rows).toMatchObject({ width: 2, height: 2 });
    expect(Array.from(rows.data)).toEqual(Array.from(decodeBmp(file).data.subarray(6, 18)));
  }
});
