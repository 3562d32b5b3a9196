import { createRandom } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { layOutCells, layOutErythrocytes, type Place } from './layout.ts';

const size = { width: 400, height: 300 };
const plain = { overlap: 0, cutOff: 0, centred: false };
const gap = (a: Place, b: Place) => Math.hypot(a.x - b.x, a.y - b.y) - a.radius - b.radius;

test('puts cells apart and wholly inside', () => {
  const places = layOutCells([30, 40, 25, 35], size, plain, createRandom(1));
  for (const [i, place] of places.entries()) {
    expect(place.x).toBeGreaterThanOrEqual(place.radius);
    expect(place.y + place.radius).toBeLessThanOrEqual(size.height);
    for (const other of places.slice(i + 1)) expect(gap(place, other)).toBeGreaterThanOrEqual(0);
  }
});

test('puts cells onto each other, the first into the middle, or across the border', () => {
  const [a, b] = layOutCells(
    [30, 30],
    size,
    { ...plain, overlap: 1, centred: true },
    createRandom(2),
  );
  expect([a!.x, a!.y]).toEqual([200, 150]);
  expect(gap(a!, b!)).toBeLessThan(0);
  const [cut] = layOutCells([30], size, { ...plain, cutOff: 1 }, createRandom(3));
  const out = [-cut!.x, -cut!.y, cut!.x - size.width, cut!.y - size.height];
  expect(Math.max(...out)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...out)).toBeLessThan(30);
});

test('red cells keep clear of leukocytes in a thin smear', () => {
  const leukocyte = { x: 200, y: 150, radius: 60 };
  const places = layOutErythrocytes(size, 15, 0.3, 0, [leukocyte], createRandom(4));
  expect(places.length).toBeGreaterThan(30);
  const deep = places.filter((place) => gap(place, leukocyte) < -0.1 * 75);
  expect(deep).toHaveLength(0);
});

test('a slope leaves one half thinner', () => {
  const imbalance = (slope: number) => {
    const places = layOutErythrocytes(size, 8, 0.3, slope, [], createRandom(5));
    const x = places.reduce((sum, place) => sum + place.x / size.width - 0.5, 0) / places.length;
    const y = places.reduce((sum, place) => sum + place.y / size.height - 0.5, 0) / places.length;
    return Math.hypot(x, y);
  };
  expect(imbalance(1)).toBeGreaterThan(imbalance(0) + 0.05);
});
