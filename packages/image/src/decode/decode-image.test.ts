import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Raster } from '@leukoscope/core';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { encodeJpeg, encodePng, encodeTiff, encodeWebp } from '../encode/encode-image.ts';
import { cropRaster } from '../geometry/crop.ts';
import { decodeImage, decodeRegion, decodeRgb, readSourceHeader } from './decode-image.ts';
import { readImageHeader } from './image-header.ts';

function noise(width: number, height: number, channels: 1 | 2 | 3 | 4, bitDepth: 8 | 16): Raster {
  const bytes = randomBytes((width * height * channels * bitDepth) / 8);
  const copy = new Uint8Array(bytes);
  const data = bitDepth === 8 ? copy : new Uint16Array(copy.buffer);
  return { width, height, channels, bitDepth, data };
}

const smooth = (width: number, height: number): Raster => ({
  width,
  height,
  channels: 3,
  bitDepth: 8,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => ((i / 3) * 7) % 200),
});

for (const channels of [1, 2, 3, 4] as const) {
  for (const bitDepth of [8, 16] as const) {
    test(`keeps ${channels} channels of ${bitDepth} bits exactly through PNG and TIFF`, async () => {
      const raster = noise(13, 7, channels, bitDepth);
      for (const bytes of [await encodePng(raster), await encodeTiff(raster)]) {
        expect(await decodeImage(bytes)).toEqual(raster);
        const { width, height, bitsPerChannel } = readImageHeader(bytes);
        expect([width, height, bitsPerChannel]).toEqual([13, 7, bitDepth]);
      }
    });
  }
}

test('turns an image upright by its EXIF orientation, and says so in the header', async () => {
  const raster = smooth(40, 30);
  const turned = await sharp(raster.data, { raw: { width: 40, height: 30, channels: 3 } })
    .withMetadata({ orientation: 6 })
    .png()
    .toBuffer();
  expect(readImageHeader(turned)).toMatchObject({ width: 30, height: 40, orientation: 6 });
  const upright = await decodeImage(turned);
  expect([upright.width, upright.height]).toEqual([30, 40]);
  // Turned clockwise, the first row comes from the left column read from the bottom.
  expect(upright.data[0]).toBe(raster.data[29 * 40 * 3]);
  const region = { x1: 3, y1: 5, x2: 20, y2: 33 };
  expect(await decodeRegion(turned, region)).toEqual(cropRaster(upright, region));
});

test('reads every EXIF orientation of JPEG, WebP and TIFF in the header', async () => {
  for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const image = sharp(smooth(8, 5).data, { raw: { width: 8, height: 5, channels: 3 } });
    for (const format of ['jpeg', 'webp', 'tiff', 'png'] as const) {
      const bytes = await image.clone().withMetadata({ orientation }).toFormat(format).toBuffer();
      expect([format, readImageHeader(bytes).orientation]).toEqual([format, orientation]);
      const { width, height } = await decodeImage(bytes);
      expect([width, height]).toEqual(orientation >= 5 ? [5, 8] : [8, 5]);
    }
  }
});

test('converts CMYK to RGB', async () => {
  const cmyk = await sharp({
    create: { width: 8, height: 8, channels: 3, background: { r: 200, g: 100, b: 50 } },
  })
    .toColourspace('cmyk')
    .jpeg({ quality: 100 })
    .toBuffer();
  const raster = await decodeImage(cmyk);
  expect(raster.channels).toBe(3);
  const [red, green, blue] = raster.data;
  expect(Math.abs(red! - 200) + Math.abs(green! - 100) + Math.abs(blue! - 50)).toBeLessThan(60);
});

test('reads the largest page of a pyramid, and another one when asked', async () => {
  const pyramid = await encodeTiff(smooth(100, 80), { pyramid: true, tileSize: 32 });
  const header = readImageHeader(pyramid);
  expect(header.pages.map((page) => page.width)).toEqual([100, 50, 25]);
  expect(header.pages[0]!.isTiled).toBe(true);
  expect((await decodeImage(pyramid)).width).toBe(100);
  expect((await decodeImage(pyramid, { page: 2 })).width).toBe(25);
  await expect(decodeImage(pyramid, { page: 3 })).rejects.toThrow('page must be an integer');
});

test('prefers the largest page even when a thumbnail comes first', async () => {
  const pages = await Promise.all([smooth(10, 10), smooth(60, 40)].map((page) => encodeTiff(page)));
  const header = readImageHeader(chainTiffs(pages[0]!, pages[1]!));
  expect([header.page, header.width, header.height]).toEqual([1, 60, 40]);
});

