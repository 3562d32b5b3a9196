import { expect, test } from 'vitest';
import { bfloat16ToFloat32, float16ToFloat32, float32ToFloat16 } from './half-floats.ts';

test('widens float16 by its definition', () => {
  const bits = Uint16Array.of(
    0x3c00,
    0xc000,
    0x7bff,
    0x0001,
    0x03ff,
    0x0400,
    0x7c00,
    0xfc00,
    0x8000,
  );
  expect(Array.from(float16ToFloat32(bits))).toEqual([
    1,
    -2,
    65_504,
    2 ** -24,
    1023 * 2 ** -24,
    2 ** -14,
    Infinity,
    -Infinity,
    -0,
  ]);
  expect(float16ToFloat32(Uint16Array.of(0x7e01))[0]).toBeNaN();
});

test('gives back every float16 that is a number', () => {
  const all = Uint16Array.from({ length: 65_536 }, (_, i) => i).filter(
    (i) => (i & 0x7fff) <= 0x7c00,
  );
  expect(float32ToFloat16(float16ToFloat32(all))).toEqual(all);
});

test('rounds to the nearest float16, ties to even, and beyond the largest to infinity', () => {
  const halves = Uint16Array.from({ length: 0x7bff }, (_, i) => i);
  const values = float16ToFloat32(halves);
  const inputs: number[] = [];
  const expected: number[] = [];
  for (let i = 0; i + 1 < values.length; i++) {
    // A float32 holds the middle between two neighbours exactly.
    const middle = (values[i]! + values[i + 1]!) / 2;
    const even = i % 2 === 0 ? i : i + 1;
    inputs.push(middle - (values[i + 1]! - values[i]!) / 64, middle, -middle);
    expected.push(i, even, even | 0x8000);
  }
  expect(float32ToFloat16(Float32Array.from(inputs))).toEqual(Uint16Array.from(expected));
  const edge = Float32Array.of(65_519.99, 65_520, -1e30, NaN);
  expect(Array.from(float32ToFloat16(edge))).toEqual([0x7bff, 0x7c00, 0xfc00, 0x7e00]);
});

test('widens bfloat16 by 16 zero bits', () => {
  expect(Array.from(bfloat16ToFloat32(Uint16Array.of(0x3f80, 0xc040)))).toEqual([1, -3]);
});
