/**
 * @file Mask -> polygons along pixel edges, with holes; `polygonsToRle` gives back the very same mask.
 *
 * The line runs on pixel corners with set pixels at its right hand: outer rings come out clockwise on
 * the screen, holes counter-clockwise. Pixels that meet only at a corner are separate (4-connected), so
 * no ring touches itself.
 */
import type { Mask, PlacedMask } from './mask.ts';
import { type Polygon, type Ring, signedRingArea } from './polygon.ts';

// Right, down, left, up.
const stepX = [1, 0, -1, 0];
const stepY = [0, 1, 0, -1];

/** Outline a mask; rings are in image pixels. */
export function maskToPolygons(placed: PlacedMask): Polygon[] {
  const { mask, left, top } = placed;
  const components = labelComponents(mask);
  const traced = new Uint8Array(mask.data.length); // pixels whose top edge is on a traced ring
  const outers = new Map<number, { outer: Ring; holes: Ring[] }>();
  const holes: { component: number; ring: Ring }[] = [];
  for (let y = 0; y < mask.height; y++) {
    for (let x = 0; x < mask.width; x++) {
      const i = y * mask.width + x;
      if (mask.data[i] === 0 || traced[i] === 1) continue;
      if (y > 0 && mask.data[i - mask.width] !== 0) continue;
      const ring = trace(mask, x, y, traced);
      const component = components[i]!;
      const moved = ring.map((value, k) => value + (k % 2 === 0 ? left : top));
      if (signedRingArea(ring) > 0) outers.set(component, { outer: moved, holes: [] });
      else holes.push({ component, ring: moved });
    }
  }
  for (const { component, ring } of holes) outers.get(component)!.holes.push(ring);
  return [...outers.values()].map(({ outer, holes }) =>
    holes.length === 0 ? { outer } : { outer, holes },
  );
}

/** Follow the pixel edges from the top-left corner of a pixel with nothing above it. */
function trace(mask: Mask, startX: number, startY: number, traced: Uint8Array): number[] {
  const isSet = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < mask.width && y < mask.height && mask.data[y * mask.width + x] !== 0;
  const ring: number[] = [];
  let x = startX;
  let y = startY;
  let direction = 0;
  do {
    if (direction === 0) traced[y * mask.width + x] = 1;
    x += stepX[direction]!;
    y += stepY[direction]!;
    // The two pixels ahead of the corner, at the right and left hand of the direction.
    const right = isSet(
      x - (direction === 1 || direction === 2 ? 1 : 0),
      y - (direction >= 2 ? 1 : 0),
    );
    const ahead = isSet(
      x - (direction === 2 || direction === 3 ? 1 : 0),
      y - (direction === 0 || direction === 3 ? 1 : 0),
    );
    const turn = !right ? 1 : ahead ? 3 : 0;
    if (turn !== 0) ring.push(x, y);
    direction = (direction + turn) % 4;
  } while (x !== startX || y !== startY || direction !== 0);
  return ring;
}

/** Number the 4-connected components of the set pixels, by flooding from each. */
function labelComponents(mask: Mask): Int32Array {
  const { width, height, data } = mask;
  const labels = new Int32Array(data.length);
  const stack: number[] = [];
  let label = 0;
  for (let start = 0; start < data.length; start++) {
    if (data[start] === 0 || labels[start] !== 0) continue;
    labels[start] = ++label;
    stack.push(start);
    for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
      const x = i % width;
      const visit = (j: number) => {
        if (data[j] === 0 || labels[j] !== 0) return;
        labels[j] = label;
        stack.push(j);
      };
      if (x > 0) visit(i - 1);
      if (x < width - 1) visit(i + 1);
      if (i >= width) visit(i - width);
      if (i < width * (height - 1)) visit(i + width);
    }
  }
  return labels;
}
