import { createRgbRaster } from '@leukoscope/core';
import { encodePng } from '@leukoscope/image';
import { expect, test } from 'vitest';
import { keepDecodedImages } from './decoded-images.ts';

test('an image is decoded once while it is kept; the bound lets go of what was used longest ago', async () => {
  const bytes = await encodePng(createRgbRaster({ width: 10, height: 10 }));
  const limit = { maxPixels: 1000 };
  const images = keepDecodedImages({ limitBytes: 700 }); // Two of 300 bytes.
  expect(await images.get('a', null, limit)).toBeUndefined();
  const first = await images.get('a', bytes, limit);
  await images.get('b', bytes, limit);
  expect(await images.get('a', null, limit)).toBe(first);
  await images.get('c', bytes, limit);
  expect(await images.get('b', null, limit)).toBeUndefined();
  expect(await images.get('a', null, limit)).toBe(first);
  const tight = keepDecodedImages({ limitBytes: 1 });
  const large = await tight.get('a', bytes, limit);
  expect(await tight.get('a', null, limit)).toBe(large);
  await expect(tight.get('d', bytes, { maxPixels: 99 })).rejects.toThrow('pixels');
});
