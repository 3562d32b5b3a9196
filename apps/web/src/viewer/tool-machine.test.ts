import type { Point } from '@leukoscope/core';
import { expect, test } from 'vitest';
import {
  type Drawn,
  lookAround,
  type Tool,
  type ToolEvent,
  type ToolState,
  toolStep,
} from './tool-machine.ts';

const reach = 3;
const point = (x: number, y: number): Point => ({ x, y });

/** Choose a tool and let things happen; returns the end and all that was finished. */
function play(tool: Tool, events: readonly ToolEvent[]): { state: ToolState; done: Drawn[] } {
  let { state } = toolStep(lookAround, { kind: 'choose', tool });
  const done: Drawn[] = [];
  for (const event of events) {
    const step = toolStep(state, event);
    state = step.state;
    if (step.done !== undefined) done.push(step.done);
  }
  return { state, done };
}

const press = (x: number, y: number): ToolEvent => ({ kind: 'press', at: point(x, y) });
const drag = (x: number, y: number): ToolEvent => ({ kind: 'drag', at: point(x, y), reach });
const release = (x: number, y: number): ToolEvent => ({ kind: 'release', at: point(x, y), reach });
const click = (x: number, y: number): ToolEvent[] => [press(x, y), release(x, y)];

test('dragging with the box tool draws a box from any corner', () => {
  const { done, state } = play('add-box', [press(50, 60), drag(20, 30), release(10, 20)]);
  expect(done).toEqual([{ kind: 'box', box: { x1: 10, y1: 20, x2: 50, y2: 60 } }]);
  expect(state).toEqual({ tool: 'add-box', drawing: { kind: 'none' } });
});

test('a click with the box tool draws nothing', () => {
  expect(play('add-box', click(5, 5)).done).toEqual([]);
});

test('a handle changes the box it was taken from', () => {
  const box = { x1: 0, y1: 0, x2: 20, y2: 20 };
  const grip = { handle: 'e' as const, box };
  const { done } = play('redraw-box', [
    { kind: 'press', at: point(20, 10), grip },
    drag(24, 10),
    release(30, 12),
  ]);
  expect(done).toEqual([{ kind: 'box', box: { ...box, x2: 30 } }]);
});

test('a handle that was only touched changes nothing', () => {
  const grip = { handle: 'move' as const, box: { x1: 0, y1: 0, x2: 20, y2: 20 } };
  const { done } = play('redraw-box', [{ kind: 'press', at: point(9, 9), grip }, release(9, 9)]);
  expect(done).toEqual([]);
});

test('one stroke draws an outline and closes it on release', () => {
  const { done } = play('add-outline', [
    press(0, 0),
    drag(10, 0),
    drag(10, 10),
    drag(0, 10),
    release(0, 1),
  ]);
  expect(done).toEqual([
    {
      kind: 'path',
      points: [point(0, 0), point(10, 0), point(10, 10), point(0, 10)],
      isClosed: true,
    },
  ]);
});

test('clicks set corners, and a click on the first corner closes', () => {
  const events = [...click(0, 0), ...click(30, 0), ...click(30, 30), ...click(1, 1)];
  const { done } = play('redraw-outline', events);
  expect(done).toEqual([
    { kind: 'path', points: [point(0, 0), point(30, 0), point(30, 30)], isClosed: true },
  ]);
});

test('two clicks at one place, and finish, close as well', () => {
  const corners = [...click(0, 0), ...click(30, 0), ...click(30, 30)];
  expect(play('add-outline', [...corners, ...click(30, 31)]).done).toHaveLength(1);
  expect(play('add-outline', [...corners, { kind: 'finish' }]).done).toHaveLength(1);
});

test('two corners are no outline, but they are a distance', () => {
  const two = [...click(0, 0), ...click(30, 40)];
  expect(play('add-outline', [...two, { kind: 'finish' }]).done).toEqual([]);
  expect(play('measure-distance', [...two, { kind: 'finish' }]).done).toEqual([
    { kind: 'path', points: [point(0, 0), point(30, 40)], isClosed: false },
  ]);
});

test('dragging measures the straight line between its ends', () => {
  const { done } = play('measure-distance', [press(0, 0), drag(9, 2), drag(15, 3), release(20, 0)]);
  expect(done).toEqual([{ kind: 'path', points: [point(0, 0), point(20, 0)], isClosed: false }]);
});

test('a stroke after clicks goes on from the last corner', () => {
  const { done } = play('add-outline', [
    ...click(0, 0),
    ...click(30, 0),
    press(30, 5),
    drag(30, 20),
    drag(20, 30),
    release(20, 30),
  ]);
  expect(done[0]).toMatchObject({
    points: [point(0, 0), point(30, 0), point(30, 5), point(30, 20), point(20, 30)],
  });
});

test('a hand that trembles during a click still sets one corner', () => {
  const { state } = play('add-outline', [
    ...click(0, 0),
    press(30, 0),
    drag(31, 1),
    release(31, 1),
  ]);
  expect(state.drawing).toMatchObject({ points: [point(0, 0), point(31, 1)], isStroke: false });
});

test('the rubber line follows the pointer between clicks', () => {
  const { state } = play('add-outline', [...click(0, 0), { kind: 'move', at: point(7, 8) }]);
  expect(state.drawing).toMatchObject({ points: [point(0, 0)], cursor: point(7, 8) });
});

test('step back takes the last corner away, and at last the drawing', () => {
  const back: ToolEvent = { kind: 'step-back' };
  const two = [...click(0, 0), ...click(30, 0)];
  expect(play('add-outline', [...two, back]).state.drawing).toMatchObject({
    points: [point(0, 0)],
  });
  expect(play('add-outline', [...two, back, back]).state.drawing).toEqual({ kind: 'none' });
});

test('cancel drops first the drawing, then the tool', () => {
  const first = play('add-outline', [...click(0, 0), { kind: 'cancel' }]);
  expect(first.state).toEqual({ tool: 'add-outline', drawing: { kind: 'none' } });
  expect(toolStep(first.state, { kind: 'cancel' }).state).toEqual(lookAround);
});

test('without a tool the pointer draws nothing', () => {
  expect(toolStep(lookAround, press(1, 1)).state).toBe(lookAround);
});
