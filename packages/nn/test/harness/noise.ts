/**
 * @file Reproducible numbers that fixtures/nn-reference/generate.py makes as well, bit for bit.
 *
 * Element j of stream s is mix32(mix32(s) + j), its upper 24 bits as a fraction: exact in float32.
 */

/** Mix the bits of a 32-bit word (MurmurHash3's finaliser). */
export function mix32(word: number): number {
  let mixed = word >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** Numbers uniform in [low, high), rounded to float32. */
export function noise(stream: number, count: number, low = -1, high = 1): Float32Array {
  const start = mix32(stream);
  // A loop: whole networks are filled this way, and Float32Array.from takes several times as long.
  const numbers = new Float32Array(count);
  for (let j = 0; j < count; j++) {
    const fraction = (mix32((start + j) >>> 0) >>> 8) / 2 ** 24;
    numbers[j] = low + (high - low) * fraction;
  }
  return numbers;
}

/** Whole numbers uniform in [low, high). */
export function wholeNoise(stream: number, count: number, low: number, high: number): number[] {
  return Array.from(noise(stream, count, 0, 1), (x) => low + Math.floor(x * (high - low)));
}
