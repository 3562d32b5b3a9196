import type { Box } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { createCropCutter, type CropCutterOptions } from './crop-cutter.ts';

const boxAt = (x: number): Box => ({ x1: x, y1: 0, x2: x + 10, y2: 10 });
const wishOf = (sha256: string, x: number) => ({
  sha256,
  box: boxAt(x),
  square: { zoom: 1 },
  side: 64,
});
/** Enough turns of the event loop for everything that is not held up. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

/** Cuts pictures of 100 bytes that say where they are from, and tells what was asked together. */
function recorder() {
  const asked: string[] = [];
  const cut: CropCutterOptions['cut'] = async (sha256, squares) => {
    asked.push(`${sha256}:${squares.map((square) => square.x1).join(',')}`);
    await new Promise((resolve) => setImmediate(resolve));
    return squares.map((square) => new Uint8Array(100).fill(square.x1));
  };
  return { asked, cut };
}

test('what is asked while another picture is cut is cut together, and each asker gets their own', async () => {
  const { asked, cut } = recorder();
  const cutter = createCropCutter({ cut });
  const pictures = await Promise.all([1, 2, 3, 2].map((x) => cutter.get(wishOf('a', x))));
  expect(pictures.map((picture) => picture[0])).toEqual([1, 2, 3, 2]);
  expect(asked).toEqual(['a:1', 'a:2,3']);
});

test('a picture that was cut is kept; another size, zoom or box is another picture', async () => {
  const { asked, cut } = recorder();
  const cutter = createCropCutter({ cut });
  const wish = wishOf('a', 1);
  await cutter.get(wish);
  await cutter.get(wish);
  expect(asked).toHaveLength(1);
  for (const other of [{ side: 96 }, { square: { zoom: 2 } }, { box: boxAt(4) }, { sha256: 'b' }]) {
    await cutter.get({ ...wish, ...other });
  }
  expect(asked).toHaveLength(5);
});

test('the other cells of a field are cut once nobody waits, at most sixteen at once', async () => {
  const { asked, cut } = recorder();
  const cutter = createCropCutter({ cut });
  const others = async () => Array.from({ length: 40 }, (_, x) => boxAt(x));
  const first = cutter.get(wishOf('a', 0), others);
  const second = cutter.get(wishOf('b', 50));
  await Promise.all([first, second]);
  // Asked for in the middle of cutting ahead: it does not wait for the rest of the other field.
  await cutter.get(wishOf('b', 60));
  expect(asked.indexOf('b:60')).toBeLessThan(4);
  await settle();
  const before = asked.length;
  expect(asked.filter((one) => one.startsWith('a:')).map((one) => one.split(',').length)).toEqual([
    1, 16, 16, 7,
  ]);
  for (let x = 0; x < 40; x++) await cutter.get(wishOf('a', x), others);
  expect(asked).toHaveLength(before);
});

test('pictures beyond the bound go, those used longest ago first', async () => {
  const { asked, cut } = recorder();
  const cutter = createCropCutter({ cut, limitBytes: 250 });
  await cutter.get(wishOf('a', 1));
  await cutter.get(wishOf('a', 2));
  await cutter.get(wishOf('a', 1));
  await cutter.get(wishOf('a', 3));
  await cutter.get(wishOf('a', 1));
  expect(asked).toEqual(['a:1', 'a:2', 'a:3']);
  await cutter.get(wishOf('a', 2));
  expect(asked).toHaveLength(4);
});

test('a fault reaches those who wait, and nothing else: the next ask tries again', async () => {
  const { cut } = recorder();
  let isBroken = true;
  const cutter = createCropCutter({
    cut: (...call) => (isBroken ? Promise.reject(new Error('gone')) : cut(...call)),
  });
  const others = async () => [boxAt(1), boxAt(2)];
  await expect(cutter.get(wishOf('a', 1), others)).rejects.toThrow('gone');
  await settle();
  isBroken = false;
  expect((await cutter.get(wishOf('a', 1)))[0]).toBe(1);
  const unlisted = async () => Promise.reject(new Error('no list'));
  expect((await cutter.get(wishOf('c', 5), unlisted))[0]).toBe(5);
});
