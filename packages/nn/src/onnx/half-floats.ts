/**
 * @file 16-bit floats as their bits: IEEE 754 binary16 ("float16") and bfloat16.
 *
 * float16: sign 1, exponent 5 (bias 15), fraction 10 bits. bfloat16 is the upper half of a float32.
 * JavaScript's own Float16Array is missing in Node 22 and in older browsers.
 */

const scratch = new DataView(new ArrayBuffer(4));

/** All 65,536 float16 values: a table look-up is several times faster than taking bits apart. */
let halfTable: Float32Array | undefined;

/** Widen float16 bits to float32, exactly. */
export function float16ToFloat32(bits: Uint16Array): Float32Array<ArrayBuffer> {
  halfTable ??= Float32Array.from({ length: 65_536 }, (_, half) => valueOfHalf(half));
  const values = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) values[i] = halfTable[bits[i]!]!;
  return values;
}

/** Round float32 to float16 bits: to nearest, ties to even; beyond 65,504 it becomes infinite. */
export function float32ToFloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) halves[i] = halfOfValue(values[i]!);
  return halves;
}

/** Widen bfloat16 bits to float32, exactly: 16 zero bits are put below them. */
export function bfloat16ToFloat32(bits: Uint16Array): Float32Array<ArrayBuffer> {
  const values = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) values[i] = bits[i]! << 16;
  return new Float32Array(values.buffer);
}

function valueOfHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24; // subnormal: 0.fraction * 2^-14
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function halfOfValue(value: number): number {
  scratch.setFloat32(0, value);
  const bits = scratch.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // not a number
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // 65,520 and more round to infinity
  if (magnitude < 0x38800000) {
    // Below 2^-14 the steps of float16 are 2^-24; adding 0.5 to a float32 rounds to those very
    // steps (2^-1 has a last place of 2^-24), ties to even.
    scratch.setFloat32(0, Math.abs(value) + 0.5);
    return sign | (scratch.getUint32(0) - 0x3f000000);
  }
  // Drop 13 fraction bits, rounding to even, and move the exponent's bias from 127 to 15.
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded - 0x38000000) >>> 13);
}
