import { createRgbRaster, type Raster } from '@leukoscope/core';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { encodeJpeg, encodePng, encodeTiff, encodeWebp } from '../encode/encode-image.ts';
import { imageEnd } from './image-end.ts';

const picture = (): Raster => {
  const raster = createRgbRaster({ width: 70, height: 45 });
  raster.data.forEach((_, i) => {
    raster.data[i] = (i * 37) % 251;
  });
  return raster;
};
const raw = () =>
  sharp(picture().data, { raw: { width: 70, height: 45, channels: 3 } }).withMetadata({
    orientation: 3,
  });

const files: readonly (readonly [string, () => Promise<Uint8Array>])[] = [
  ['JPEG', () => encodeJpeg(picture())],
  ['progressive JPEG', () => raw().jpeg({ progressive: true }).toBuffer()],
  ['PNG', () => encodePng(picture())],
  ['lossy WebP', () => encodeWebp(picture())],
  ['lossless WebP with EXIF', () => raw().webp({ lossless: true }).toBuffer()],
  ['TIFF', () => encodeTiff(picture())],
  ['tiled pyramid of a TIFF', () => encodeTiff(picture(), { pyramid: true, tileSize: 16 })],
  ['TIFF with EXIF', () => raw().tiff().toBuffer()],
  ['BigTIFF', () => raw().tiff({ bigtiff: true }).toBuffer()],
  ['BMP', async () => bmp(24, 0, new Array(70 * 3 + 2).fill(9), 1)],
  ['packed BMP', async () => bmp(8, 1, [70, 5, 0, 0, 0, 3, 1, 2, 3, 0, 0, 2, 4, 0, 0, 1], 2)],
  ['packed BMP of 4 bits', async () => bmp(4, 2, [65, 5, 0, 5, 0x12, 0x34, 0x50, 0, 0, 1], 1)],
  ['BMP with a profile', async () => profiled()],
];

for (const [kind, make] of files) {
  test(`the end of a ${kind} is the end of the file, also when something follows it`, async () => {
    const bytes = new Uint8Array(await make());
    expect(imageEnd(bytes)).toBe(bytes.length);
    const longer = new Uint8Array(bytes.length + 3);
    longer.set(bytes);
    longer.set([0xff, 0xd9, 7], bytes.length);
    expect(imageEnd(longer)).toBe(bytes.length);
  });
}

test('a file that was cut short ends behind its last byte, or says what is missing', async () => {
  for (const [, make] of files) {
    const bytes = new Uint8Array(await make());
    for (const keep of [0.95, 0.6, 0.3]) {
      const cut = bytes.subarray(0, Math.floor(bytes.length * keep));
      let end = 0;
      try {
        end = imageEnd(cut);
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^IMAGE_(TRUNCATED|DAMAGED)$/) });
        continue;
      }
      expect(end).toBeGreaterThanOrEqual(cut.length);
    }
  }
});

test('a TIFF whose directories loop, or whose strips have no sizes, is damaged', async () => {
  const bytes = new Uint8Array(await encodeTiff(picture()));
  const view = new DataView(bytes.buffer);
  const first = view.getUint32(4, true);
  const count = view.getUint16(first, true);
  view.setUint32(first + 2 + count * 12, first, true);
  expect(() => imageEnd(bytes)).toThrow('free of loops');
  view.setUint32(first + 2 + count * 12, 0, true);
  for (let i = 0; i < count; i++) {
    const at = first + 2 + i * 12;
    if (view.getUint16(at, true) === 279) view.setUint16(at, 65_000, true);
  }
  expect(() => imageEnd(bytes)).toThrow('as many as their 0 sizes');
});

function bmp(bits: number, compression: number, pixels: readonly number[], height: number) {
  const palette = bits === 24 ? 0 : 4 * 16;
  const bytes = new Uint8Array(54 + palette + pixels.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(10, 54 + palette, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, 70, true);
  view.setInt32(22, height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, bits, true);
  view.setUint32(30, compression, true);
  view.setUint32(46, palette / 4, true);
  bytes.set(pixels, 54 + palette);
  return bytes;
}

/** A picture with a header of the fifth version, whose colour profile of 10 bytes follows the pixels. */
function profiled(): Uint8Array {
  const rowBytes = 8;
  const bytes = new Uint8Array(14 + 124 + rowBytes + 10).fill(1, 14 + 124);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(10, 14 + 124, true);
  view.setUint32(14, 124, true);
  view.setInt32(18, 2, true);
  view.setInt32(22, 1, true);
  view.setUint16(28, 24, true);
  view.setUint32(14 + 56, 0x4d424544, true);
  view.setUint32(14 + 112, 124 + rowBytes, true);
  view.setUint32(14 + 116, 10, true);
  return bytes;
}
