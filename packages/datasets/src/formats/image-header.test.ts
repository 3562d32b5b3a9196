import { encodeJpeg, encodePng, encodeTiff, encodeWebp } from '@leukoscope/image';
import { expect, test } from 'vitest';
import { tinyBmp } from '../../test/mutate.ts';
import { readImageSize } from './image-header.ts';

const raster = {
  width: 7,
  height: 5,
  channels: 3,
  bitDepth: 8,
  data: new Uint8Array(105).fill(90),
} as const;
const sizeOf = (bytes: Uint8Array) =>
  readImageSize(async ({ offset, length }) => bytes.subarray(offset, offset + length), 'x');

test.each([
  ['JPEG', () => encodeJpeg(raster)],
  ['PNG', () => encodePng(raster)],
  ['TIFF', () => encodeTiff(raster)],
  ['WebP', () => encodeWebp(raster)],
  ['BMP', async () => tinyBmp(7, 5)],
  ['BMP, top row first', async () => tinyBmp(7, -5)],
])('reads the size of %s', async (_, encode) => {
  expect(await sizeOf(await encode())).toEqual({ width: 7, height: 5 });
});

/** An EXIF block that says an orientation, in either byte order. */
function exif(orientation: number, little: boolean): Uint8Array {
  const bytes = new Uint8Array(26);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, little ? 0x4949 : 0x4d4d);
  view.setUint16(2, 42, little);
  view.setUint32(4, 8, little);
  view.setUint16(8, 1, little);
  view.setUint16(10, 274, little);
  view.setUint16(12, 3, little);
  view.setUint32(14, 1, little);
  view.setUint16(18, orientation, little);
  return bytes;
}

test.each([
  [1, true, 7],
  [3, false, 7],
  [6, true, 5],
  [8, false, 5],
])(
  'orientation %i of a JPEG (little-endian: %s) gives an upright width of %i',
  async (orientation, little, width) => {
    const jpeg = await encodeJpeg(raster);
    const block = exif(orientation, little);
    const segment = Uint8Array.of(
      0xff,
      0xe1,
      0,
      block.length + 8,
      ...new TextEncoder().encode('Exif\0\0'),
      ...block,
    );
    const turned = Uint8Array.of(...jpeg.subarray(0, 2), ...segment, ...jpeg.subarray(2));
    expect((await sizeOf(turned)).width).toBe(width);
  },
);

test('files that are no image, cut off or empty are refused with their first bytes', async () => {
  await expect(sizeOf(new Uint8Array())).rejects.toThrow('Received an empty file');
  await expect(sizeOf(new TextEncoder().encode('<annotation>'.repeat(9)))).rejects.toThrow(
    '3c 61 6e 6e',
  );
  await expect(sizeOf((await encodeJpeg(raster)).subarray(0, 60))).rejects.toThrow(
    'must be a JPEG',
  );
});
