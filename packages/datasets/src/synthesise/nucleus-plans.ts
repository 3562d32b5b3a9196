/**
 * @file The nucleus of each kind of cell, drawn at random within what is normal for it.
 *
 * Every plan takes the cell's mean radius (micrometres) and returns a shape around the cell's centre.
 */
import type { Random } from '@leukoscope/core';
import { type Capsule, chain, type Disc, lobe, type NucleusShape } from './nucleus-shape.ts';

/** Draws the nucleus of one cell. */
export type NucleusPlan = (radius: number, random: Random) => NucleusShape;

/** Three to five lobes (rarely two) on an arc or a zigzag, joined by thin filaments. */
export const segmentedNucleus: NucleusPlan = (radius, random) => {
  const count = random.pick([2, 3, 3, 3, 3, 3, 4, 4, 4, 4, 5]);
  const size = radius * [0, 0, 0.37, 0.33, 0.29, 0.26][count]!;
  const arc = count === 2 || random.chance(0.7);
  const start = random.uniform(0, 2 * Math.PI);
  const sweep =
    ((random.uniform(count > 4 ? 62 : 72, count > 3 ? 80 : 96) * Math.PI) / 180) *
    (count === 2 ? 1.9 : 1);
  const along = random.uniform(0, Math.PI);
  const step = radius * random.uniform(0.47, 0.58);
  const side = random.chance(0.5) ? 1 : -1;
  const discs = Array.from({ length: count }, (_, i): Disc => {
    const r = size * random.uniform(0.86, 1.18);
    if (arc) {
      const angle = start + sweep * i + random.uniform(-0.15, 0.15);
      const reach = radius * (count === 2 ? 0.42 : random.uniform(0.46, 0.57));
      return { x: reach * Math.cos(angle), y: reach * Math.sin(angle), r };
    }
    const u = Math.min(1, 1.15 / (count - 1)) * step * 1.1 * (i - (count - 1) / 2) * 1.35;
    const v = radius * random.uniform(0.2, 0.36) * (i % 2 === 0 ? side : -side);
    return {
      x: u * Math.cos(along) - v * Math.sin(along),
      y: u * Math.sin(along) + v * Math.cos(along),
      r,
    };
  });
  const lobes = discs.map((disc, i) => {
    const next = discs[i + 1] ?? discs[i - 1]!;
    const direction = Math.atan2(next.y - disc.y, next.x - disc.x) + random.uniform(-0.9, 0.9);
    return lobe(disc.x, disc.y, disc.r * 0.86, disc.r * random.uniform(0.3, 1.0), direction);
  });
  const filaments = chain(discs.map((disc) => ({ ...disc, r: random.uniform(0.2, 0.42) })));
  return centred(
    { parts: [...lobes, ...filaments], bites: [], blend: 0.55, wobble: 0.3, wobbleWidth: 1.1 },
    radius,
    0.1,
    random,
  );
};

/** A sausage bent to a C, U or S, its ends no thinner than its middle. */
export const bandNucleus: NucleusPlan = (radius, random) => {
  const thickness = radius * random.uniform(0.225, 0.275);
  const isS = random.chance(0.22);
  const sweep = isS ? random.uniform(2.2, 2.8) : random.uniform(3.1, 4.3);
  const bend = radius * random.uniform(0.43, 0.52);
  const count = 9;
  const turn = random.uniform(0, 2 * Math.PI);
  const discs: Disc[] = [];
  for (let i = 0; i < count; i++) {
    const t = i / (count - 1);
    const swell = 1 + 0.16 * Math.cos(2 * Math.PI * t) + random.uniform(-0.05, 0.05);
    let x: number;
    let y: number;
    if (isS) {
      x = bend * 2.3 * (t - 0.5);
      y = bend * 0.62 * Math.sin(2 * Math.PI * t);
    } else {
      const angle = sweep * (t - 0.5);
      x = bend * Math.cos(angle) - bend * 0.25;
      y = bend * 1.05 * Math.sin(angle);
    }
    discs.push({
      x: x * Math.cos(turn) - y * Math.sin(turn),
      y: x * Math.sin(turn) + y * Math.cos(turn),
      r: thickness * swell,
    });
  }
  return centred(
    { parts: chain(discs), bites: [], blend: 0.25, wobble: 0.3, wobbleWidth: 1.6 },
    radius,
    0.1,
    random,
  );
};

