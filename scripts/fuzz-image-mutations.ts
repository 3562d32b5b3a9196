/** @file Seed images of every kind that is read, and ways to damage them, for scripts/fuzz-images.ts. */
import { createRandom, type Random, type Raster } from '@leukoscope/core';
import { encodeJpeg, encodePng, encodeTiff, encodeWebp } from '@leukoscope/image';
import sharp from 'sharp';

/** Make small valid files: JPEG, PNG, TIFF, WebP and BMP in their usual forms. */
export async function makeSeedImages(): Promise<Uint8Array[]> {
  const rgb = picture(40, 30, 3, 8);
  const files = [
    encodeJpeg(rgb),
    encodeJpeg(rgb, { quality: 40, chroma: '4:2:0' }),
    encodePng(rgb),
    encodePng(picture(40, 30, 4, 16)),
    encodePng(picture(40, 30, 1, 8)),
    encodeTiff(rgb),
    encodeTiff(picture(90, 70, 3, 16), { tileSize: 32, pyramid: true }),
    encodeTiff(picture(40, 30, 1, 16), { compression: 'lzw' }),
    encodeTiff(rgb, { compression: 'none' }),
    encodeWebp(rgb),
    encodeWebp(rgb, { lossless: true }),
  ];
  const image = sharp(rgb.data, { raw: { width: 40, height: 30, channels: 3 } });
  const others = [
    image.clone().jpeg({ progressive: true }).withMetadata({ orientation: 6 }).toBuffer(),
    image.clone().toColourspace('cmyk').jpeg().toBuffer(),
    image.clone().png({ palette: true }).toBuffer(),
    image.clone().webp().withMetadata({ orientation: 8 }).toBuffer(),
  ];
  const encoded = await Promise.all([...files, ...others]);
  return [
    ...encoded.map((bytes) => new Uint8Array(bytes)),
    bmp(24),
    bmp(8),
    bmp(1),
    bmp(32),
    rle(),
  ];
}

/** Damage one of the files in one to four ways. */
export function mutate(seeds: readonly Uint8Array[], random: Random): Uint8Array {
  let bytes: Uint8Array<ArrayBufferLike> = random.pick(seeds).slice();
  const steps = random.integer(1, 5);
  for (let i = 0; i < steps; i++) bytes = random.pick(mutations)(bytes, random, seeds);
  return bytes;
}

type Mutation = (bytes: Uint8Array, random: Random, seeds: readonly Uint8Array[]) => Uint8Array;

const extremes = [
  0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff,
];

const mutations: readonly Mutation[] = [
  // a bit
  (bytes, random) => {
    const at = random.integer(0, Math.max(1, bytes.length));
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.integer(0, 8));
    return bytes;
  },
  // a few bytes anywhere
  (bytes, random) => {
    for (let i = random.integer(1, 12); i > 0; i--) {
      bytes[random.integer(0, Math.max(1, bytes.length))] = random.integer(0, 256);
    }
    return bytes;
  },
  // a number of the header, at its smallest or largest
  (bytes, random) => {
    const at = random.integer(0, Math.max(1, Math.min(bytes.length - 4, 120)));
    if (at + 4 > bytes.length) return bytes;
    new DataView(bytes.buffer).setUint32(at, random.pick(extremes), random.chance(0.5));
    return bytes;
  },
  // the end missing
  (bytes, random) => bytes.slice(0, random.integer(0, bytes.length + 1)),
  // a stretch missing, doubled, or blank
  (bytes, random) => {
    const [from, to] = stretch(bytes, random);
    return join(bytes.subarray(0, from), bytes.subarray(to));
  },
  (bytes, random) => {
    const [from, to] = stretch(bytes, random);
    return join(bytes.subarray(0, to), bytes.subarray(from));
  },
  (bytes, random) => {
    const [from, to] = stretch(bytes, random);
    return bytes.fill(random.pick([0, 255]), from, to);
  },
  // the beginning of one file, the end of another
  (bytes, random, seeds) => {
    const other = random.pick(seeds);
    const cut = random.integer(0, bytes.length + 1);
    return join(bytes.subarray(0, cut), other.subarray(Math.min(cut, other.length)));
  },
];

function stretch(bytes: Uint8Array, random: Random): [number, number] {
  const from = random.integer(0, bytes.length + 1);
  return [from, Math.min(bytes.length, from + random.integer(0, 200))];
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}

function picture(width: number, height: number, channels: 1 | 3 | 4, bitDepth: 8 | 16): Raster {
  const random = createRandom(channels * bitDepth);
  const length = width * height * channels;
  const data = bitDepth === 8 ? new Uint8Array(length) : new Uint16Array(length);
  for (let i = 0; i < length; i++) {
    const wave = 100 + 80 * Math.sin(i / 37) + random.integer(0, 20);
    data[i] = bitDepth === 8 ? wave : wave * 16;
  }
  return { width, height, channels, bitDepth, data };
}

function bmp(bits: 1 | 8 | 24 | 32): Uint8Array {
  const [width, height] = [19, 13];
  const palette = bits <= 8 ? 4 << bits : 0;
  const rowBytes = Math.ceil((width * bits) / 32) * 4;
  const bytes = new Uint8Array(54 + palette + rowBytes * height);
  bytes.set([0x42, 0x4d]);
  const view = new DataView(bytes.buffer);
  view.setUint32(10, 54 + palette, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  view.setInt32(22, bits === 24 ? -height : height, true);
  view.setUint16(28, bits, true);
  for (let i = 54; i < bytes.length; i++) bytes[i] = (i * 37) & 255;
  return bytes;
}

/** A packed BMP: rows of one run each. */
function rle(): Uint8Array {
  const plain = bmp(8);
  const runs = Array.from({ length: 13 }, (_, row) => [19, row, 0, 0]).flat();
  const bytes = join(plain.slice(0, 54 + 1024), Uint8Array.from([...runs, 0, 1]));
  new DataView(bytes.buffer).setUint32(30, 1, true);
  return bytes;
}
