import type { Raster } from '@leukoscope/core';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readImageHeader } from '../decode/image-header.ts';
import { codec as nodeCodec } from './codec-node.ts';
import { codec } from './codec-web.ts';

/** What a browser brings, played by sharp: bitmaps, and canvases of 8-bit RGBA. */
beforeEach(() => {
  vi.stubGlobal('createImageBitmap', async (blob: Blob) => {
    const bytes = new Uint8Array(await blob.arrayBuffer());
    const { data, info } = await sharp(bytes, { autoOrient: true })
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data, close() {} };
  });
  vi.stubGlobal(
    'OffscreenCanvas',
    class {
      pixels = new Uint8ClampedArray(0);
      width: number;
      height: number;
      constructor(width: number, height: number) {
        this.width = width;
        this.height = height;
      }
      getContext() {
        const size = { width: this.width, height: this.height };
        return {
          drawImage: (bitmap: { data: Uint8Array<ArrayBuffer> }) => {
            this.pixels = Uint8ClampedArray.from(bitmap.data);
          },
          getImageData: () => ({ ...size, data: this.pixels }),
          createImageData: () => ({
            ...size,
            data: new Uint8ClampedArray(size.width * size.height * 4),
          }),
          putImageData: (image: { data: Uint8ClampedArray<ArrayBuffer> }) => {
            this.pixels = image.data;
          },
        };
      }
      async convertToBlob({ type, quality }: { type: string; quality: number }) {
        // As browsers do: an unknown type silently becomes PNG.
        const known = type === 'image/jpeg' ? type : 'image/png';
        const raw = { width: this.width, height: this.height, channels: 4 as const };
        const image = sharp(Uint8Array.from(this.pixels), { raw });
        const bytes =
          known === 'image/jpeg'
            ? await image.jpeg({ quality: quality * 100 }).toBuffer()
            : await image.png().toBuffer();
        return new Blob([new Uint8Array(bytes)], { type: known });
      }
    },
  );
});

afterEach(() => {
  vi.unstubAllGlobals();
});

function raster(channels: 1 | 2 | 3 | 4, bitDepth: 8 | 16 = 8): Raster {
  const length = 7 * 5 * channels;
  const values = Array.from({ length }, (_, i) => (i * 31) % (bitDepth === 8 ? 256 : 65536));
  const data = bitDepth === 8 ? Uint8Array.from(values) : Uint16Array.from(values);
  return { width: 7, height: 5, channels, bitDepth, data };
}

const request = (bytes: Uint8Array) => ({
  header: readImageHeader(bytes),
  colourProfile: 'ignore' as const,
});

for (const channels of [1, 2, 3, 4] as const) {
  test(`writes ${channels} channels of 8 and 16 bits so that sharp reads the same`, async () => {
    for (const bitDepth of [8, 16] as const) {
      const bytes = await codec.encodePng(raster(channels, bitDepth));
      expect(await nodeCodec.decode(bytes, request(bytes))).toEqual(raster(channels, bitDepth));
    }
  });
}

test('keeps the channels that the file has, out of the RGBA of the canvas', async () => {
  for (const channels of [1, 3] as const) {
    const bytes = await codec.encodePng(raster(channels));
    expect(await codec.decode(bytes, request(bytes))).toEqual(raster(channels));
  }
});

test('cuts regions like the Node codec', async () => {
  const bytes = await codec.encodePng(raster(3));
  const box = { x1: 2, y1: 1, x2: 6, y2: 4 };
  const region = await codec.decodeRegion(bytes, box, request(bytes));
  expect(region).toEqual(await nodeCodec.decodeRegion(bytes, box, request(bytes)));
});

test('refuses what a browser cannot do exactly', async () => {
  const deep = await codec.encodePng(raster(3, 16));
  await expect(codec.decode(deep, request(deep))).rejects.toThrow('8-bit JPEG, PNG, WebP or BMP');
  await expect(
    codec.encodeTiff(raster(3), { compression: 'none', tileSize: undefined, pyramid: false }),
  ).rejects.toThrow('TIFF in a browser');
  await expect(codec.encodeWebp(raster(3), { quality: 90, lossless: true })).rejects.toThrow(
    'lossless WebP',
  );
  await expect(codec.encodeJpeg(raster(3), { quality: 90, chroma: '4:4:4' })).rejects.toThrow(
    'chroma 4:4:4',
  );
  await expect(codec.readFileHeader('a.png')).rejects.toThrow('given as bytes');
});

test('notices a browser that answers with PNG because it lacks the encoder', async () => {
  await expect(codec.encodeWebp(raster(3), { quality: 90, lossless: false })).rejects.toThrow(
    'image/webp',
  );
  const jpeg = await codec.encodeJpeg(raster(3), { quality: 90 });
  expect(readImageHeader(jpeg).format).toBe('jpeg');
});
