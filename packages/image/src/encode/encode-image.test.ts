import type { Raster } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { decodeImage } from '../decode/decode-image.ts';
import { encodeJpeg, encodePng, encodeTiff, encodeWebp } from './encode-image.ts';

function raster(channels: 3 | 4 = 3, bitDepth: 8 | 16 = 8): Raster {
  const length = 32 * 24 * channels;
  const values = Array.from({ length }, (_, i) => 128 + 100 * Math.sin(i / 5) + ((i * 7) % 20));
  const data = bitDepth === 8 ? Uint8Array.from(values) : Uint16Array.from(values);
  return { width: 32, height: 24, channels, bitDepth, data };
}

test('writes smaller JPEG and WebP files at lower quality and with halved colour', async () => {
  const full = (await encodeJpeg(raster(), { quality: 90 })).length;
  expect((await encodeJpeg(raster(), { quality: 30 })).length).toBeLessThan(full);
  expect((await encodeJpeg(raster(), { quality: 90, chroma: '4:2:0' })).length).toBeLessThan(full);
  const webp = (await encodeWebp(raster())).length;
  expect((await encodeWebp(raster(), { quality: 20 })).length).toBeLessThan(webp);
});

test('keeps every pixel in lossless WebP', async () => {
  expect(await decodeImage(await encodeWebp(raster(4), { lossless: true }))).toEqual(raster(4));
});

test('lays alpha over white for JPEG', async () => {
  const clear: Raster = {
    width: 8,
    height: 8,
    channels: 4,
    bitDepth: 8,
    data: new Uint8Array(256),
  };
  expect(Math.min(...(await decodeImage(await encodeJpeg(clear))).data)).toBeGreaterThan(250);
});

test('compresses TIFF files without loss', async () => {
  const sizes: number[] = [];
  for (const compression of ['none', 'lzw', 'deflate'] as const) {
    const bytes = await encodeTiff(raster(), { compression });
    expect(await decodeImage(bytes)).toEqual(raster());
    sizes.push(bytes.length);
  }
  expect(sizes[2]).toBeLessThan(sizes[0]!);
});

test('refuses what a format cannot hold and arrays of the wrong length', async () => {
  await expect(encodeJpeg(raster(3, 16))).rejects.toThrow('must have 8 bits');
  await expect(encodeWebp(raster(3, 16))).rejects.toThrow('must have 8 bits');
  await expect(encodeJpeg(raster(), { quality: 0 })).rejects.toThrow('from 1 to 100');
  await expect(encodeTiff(raster(), { tileSize: 20 })).rejects.toThrow('multiple of 16');
  await expect(encodePng({ ...raster(), width: 31 })).rejects.toThrow('data must be 2232 values');
});