/** A bean, indented by less than half of its width, to one side of the cell. */
export const kidneyNucleus: NucleusPlan = (radius, random) => {
  const thickness = radius * random.uniform(0.39, 0.45);
  const sweep = random.uniform(1.5, 2.05);
  const bend = radius * random.uniform(0.4, 0.46);
  const turn = random.uniform(0, 2 * Math.PI);
  const discs = Array.from({ length: 6 }, (_, i): Disc => {
    const angle = turn + sweep * (i / 5 - 0.5);
    return { x: bend * Math.cos(angle), y: bend * Math.sin(angle), r: thickness };
  });
  const bite: Disc = {
    x: -radius * 0.42 * Math.cos(turn),
    y: -radius * 0.42 * Math.sin(turn),
    r: radius * random.uniform(0.36, 0.46),
  };
  return { parts: chain(discs), bites: [bite], blend: 0.3, wobble: 0.3, wobbleWidth: 2 };
};

/** Make a plan for round to oval nuclei. */
export function roundNucleus(plan: {
  /** Nuclear radius over cell radius. */
  readonly share: readonly [number, number];
  /** Distance from the cell's centre, as a share of the free way. */
  readonly offset: readonly [number, number];
  readonly oval?: readonly [number, number];
  /** Depth of a shallow dent as a share of the nuclear radius. */
  readonly dent?: readonly [number, number];
  readonly wobble?: number;
}): NucleusPlan {
  const { oval = [1, 1.15], dent = [0, 0], wobble = 0.3 } = plan;
  return (radius, random) => {
    const r = radius * random.uniform(...plan.share);
    const ratio = Math.sqrt(random.uniform(...oval));
    const short = r / ratio;
    const length = 2 * (r * ratio - short);
    const direction = random.uniform(0, 2 * Math.PI);
    const way = Math.max(0, radius - r * ratio) * random.uniform(...plan.offset);
    const x = way * Math.cos(direction);
    const y = way * Math.sin(direction);
    const depth = random.uniform(...dent) * r;
    const inward = direction + Math.PI + random.uniform(-0.7, 0.7);
    const biteRadius = r * 0.7;
    const reach = short + biteRadius - depth;
    const bites =
      depth > 0.05
        ? [{ x: x + reach * Math.cos(inward), y: y + reach * Math.sin(inward), r: biteRadius }]
        : [];
    const axis = direction + Math.PI / 2 + random.uniform(-0.6, 0.6);
    return {
      parts: [lobe(x, y, short, length, axis)],
      bites,
      blend: 0.3,
      wobble,
      wobbleWidth: 2.2,
    };
  };
}

/** Folded, horseshoe or lobulated, broad everywhere. */
export const foldedNucleus: NucleusPlan = (radius, random) => {
  const form = random.pick(['horseshoe', 'lobulated', 'lobulated', 'indented', 'indented']);
  const turn = random.uniform(0, 2 * Math.PI);
  if (form === 'horseshoe') {
    const thickness = radius * random.uniform(0.29, 0.35);
    const sweep = random.uniform(2.6, 3.6);
    const bend = radius * random.uniform(0.4, 0.47);
    const discs = Array.from({ length: 7 }, (_, i): Disc => {
      const angle = turn + sweep * (i / 6 - 0.5);
      return {
        x: bend * Math.cos(angle),
        y: bend * Math.sin(angle),
        r: thickness * random.uniform(0.9, 1.15),
      };
    });
    return centred(
      { parts: chain(discs), bites: [], blend: 0.5, wobble: 0.55, wobbleWidth: 1.9 },
      radius,
      0.12,
      random,
    );
  }
  const lobes: Capsule[] = [];
  const count = form === 'lobulated' ? random.integer(3, 5) : 2;
  for (let i = 0; i < count; i++) {
    const angle = turn + (2 * Math.PI * i) / count + random.uniform(-0.3, 0.3);
    const reach = radius * random.uniform(0.22, 0.33);
    const r = radius * random.uniform(0.34, 0.43);
    lobes.push(lobe(reach * Math.cos(angle), reach * Math.sin(angle), r, radius * 0.15, angle));
  }
  const notch = turn + random.uniform(-0.4, 0.4) + (form === 'indented' ? Math.PI / 2 : 0);
  const biteRadius = radius * random.uniform(0.26, 0.38);
  const reach = radius * random.uniform(0.64, 0.78);
  const bites = [{ x: reach * Math.cos(notch), y: reach * Math.sin(notch), r: biteRadius }];
  return centred(
    { parts: lobes, bites, blend: 0.9, wobble: 0.6, wobbleWidth: 1.8 },
    radius,
    0.15,
    random,
  );
};

