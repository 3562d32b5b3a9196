/**
 * @file Where the cells of a field lie. All lengths in pixels.
 *
 * Nucleated cells are put apart, unless they are asked to overlap or to be cut by the border; red cells
 * fill what is left, each at the emptiest of a few random places, or pressed against another red cell.
 */
import type { Random, Size } from '@leukoscope/core';

/** A round place that something takes. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** How nucleated cells are laid out. */
export interface CellLayoutPlan {
  /** Probability that a cell lies on the one before it. */
  readonly overlap: number;
  /** Probability that the border cuts a cell. */
  readonly cutOff: number;
  /** Whether the first cell lies in the middle. */
  readonly centred: boolean;
}

/** Lay out nucleated cells of the given radii. */
export function layOutCells(
  radii: readonly number[],
  size: Size,
  plan: CellLayoutPlan,
  random: Random,
): Place[] {
  const places: Place[] = [];
  for (const radius of radii) {
    const neighbour = places.length > 0 ? random.pick(places) : undefined;
    if (plan.centred && places.length === 0) {
      places.push({ x: size.width / 2, y: size.height / 2, radius });
    } else if (random.chance(plan.cutOff)) {
      places.push(atBorder(radius, size, random));
    } else if (neighbour !== undefined && random.chance(plan.overlap)) {
      places.push(onto(neighbour, radius, size, random));
    } else {
      places.push(freest(() => inside(radius, size, random), places, 40));
    }
  }
  return places;
}

/** Lay out red cells so that they cover about `density` of the area that `taken` leaves. */
export function layOutErythrocytes(
  size: Size,
  radius: number,
  density: number,
  slope: number,
  taken: readonly Place[],
  random: Random,
): Place[] {
  const margin = radius;
  const width = size.width + 2 * margin;
  const height = size.height + 2 * margin;
  const blocked = taken.reduce((sum, place) => sum + Math.PI * place.radius ** 2, 0);
  const count = Math.round(
    (density * Math.max(0, width * height - blocked)) / (Math.PI * radius * radius),
  );
  const grid = new PlaceGrid(2 * radius);
  const places: Place[] = [];
  const towards = random.uniform(0, 2 * Math.PI);
  const anywhere = (): Place => {
    for (let tries = 0; ; tries++) {
      const x = random.uniform(-margin, size.width + margin);
      const y = random.uniform(-margin, size.height + margin);
      // From thin to thick: the chance to stay falls to 1 - slope against the direction.
      const along =
        ((x / size.width - 0.5) * Math.cos(towards) + (y / size.height - 0.5) * Math.sin(towards)) /
        1.42;
      if (tries > 20 || random.next() > slope * (0.5 - along)) return { x, y, radius };
    }
  };
  // Crowded smears stack their cells, thin ones hardly do.
  const stacking = Math.min(0.5, 0.5 * density * density + 0.04);
  for (let n = 0; n < count; n++) {
    const neighbour =
      places.length > 0 && random.chance(stacking) ? random.pick(places) : undefined;
    let best: Place | undefined;
    let bestOverlap = Infinity;
    for (let tries = 0; tries < 14 && bestOverlap > 0; tries++) {
      const place = neighbour === undefined ? anywhere() : beside(neighbour, radius, random);
      const overlap = grid.overlap(place, neighbour) + 8 * overlapWith(place, taken);
      if (overlap < bestOverlap) [best, bestOverlap] = [place, overlap];
    }
    if (best === undefined) continue;
    grid.add(best);
    places.push(best);
  }
  return places;
}

/** Return the freest of several random places. */
export function freest(draw: () => Place, taken: readonly Place[], tries: number): Place {
  let best = draw();
  let bestGap = gapTo(best, taken);
  for (let n = 1; n < tries && bestGap < 0; n++) {
    const place = draw();
    const gap = gapTo(place, taken);
    if (gap > bestGap) [best, bestGap] = [place, gap];
  }
  return best;
}

/** Draw a place that lies wholly inside, or in the middle where the field is too small. */
export function inside(radius: number, size: Size, random: Random): Place {
  const along = (length: number) =>
    length > 2 * radius ? random.uniform(radius, length - radius) : length / 2;
  return { x: along(size.width), y: along(size.height), radius };
}

function atBorder(radius: number, size: Size, random: Random): Place {
  // A chord at 0..0.4 radii behind the centre leaves 50 to 25 % of a disc.
  const out = random.uniform(0, 0.4) * radius;
  const x = random.uniform(0, size.width);
  const y = random.uniform(0, size.height);
  switch (random.integer(0, 4)) {
    case 0:
      return { x: -out, y, radius };
    case 1:
      return { x: size.width + out, y, radius };
    case 2:
      return { x, y: -out, radius };
    default:
      return { x, y: size.height + out, radius };
  }
}

function onto(neighbour: Place, radius: number, size: Size, random: Random): Place {
  let place = neighbour;
  for (let tries = 0; tries < 12; tries++) {
    const angle = random.uniform(0, 2 * Math.PI);
    const away = (neighbour.radius + radius) * random.uniform(0.62, 0.9);
    const x = neighbour.x + away * Math.cos(angle);
    const y = neighbour.y + away * Math.sin(angle);
    place = { x, y, radius };
    if (x > radius && y > radius && x < size.width - radius && y < size.height - radius) break;
  }
  return place;
}

function beside(neighbour: Place, radius: number, random: Random): Place {
  const angle = random.uniform(0, 2 * Math.PI);
  const away = (neighbour.radius + radius) * random.uniform(0.55, 0.98);
  return {
    x: neighbour.x + away * Math.cos(angle),
    y: neighbour.y + away * Math.sin(angle),
    radius,
  };
}

function gapTo(place: Place, taken: readonly Place[]): number {
  let gap = Infinity;
  for (const other of taken) {
    gap = Math.min(
      gap,
      Math.hypot(place.x - other.x, place.y - other.y) - place.radius - other.radius,
    );
  }
  return gap;
}

function overlapWith(place: Place, others: readonly Place[]): number {
  let sum = 0;
  for (const other of others) {
    // Cells touch: 6 % of the common width is no overlap yet.
    const room = 0.94 * (place.radius + other.radius);
    const depth = room - Math.hypot(place.x - other.x, place.y - other.y);
    if (depth > 0) sum += depth;
  }
  return sum;
}

/** Places by square, so that only neighbours are looked at. */
class PlaceGrid {
  readonly #side: number;
  readonly #squares = new Map<string, Place[]>();

  constructor(side: number) {
    this.#side = side;
  }

  add(place: Place): void {
    const key = this.#key(Math.floor(place.x / this.#side), Math.floor(place.y / this.#side));
    const square = this.#squares.get(key);
    if (square === undefined) this.#squares.set(key, [place]);
    else square.push(place);
  }

  /** Sum of the depths by which a place overlaps those known, `except` one. */
  overlap(place: Place, except?: Place): number {
    const column = Math.floor(place.x / this.#side);
    const row = Math.floor(place.y / this.#side);
    let sum = 0;
    for (let y = row - 1; y <= row + 1; y++) {
      for (let x = column - 1; x <= column + 1; x++) {
        const square = this.#squares.get(this.#key(x, y));
        if (square !== undefined) sum += overlapWith(place, square);
      }
    }
    return except === undefined ? sum : sum - overlapWith(place, [except]);
  }

  #key(column: number, row: number): string {
    return `${column},${row}`;
  }
}