/** Append a second little-endian TIFF: its offsets move by the first one's length. */
function chainTiffs(first: Uint8Array, second: Uint8Array): Uint8Array {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  const view = new DataView(whole.buffer);
  const end = (at: number) => at + 2 + view.getUint16(at, true) * 12;
  const secondDirectory = first.length + view.getUint32(first.length + 4, true);
  view.setUint32(end(view.getUint32(4, true)), secondDirectory, true);
  return whole;
}

test('decodes a region of a tiled TIFF on disk like a crop of the whole', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'leukoscope-'));
  try {
    const raster = noise(200, 150, 3, 16);
    const file = path.join(folder, 'slide.tif');
    const box = { x1: 70, y1: 33, x2: 190, y2: 149 };
    for (const tileSize of [64, undefined]) {
      await writeFile(file, await encodeTiff(raster, { tileSize }));
      expect((await readSourceHeader({ file })).width).toBe(200);
      expect(await decodeRegion({ file }, box)).toEqual(cropRaster(raster, box));
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('limits a region by its own size, not by the size of the image', async () => {
  const bytes = await encodePng(smooth(100, 100));
  const box = { x1: 0, y1: 0, x2: 10, y2: 10 };
  expect((await decodeRegion(bytes, box, { maxPixels: 100 })).width).toBe(10);
  await expect(decodeRegion(bytes, box, { maxPixels: 99 })).rejects.toThrow('at most 99 pixels');
  await expect(decodeRegion(bytes, { ...box, x2: 101 })).rejects.toThrow('inside 100 x 100');
});

test('refuses an image with more pixels than allowed before decoding it', async () => {
  const bytes = await encodePng(smooth(20, 10));
  await expect(decodeImage(bytes, { maxPixels: 199 })).rejects.toMatchObject({
    code: 'IMAGE_TOO_LARGE',
  });
  expect((await decodeImage(bytes, { maxPixels: 200 })).width).toBe(20);
});

test('refuses a file that was cut short, in every format', async () => {
  const raster = smooth(64, 64);
  const files = [encodePng(raster), encodeJpeg(raster), encodeWebp(raster), encodeTiff(raster)];
  for (const bytes of await Promise.all(files)) {
    for (const keep of [12, 40, bytes.length >> 1, bytes.length - 20]) {
      await expect(decodeImage(bytes.subarray(0, keep))).rejects.toThrow(
        /^(image|BMP|TIFF|WebP|PNG|JPEG|first|offset)/,
      );
    }
  }
});

test('refuses a JPEG with flipped bytes instead of showing wrong pixels', async () => {
  const bytes = (await encodeJpeg(noise(64, 64, 3, 8))).slice();
  for (let i = 0; i < 40; i++) bytes[700 + i * 9] = 0xff;
  await expect(decodeImage(bytes)).rejects.toMatchObject({ name: 'LeukoscopeError' });
});

test('names what was given when it is no image that is read', async () => {
  const text = (s: string) => Uint8Array.from(s, (c) => c.charCodeAt(0));
  await expect(decodeImage(new Uint8Array(0))).rejects.toThrow('Received 0 bytes');
  await expect(decodeImage(text('GIF89a..'))).rejects.toThrow('Received a GIF file');
  await expect(decodeImage(text('<svg xmlns="x"/>'))).rejects.toThrow('Received an SVG file');
  await expect(decodeImage(text('hello world'))).rejects.toMatchObject({
    code: 'IMAGE_NOT_RECOGNISED',
  });
});

test('decodes to 8-bit RGB with alpha over white', async () => {
  const raster: Raster = {
    width: 2,
    height: 1,
    channels: 4,
    bitDepth: 8,
    data: Uint8Array.of(100, 0, 0, 0, 100, 50, 0, 255),
  };
  expect(Array.from((await decodeRgb(await encodePng(raster))).data)).toEqual([
    255, 255, 255, 100, 50, 0,
  ]);
});

test('scales 12-bit pixels stored in 16 bits by 4095, not by 65535', async () => {
  const data = Uint16Array.of(4095, 2048, 0);
  const raster: Raster = { width: 1, height: 1, channels: 3, bitDepth: 16, data };
  const rgb = await decodeRgb(await encodePng(raster));
  expect(Array.from(rgb.data)).toEqual([255, Math.round((2048 / 4095) * 255), 0]);
});
