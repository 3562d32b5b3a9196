import { expect, test } from 'vitest';
import { createRandom, hash32, restoreRandom } from './random.ts';

test('gives the same numbers for the same seed and others for another', () => {
  const first = createRandom(7);
  const second = createRandom(7);
  const drawn = Array.from({ length: 5 }, () => first.next());
  expect(Array.from({ length: 5 }, () => second.next())).toEqual(drawn);
  expect(createRandom(8).next()).not.toBe(drawn[0]);
});

test('is uniform in [0, 1) with mean 1/2 and variance 1/12', () => {
  const random = createRandom(1);
  const draws = Array.from({ length: 100_000 }, () => random.next());
  const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
  const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length;
  expect(mean).toBeCloseTo(1 / 2, 2);
  expect(variance).toBeCloseTo(1 / 12, 2);
  expect(Math.min(...draws.slice(0, 1000))).toBeGreaterThanOrEqual(0);
  expect(Math.max(...draws.slice(0, 1000))).toBeLessThan(1);
});

test('draws normal numbers with the asked mean and deviation', () => {
  const random = createRandom(2);
  const draws = Array.from({ length: 50_000 }, () => random.normal(3, 2));
  const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
  const deviation = Math.sqrt(draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length);
  expect(mean).toBeCloseTo(3, 1);
  expect(deviation).toBeCloseTo(2, 1);
});

test('forks depend on the seed and the name, not on draws made before', () => {
  const fresh = createRandom(5);
  const used = createRandom(5);
  used.next();
  expect(used.fork('augment').next()).toBe(fresh.fork('augment').next());
  expect(fresh.fork('augment').next()).not.toBe(fresh.fork('split').next());
});

test('continues exactly from a saved state', () => {
  const random = createRandom(11);
  random.next();
  const resumed = restoreRandom(random.state());
  expect(resumed.next()).toBe(random.next());
  expect(resumed.fork('x').next()).toBe(random.fork('x').next());
});

test('shuffles every element to every place', () => {
  const random = createRandom(3);
  const seen = new Set<string>();
  for (let i = 0; i < 200; i++) seen.add(random.shuffle(['a', 'b', 'c']).join(''));
  expect(seen.size).toBe(6);
});

test('refuses to pick from nothing', () => {
  expect(() => createRandom(1).pick([])).toThrow('items must hold at least one element');
});

test('hashes differ for near texts', () => {
  expect(hash32('slide-1')).not.toBe(hash32('slide-2'));
});
