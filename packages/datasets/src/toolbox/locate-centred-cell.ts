/**
 * @file Finds the box of the one stained cell in the middle of a picture, by rules alone.
 *
 * Used to begin with, where a set gives the type of a centred cell and no box: dark pixels near the
 * centre are nucleus; the cell is what lies near them and is not background. A trained locator does
 * better and replaces these boxes.
 */
import type { Box, RgbRaster } from '@leukoscope/core';

/** Side of the picture on which the rules work. */
const workSide = 120;

/** Return the box of the centred cell in pixels of the raster. */
export function locateCentredCell(raster: RgbRaster): Box {
  const green = shrinkGreen(raster);
  const sorted = Uint8Array.from(green).sort();
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!;
  const background = at(0.95);
  const darkest = darkestNearCentre(green);
  // Red cells are the usual foreground; nuclei are darker than half-way from them to the darkest.
  const middle = medianBelow(sorted, background - 20);
  const nucleusLimit = darkest + 0.55 * (middle - darkest);
  const nucleus = keepSolid(green.map((value) => (value < nucleusLimit ? 1 : 0)));
  const near = nucleus.map((isDark, i) =>
    isDark === 1 && fromCentre(i) < 0.32 * workSide ? 1 : 0,
  );
  const area = near.reduce((sum, value) => sum + value, 0);
  if (area < 12) return scaled({ x1: 36, y1: 36, x2: 84, y2: 84 }, raster);
  const reach = Math.min(14, 0.34 * Math.sqrt(area));
  const cell = growInto(near, (i) => green[i]! < background - 16, reach);
  return scaled(boxOfSet(cell), raster);
}

function shrinkGreen({ width, height, data }: RgbRaster): Uint8Array {
  const green = new Uint8Array(workSide * workSide);
  for (let y = 0; y < workSide; y++) {
    const top = Math.floor((y * height) / workSide);
    const bottom = Math.max(top + 1, Math.floor(((y + 1) * height) / workSide));
    for (let x = 0; x < workSide; x++) {
      const left = Math.floor((x * width) / workSide);
      const right = Math.max(left + 1, Math.floor(((x + 1) * width) / workSide));
      let sum = 0;
      for (let v = top; v < bottom; v++) {
        for (let u = left; u < right; u++) sum += data[(v * width + u) * 3 + 1]!;
      }
      green[y * workSide + x] = sum / ((bottom - top) * (right - left));
    }
  }
  return green;
}

function fromCentre(i: number): number {
  return Math.hypot((i % workSide) - workSide / 2, Math.floor(i / workSide) - workSide / 2);
}

function darkestNearCentre(green: Uint8Array): number {
  const near = green.filter((_, i) => fromCentre(i) < 0.2 * workSide).sort();
  return near[Math.floor(near.length * 0.03)]!;
}

function medianBelow(sorted: Uint8Array, limit: number): number {
  const below = sorted.findIndex((value) => value >= limit);
  return sorted[Math.floor((below < 0 ? sorted.length : Math.max(1, below)) * 0.6)]!;
}

/** Drop pixels with fewer than five set neighbours: specks and rims of red cells. */
function keepSolid(set: Uint8Array): Uint8Array {
  return set.map((value, i) => {
    if (value === 0) return 0;
    let count = 0;
    for (const d of [
      -1,
      1,
      -workSide,
      workSide,
      -workSide - 1,
      -workSide + 1,
      workSide - 1,
      workSide + 1,
    ])
      count += set[i + d] ?? 0;
    return count >= 5 ? 1 : 0;
  });
}

/** Grow a set through allowed pixels, one ring at a time, `reach` rings far. */
function growInto(set: Uint8Array, isAllowed: (i: number) => boolean, reach: number): Uint8Array {
  const grown = Uint8Array.from(set);
  let front = [...grown.keys()].filter((i) => grown[i] === 1);
  for (let ring = 0; ring < Math.round(reach); ring++) {
    const next: number[] = [];
    for (const i of front) {
      for (const d of [-1, 1, -workSide, workSide]) {
        const k = i + d;
        const isNextRow = Math.abs((k % workSide) - (i % workSide)) > 1;
        if (k < 0 || k >= grown.length || isNextRow || grown[k] === 1 || !isAllowed(k)) continue;
        grown[k] = 1;
        next.push(k);
      }
    }
    front = next;
  }
  return grown;
}

function boxOfSet(set: Uint8Array): Box {
  const columns: number[] = [];
  const rows: number[] = [];
  set.forEach((value, i) => {
    if (value === 0) return;
    columns.push(i % workSide);
    rows.push(Math.floor(i / workSide));
  });
  columns.sort((a, b) => a - b);
  rows.sort((a, b) => a - b);
  // A thin arm into a neighbour must not stretch the box: leave half a percent out at each end.
  const low = Math.floor(columns.length * 0.005);
  const high = columns.length - 1 - low;
  return { x1: columns[low]!, y1: rows[low]!, x2: columns[high]! + 1, y2: rows[high]! + 1 };
}

function scaled(box: Box, { width, height }: RgbRaster): Box {
  const x = width / workSide;
  const y = height / workSide;
  return { x1: box.x1 * x, y1: box.y1 * y, x2: box.x2 * x, y2: box.y2 * y };
}
