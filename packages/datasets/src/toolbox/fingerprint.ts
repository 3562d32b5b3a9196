/**
 * @file Perceptual fingerprints of images: alike for the same picture resized or saved again, different
 * for different fields of the same smear.
 *
 * The picture is averaged to 32 x 32 grey cells; the hash holds the signs of its 64 lowest frequencies
 * (pHash: 2-D DCT-II, the constant left out, against their median); the grey cells stay for verification.
 */
import type { Raster } from '@leukoscope/core';

/** What is kept of an image: 64 bits and 1 kB. */
export interface Fingerprint {
  /** High and low 32 bits. */
  readonly hash: readonly [number, number];
  /** 32 x 32 grey cells, row-major, stretched to 0..255. */
  readonly cells: Uint8Array;
}

const side = 32;
const low = 8;
// Below one grey level there is no picture, only rounding.
const leastRange = 1;
const cosines = cosineTable();

/** Compute the fingerprint of an image. */
export function fingerprintRaster(raster: Raster): Fingerprint {
  return fingerprintCells(stretch(averageCells(raster)));
}

/** Compute the fingerprints of the eight turned and mirrored forms, the upright one first. */
export function fingerprintTurns(print: Fingerprint): Fingerprint[] {
  const turns = [print.cells];
  for (let k = 1; k < 8; k++) {
    const source = turns[k === 4 ? 0 : k - 1]!;
    turns.push(
      k === 4
        ? remap(source, (x, y) => [side - 1 - x, y])
        : remap(source, (x, y) => [y, side - 1 - x]),
    );
  }
  return turns.map((cells, k) => (k === 0 ? print : fingerprintCells(cells)));
}

/** Count the bits in which two hashes differ. */
export function hashDistance(a: Fingerprint, b: Fingerprint): number {
  return bitCount(a.hash[0] ^ b.hash[0]) + bitCount(a.hash[1] ^ b.hash[1]);
}

/** Compute the correlation of the grey cells, -1 to 1; 0 where a picture has no contrast. */
export function cellCorrelation(a: Fingerprint, b: Fingerprint): number {
  const n = side * side;
  let [sumA, sumB, sumAA, sumBB, sumAB] = [0, 0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const p = a.cells[i]!;
    const q = b.cells[i]!;
    sumA += p;
    sumB += q;
    sumAA += p * p;
    sumBB += q * q;
    sumAB += p * q;
  }
  const spread = Math.sqrt((n * sumAA - sumA * sumA) * (n * sumBB - sumB * sumB));
  return spread === 0 ? 0 : (n * sumAB - sumA * sumB) / spread;
}

function fingerprintCells(cells: Uint8Array): Fingerprint {
  const spectrum = lowFrequencies(cells);
  const sorted = Float64Array.from(spectrum.subarray(1)).sort();
  const median = sorted[sorted.length >> 1]!;
  const hash: [number, number] = [0, 0];
  for (let k = 1; k < low * low; k++) {
    if (spectrum[k]! > median) hash[k >> 5]! |= 1 << (k & 31);
  }
  return { hash: [hash[0] >>> 0, hash[1] >>> 0], cells };
}

/** Average the grey values over each cell of a 32 x 32 grid, partly covered pixels by their share. */
function averageCells({ width, height, channels, data, bitDepth }: Raster): Float64Array {
  const columns = overlapsOf(width);
  const rows = overlapsOf(height);
  const isGrey = channels < 3;
  const cells = new Float64Array(side * side);
  const rowCells = new Float64Array(side);
  let computedRow = -1;
  for (const { pixel: y, cell: row, share: rowShare } of rows) {
    if (y !== computedRow) {
      rowCells.fill(0);
      for (const { pixel: x, cell, share } of columns) {
        const i = (y * width + x) * channels;
        // Rec. 601 luma
        const grey = isGrey
          ? data[i]!
          : 0.299 * data[i]! + 0.587 * data[i + 1]! + 0.114 * data[i + 2]!;
        rowCells[cell]! += share * grey;
      }
      computedRow = y;
    }
    for (let column = 0; column < side; column++) {
      cells[row * side + column]! += rowShare * rowCells[column]!;
    }
  }
  const scale = bitDepth === 8 ? 1 : 255 / 65535;
  return cells.map((value) => value * scale);
}

interface Overlap {
  readonly pixel: number;
  readonly cell: number;
  /** Of the cell that the pixel covers; the shares of a cell sum to 1. */
  readonly share: number;
}

/** List which pixels of an axis cover which cells, by pixel; small images cover several cells each. */
function overlapsOf(extent: number): Overlap[] {
  const overlaps: Overlap[] = [];
  for (let pixel = 0; pixel < extent; pixel++) {
    const [start, end] = [(pixel * side) / extent, ((pixel + 1) * side) / extent];
    for (let cell = Math.floor(start); cell < Math.min(side, Math.ceil(end)); cell++) {
      const share = Math.min(end, cell + 1) - Math.max(start, cell);
      if (share > 0) overlaps.push({ pixel, cell, share });
    }
  }
  return overlaps;
}

/** Stretch between the smallest and largest cell, so that brightness and contrast do not matter. */
function stretch(cells: Float64Array): Uint8Array {
  const minimum = cells.reduce((a, b) => Math.min(a, b));
  const range = cells.reduce((a, b) => Math.max(a, b)) - minimum;
  return Uint8Array.from(cells, (value) =>
    range < leastRange ? 0 : Math.round(((value - minimum) / range) * 255),
  );
}

/** X[u, v] = Σ_y Σ_x cells[y, x] cos(π u (2y + 1) / 64) cos(π v (2x + 1) / 64) for u, v < 8. */
function lowFrequencies(cells: Uint8Array): Float64Array {
  const rows = new Float64Array(side * low);
  for (let y = 0; y < side; y++) {
    for (let v = 0; v < low; v++) {
      let sum = 0;
      for (let x = 0; x < side; x++) sum += cells[y * side + x]! * cosines[v * side + x]!;
      rows[y * low + v] = sum;
    }
  }
  const spectrum = new Float64Array(low * low);
  for (let u = 0; u < low; u++) {
    for (let v = 0; v < low; v++) {
      let sum = 0;
      for (let y = 0; y < side; y++) sum += rows[y * low + v]! * cosines[u * side + y]!;
      spectrum[u * low + v] = sum;
    }
  }
  return spectrum;
}

function cosineTable(): Float64Array {
  const table = new Float64Array(low * side);
  for (let u = 0; u < low; u++) {
    for (let x = 0; x < side; x++)
      table[u * side + x] = Math.cos((Math.PI * u * (2 * x + 1)) / (2 * side));
  }
  return table;
}

function remap(cells: Uint8Array, from: (x: number, y: number) => [number, number]): Uint8Array {
  const turned = new Uint8Array(cells.length);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const [sx, sy] = from(x, y);
      turned[y * side + x] = cells[sy * side + sx]!;
    }
  }
  return turned;
}

/** Count set bits (Hacker's Delight 5-2). */
function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
