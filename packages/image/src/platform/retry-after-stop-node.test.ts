import { LeukoscopeError } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { retryAfterStop } from './retry-after-stop-node.ts';

/** Fails with these errors, one a call, then succeeds; each call takes so much of the processor. */
function decoding(codes: readonly string[], secondsEach: number) {
  let calls = 0;
  const work = async () => {
    const code = codes[calls++];
    if (code !== undefined) throw new LeukoscopeError(code, 'image must decode.');
    return calls;
  };
  return { run: () => retryAfterStop(work, 60, () => calls * secondsEach), calls: () => calls };
}

test('what ran out of time while the process was stopped is tried once more', async () => {
  await expect(decoding(['IMAGE_TIMEOUT'], 0.2).run()).resolves.toBe(2);
  const twice = decoding(['IMAGE_TIMEOUT', 'IMAGE_TIMEOUT'], 0.2);
  await expect(twice.run()).rejects.toThrow('image must decode');
  expect(twice.calls()).toBe(2);
});

test('a picture that keeps the processor busy all the time, or is broken, is not', async () => {
  const bomb = decoding(['IMAGE_TIMEOUT'], 59);
  await expect(bomb.run()).rejects.toThrow('image must decode');
  expect(bomb.calls()).toBe(1);
  const broken = decoding(['IMAGE_DAMAGED'], 0.1);
  await expect(broken.run()).rejects.toThrow('image must decode');
  expect(broken.calls()).toBe(1);
});
