/**
 * @file What the pointer draws: one state machine for adding, redrawing and measuring.
 *
 * All points are image pixels. An outline is drawn in one stroke (press, drag, release) or by corners
 * (clicks; a click on the first corner, two at one place or `finish` closes it), and both may be mixed.
 * Nothing in here knows cells: a finished drawing is handed out as `done`.
 */
import type { Box, Point } from '@leukoscope/core';
import { type BoxHandle, dragHandle } from './box-handles.ts';

/** What the pointer does; `look` pans and selects. */
export const tools = [
  'look',
  'add-outline',
  'add-box',
  'redraw-outline',
  'redraw-box',
  'measure-distance',
  'measure-area',
] as const;

/** What the pointer does. */
export type Tool = (typeof tools)[number];

/** What is being drawn. */
export type Drawing =
  | { readonly kind: 'none' }
  | { readonly kind: 'box'; readonly from: Point; readonly to: Point }
  | {
      readonly kind: 'handle';
      readonly handle: BoxHandle;
      readonly from: Point;
      readonly start: Box;
      readonly box: Box;
    }
  | {
      readonly kind: 'line';
      readonly points: readonly Point[];
      /** Where the pointer is: the end of the rubber line. */
      readonly cursor: Point | null;
      /** The button is down and the line follows it. */
      readonly isStroke: boolean;
    };

/** A finished drawing. */
export type Drawn =
  | { readonly kind: 'box'; readonly box: Box }
  | { readonly kind: 'path'; readonly points: readonly Point[]; readonly isClosed: boolean };

/** A tool and what it has drawn so far. */
export interface ToolState {
  readonly tool: Tool;
  readonly drawing: Drawing;
}

/** What happens to a tool. `reach` is how near, in image pixels, counts as "the same place". */
export type ToolEvent =
  | { readonly kind: 'choose'; readonly tool: Tool }
  | { readonly kind: 'press'; readonly at: Point; readonly grip?: { handle: BoxHandle; box: Box } }
  | { readonly kind: 'drag'; readonly at: Point; readonly reach: number }
  | { readonly kind: 'release'; readonly at: Point; readonly reach: number }
  | { readonly kind: 'move'; readonly at: Point }
  | { readonly kind: 'finish' }
  | { readonly kind: 'step-back' }
  | { readonly kind: 'cancel' };

/** The next state, and what was finished by the event. */
export interface ToolStep {
  readonly state: ToolState;
  readonly done?: Drawn;
}

const none: Drawing = { kind: 'none' };

/** The state before anything was chosen. */
export const lookAround: ToolState = { tool: 'look', drawing: none };

/** Tell whether a tool draws boxes. */
export function isBoxTool(tool: Tool): boolean {
  return tool === 'add-box' || tool === 'redraw-box';
}

/** Tell whether a tool changes cells. */
export function isEditingTool(tool: Tool): boolean {
  return tool.startsWith('add-') || tool.startsWith('redraw-');
}

/** Go one step. */
export function toolStep(state: ToolState, event: ToolEvent): ToolStep {
  if (event.kind === 'choose') return { state: { tool: event.tool, drawing: none } };
  if (state.tool === 'look') return { state };
  if (event.kind === 'cancel') return cancel(state);
  if (isBoxTool(state.tool)) return boxStep(state, event);
  return lineStep(state, event);
}

/** The first cancel drops the drawing, the second the tool. */
function cancel(state: ToolState): ToolStep {
  if (state.drawing.kind !== 'none') return { state: { ...state, drawing: none } };
  return { state: lookAround };
}

function boxStep(state: ToolState, event: ToolEvent): ToolStep {
  const { drawing } = state;
  switch (event.kind) {
    case 'press': {
      const { at, grip } = event;
      const next: Drawing =
        grip === undefined
          ? { kind: 'box', from: at, to: at }
          : { kind: 'handle', handle: grip.handle, from: at, start: grip.box, box: grip.box };
      return { state: { ...state, drawing: next } };
    }
    case 'drag':
      return { state: { ...state, drawing: follow(drawing, event.at) } };
    case 'release': {
      const end = follow(drawing, event.at);
      const idle = { ...state, drawing: none };
      if (end.kind === 'box') {
        // A click is no box: it would hide what was meant behind a message about its size.
        const isClick = distance(end.from, end.to) <= event.reach;
        return isClick ? { state: idle } : { state: idle, done: doneBox(end.from, end.to) };
      }
      if (end.kind !== 'handle' || distance(end.from, event.at) === 0) return { state: idle };
      return { state: idle, done: { kind: 'box', box: end.box } };
    }
    default:
      return { state };
  }
}

function follow(drawing: Drawing, at: Point): Drawing {
  if (drawing.kind === 'box') return { ...drawing, to: at };
  if (drawing.kind !== 'handle') return drawing;
  return { ...drawing, box: dragHandle(drawing.start, drawing.handle, drawing.from, at) };
}

function lineStep(state: ToolState, event: ToolEvent): ToolStep {
  const { drawing, tool } = state;
  const points = drawing.kind === 'line' ? drawing.points : [];
  const isStroke = drawing.kind === 'line' && drawing.isStroke;
  const isClosed = tool !== 'measure-distance';
  const go = (next: readonly Point[], cursor: Point | null, stroke: boolean): ToolStep => ({
    state: { ...state, drawing: { kind: 'line', points: next, cursor, isStroke: stroke } },
  });
  const finish = (all: readonly Point[]): ToolStep => {
    const idle = { ...state, drawing: none };
    if (all.length < (isClosed ? 3 : 2)) return { state: idle };
    return { state: idle, done: { kind: 'path', points: all, isClosed } };
  };
  switch (event.kind) {
    case 'press': {
      if (points.length === 0) return go([event.at], event.at, false);
      return go(points, event.at, false);
    }
    case 'drag': {
      if (points.length === 0) return { state };
      const pressed = (drawing.kind === 'line' ? drawing.cursor : null) ?? points.at(-1)!;
      // A hand is never quite still: a stroke begins once the pointer has left the place of the press.
      if (!isStroke && distance(pressed, event.at) <= event.reach) return { state };
      if (!isClosed) return go(points, event.at, true);
      const begun = isStroke || points.length === 1 ? points : [...points, pressed];
      return go([...begun, event.at], event.at, true);
    }
    case 'release': {
      if (points.length === 0) return { state };
      if (isStroke) return finish(isClosed ? points : [...points, event.at]);
      // A press and release at one place set a corner; the very first was set by the press.
      const last = points.at(-1)!;
      if (points.length === 1 && distance(last, event.at) <= event.reach) {
        return go(points, null, false);
      }
      const first = points[0]!;
      if (distance(last, event.at) <= event.reach) return finish(points);
      if (isClosed && points.length >= 3 && distance(first, event.at) <= event.reach) {
        return finish(points);
      }
      return go([...points, event.at], null, false);
    }
    case 'move':
      return points.length === 0 ? { state } : go(points, event.at, isStroke);
    case 'finish':
      return points.length === 0 ? { state } : finish(points);
    case 'step-back':
      if (points.length <= 1) return { state: { ...state, drawing: none } };
      return go(points.slice(0, -1), points.at(-2)!, false);
    default:
      return { state };
  }
}

function doneBox(a: Point, b: Point): Drawn {
  const box = {
    x1: Math.min(a.x, b.x),
    y1: Math.min(a.y, b.y),
    x2: Math.max(a.x, b.x),
    y2: Math.max(a.y, b.y),
  };
  return { kind: 'box', box };
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
