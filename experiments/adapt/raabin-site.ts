/** @file A laboratory with Raabin's cells: which of its slides teach, and which measure. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createRandom, taxonomies } from '@leukoscope/core';

/** A picture of one cell. */
export interface SitePicture {
  /** Below the folder of the set: `Type/name.jpg`. */
  readonly file: string;
  readonly type: (typeof taxonomies.five.classes)[number];
  readonly slide: string;
}

/** How many pictures a type of either side. */
export interface SideSizes {
  readonly learnt: number;
  readonly measured: number;
}

/** So many pictures a type of slides to learn from, and of the others; slides are those of labels.csv. */
export function chooseSides(
  root: string,
  seed: number,
  sizes: SideSizes,
): Record<'learnt' | 'measured', SitePicture[]> {
  const rows = readFileSync(path.join(root, 'labels.csv'), 'utf8').trim().split('\n').slice(1);
  const slideOf = new Map(rows.map((row) => [row.split(',')[0]!, row.split(',')[3]!]));
  const random = createRandom(seed);
  const chosen = { learnt: [] as SitePicture[], measured: [] as SitePicture[] };
  const learns = new Map<string, boolean>();
  for (const type of taxonomies.five.classes) {
    const own = [...slideOf.keys()].filter((file) => file.startsWith(`${type}/`));
    // Each type's slides are dealt in turns, so that both sides have it where it has two.
    const slides = random.shuffle([...new Set(own.map((file) => slideOf.get(file)!))]);
    slides
      .filter((slide) => !learns.has(slide))
      .forEach((slide, i) => {
        learns.set(slide, i % 2 === 0);
      });
    // Slides in turns, as a reviewer who takes some cells of every case.
    const bySlide = Map.groupBy(random.shuffle(own), (file) => slideOf.get(file)!);
    const files = [...own.keys()].flatMap((turn) =>
      [...bySlide.values()].flatMap((some) => some[turn] ?? []),
    );
    const of = (isLearnt: boolean, count: number) =>
      files
        .filter((file) => learns.get(slideOf.get(file)!) === isLearnt)
        .slice(0, count)
        .map((file) => ({ file, type, slide: slideOf.get(file)! }));
    chosen.learnt.push(...of(true, sizes.learnt));
    chosen.measured.push(...of(false, sizes.measured));
  }
  return chosen;
}
