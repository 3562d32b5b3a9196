import { expect, test } from 'vitest';
import { addTurnedBack, turnPlane, turnsOf } from './turned-views.ts';

const side = 3;
const plane = Float32Array.from({ length: 9 }, (_, i) => i);
const shown = (turn: number) => {
  const out = new Float32Array(9);
  turnPlane(plane, side, turn, out, 0);
  return out;
};

test('the eight turns of a square are all different, the first is the plane itself', () => {
  const views = turnsOf(8).map((turn) => shown(turn).join(' '));
  expect(new Set(views).size).toBe(8);
  expect(shown(turnsOf(8)[0]!)).toEqual(plane);
});

test('four views are the four quarter turns', () => {
  const corners = turnsOf(4).map((turn) => [0, 2, 8, 6].map((i) => shown(turn)[i]));
  // clockwise around the border every quarter turn reads the same circle from another corner
  for (const view of corners) {
    const from = view.indexOf(0);
    expect([...view.slice(from), ...view.slice(0, from)]).toEqual([0, 2, 8, 6]);
  }
  expect(new Set(corners.map((view) => view[0])).size).toBe(4);
});

test('what a turned view shows is added where it came from', () => {
  const sum = new Float32Array(9);
  for (const turn of turnsOf(8)) addTurnedBack(sum, side, turn, shown(turn), 1 / 8);
  expect(Array.from(sum)).toEqual(Array.from(plane));
});
