import { createRandom } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { bandNucleus, bilobedNucleus, kidneyNucleus, segmentedNucleus } from './nucleus-plans.ts';
import { nucleusDistance, type NucleusShape } from './nucleus-shape.ts';

const radius = 6.5;

/** Count the parts of a nucleus that remain when its edge is moved inwards. */
function partsBelow(shape: NucleusShape, depth: number): number {
  const side = 120;
  const inside = new Uint8Array(side * side);
  for (let i = 0; i < inside.length; i++) {
    const x = ((i % side) / side - 0.5) * 3 * radius;
    const y = (Math.floor(i / side) / side - 0.5) * 3 * radius;
    inside[i] = nucleusDistance(shape, x, y) < -depth ? 1 : 0;
  }
  let parts = 0;
  for (let start = 0; start < inside.length; start++) {
    if (inside[start] === 0) continue;
    parts++;
    const open = [start];
    inside[start] = 0;
    while (open.length > 0) {
      const at = open.pop()!;
      for (const next of [at - 1, at + 1, at - side, at + side]) {
        if (inside[next] !== 1) continue;
        inside[next] = 0;
        open.push(next);
      }
    }
  }
  return parts;
}

const nuclei = (plan: typeof bandNucleus) =>
  Array.from({ length: 20 }, (_, seed) => plan(radius, createRandom(seed)));

test('filaments hold the lobes of a segmented nucleus together, and only filaments', () => {
  for (const shape of nuclei(segmentedNucleus)) expect(partsBelow(shape, 0)).toBe(1);
  const lobes = nuclei(segmentedNucleus).map((shape) => partsBelow(shape, 0.75));
  expect(lobes.filter((count) => count >= 2).length).toBeGreaterThan(14);
  expect(Math.max(...lobes)).toBeGreaterThanOrEqual(3);
});

test('bands and kidneys are of one piece without filaments', () => {
  for (const shape of [...nuclei(bandNucleus), ...nuclei(kidneyNucleus)]) {
    expect(partsBelow(shape, 0.75)).toBe(1);
  }
});

test('most eosinophils have two lobes', () => {
  const lobes = nuclei(bilobedNucleus).map((shape) => partsBelow(shape, 1));
  expect(lobes.filter((count) => count === 2).length).toBeGreaterThan(11);
});
