/** @file The eight handles of a box, and its inside, by which it is moved. */
import type { Box, Point } from '@leukoscope/core';

/** Which sides follow the pointer; `move`: all of them. */
export type BoxHandle = 'nw' | 'n' | 'ne' | 'e' | 'se' | 's' | 'sw' | 'w' | 'move';

const edges = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'] as const;

/** Return where the handles are. */
export function handlesOf(box: Box): { readonly handle: BoxHandle; readonly at: Point }[] {
  return edges.map((handle) => ({
    handle,
    at: {
      x: handle.includes('w') ? box.x1 : handle.includes('e') ? box.x2 : (box.x1 + box.x2) / 2,
      y: handle.includes('n') ? box.y1 : handle.includes('s') ? box.y2 : (box.y1 + box.y2) / 2,
    },
  }));
}

/** Return the handle at a point, corners before sides before the inside. `reach` in image pixels. */
export function handleAt(box: Box, point: Point, reach: number): BoxHandle | undefined {
  const near = handlesOf(box)
    .map(({ handle, at }) => ({ handle, distance: Math.hypot(at.x - point.x, at.y - point.y) }))
    .filter(({ distance }) => distance <= reach)
    .sort((a, b) => a.distance - b.distance)[0];
  if (near !== undefined) return near.handle;
  const isInside = point.x >= box.x1 && point.x <= box.x2 && point.y >= box.y1 && point.y <= box.y2;
  return isInside ? 'move' : undefined;
}

/** Return the box after a handle went from one point to another; sides may pass each other. */
export function dragHandle(box: Box, handle: BoxHandle, from: Point, to: Point): Box {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const isMove = handle === 'move';
  const moved = {
    x1: box.x1 + (isMove || handle.includes('w') ? dx : 0),
    x2: box.x2 + (isMove || handle.includes('e') ? dx : 0),
    y1: box.y1 + (isMove || handle.includes('n') ? dy : 0),
    y2: box.y2 + (isMove || handle.includes('s') ? dy : 0),
  };
  return {
    x1: Math.min(moved.x1, moved.x2),
    y1: Math.min(moved.y1, moved.y2),
    x2: Math.max(moved.x1, moved.x2),
    y2: Math.max(moved.y1, moved.y2),
  };
}