/** Two plump lobes (rarely three) opposite each other, joined by a short thick filament. */
export const bilobedNucleus: NucleusPlan = (radius, random) => {
  const count = random.chance(0.82) ? 2 : 3;
  const turn = random.uniform(0, 2 * Math.PI);
  const gap = count === 2 ? random.uniform(1.9, 2.7) : random.uniform(1.35, 1.6);
  const reach = radius * random.uniform(0.46, 0.52);
  const discs = Array.from({ length: count }, (_, i): Disc => {
    const angle = turn + gap * (i - (count - 1) / 2);
    return {
      x: reach * Math.cos(angle),
      y: reach * Math.sin(angle),
      r: radius * (count === 2 ? random.uniform(0.31, 0.37) : random.uniform(0.26, 0.31)),
    };
  });
  const lobes = discs.map((disc) => {
    const tangent = Math.atan2(disc.y, disc.x) + Math.PI / 2 + random.uniform(-0.35, 0.35);
    return lobe(disc.x, disc.y, disc.r * 0.9, disc.r * random.uniform(0.35, 0.9), tangent);
  });
  const middle: Disc = {
    x: 0.52 * reach * Math.cos(turn),
    y: 0.52 * reach * Math.sin(turn),
    r: 0.3,
  };
  const path: Disc[] = [];
  discs.forEach((disc, i) => {
    path.push({ ...disc, r: random.uniform(0.35, 0.6) });
    if (i + 1 < count && count === 2) path.push({ ...middle, r: random.uniform(0.3, 0.5) });
  });
  return {
    parts: [...lobes, ...chain(path)],
    bites: [],
    blend: 0.5,
    wobble: 0.3,
    wobbleWidth: 1.4,
  };
};

/** Broad, poorly parted lobes that granules hide. */
export const obscuredNucleus: NucleusPlan = (radius, random) => {
  const turn = random.uniform(0, 2 * Math.PI);
  const count = random.integer(2, 4);
  const lobes = Array.from({ length: count }, (_, i) => {
    const angle = turn + (2 * Math.PI * i) / count + random.uniform(-0.4, 0.4);
    const reach = radius * random.uniform(0.28, 0.4);
    return lobe(
      reach * Math.cos(angle),
      reach * Math.sin(angle),
      radius * random.uniform(0.31, 0.4),
      radius * 0.2,
      angle + 1.5,
    );
  });
  return { parts: lobes, bites: [], blend: 0.7, wobble: 0.4, wobbleWidth: 1.6 };
};

/** Move the parts so that their mean lies near the cell's centre, `stray` radii away at most. */
function centred(shape: NucleusShape, radius: number, stray: number, random: Random): NucleusShape {
  const angle = random.uniform(0, 2 * Math.PI);
  const away = radius * stray * random.next();
  let sumX = 0;
  let sumY = 0;
  let weight = 0;
  for (const part of shape.parts) {
    const w = part.r1 + part.r2;
    sumX += (w * (part.x1 + part.x2)) / 2;
    sumY += (w * (part.y1 + part.y2)) / 2;
    weight += w;
  }
  const dx = away * Math.cos(angle) - sumX / weight;
  const dy = away * Math.sin(angle) - sumY / weight;
  return {
    ...shape,
    parts: shape.parts.map((p) => ({
      ...p,
      x1: p.x1 + dx,
      y1: p.y1 + dy,
      x2: p.x2 + dx,
      y2: p.y2 + dy,
    })),
    bites: shape.bites.map((b) => ({ ...b, x: b.x + dx, y: b.y + dy })),
  };
}
