/**
 * @file Seeded splits of a data set: by ratio, stratified by cell class, in k folds, and grouped, so that
 * images of one slide or patient never lie on both sides.
 *
 * Groups are dealt one by one, the largest first, to the split that most lacks their classes (greedy form
 * of Sechidis et al. 2011, iterative stratification). The same seed gives the same split everywhere.
 */
import { createRandom, LeukoscopeError } from '@leukoscope/core';
import type { Dataset, ImageRecord } from '../dataset.ts';

/** How to split. */
export interface SplitOptions {
  /** @default 0 */
  readonly seed?: number;
  /** Give every split the same mix of classes as far as possible. @default true */
  readonly isStratified?: boolean;
  /** What must stay together. @default each image by itself */
  readonly groupBy?: 'slide' | 'patient' | ((image: ImageRecord) => string);
}

/** Give every image a split; ratios are shares and need not sum to 1 (4 : 1 is fine). */
export function splitDataset(
  dataset: Dataset,
  ratios: Readonly<Record<string, number>>,
  options: SplitOptions = {},
): Dataset {
  const names = Object.keys(ratios);
  const sum = names.reduce((total, name) => total + ratios[name]!, 0);
  if (names.length === 0 || !(sum > 0) || names.some((name) => !(ratios[name]! >= 0))) {
    throw new LeukoscopeError(
      'SPLIT_RATIOS',
      `ratios must be at least one share, none negative, not all 0. Received ${JSON.stringify(ratios)}.`,
    );
  }
  const assigned = deal(
    dataset,
    names.map((name) => ratios[name]! / sum),
    options,
  );
  return {
    ...dataset,
    images: dataset.images.map((image, i) => ({ ...image, split: names[assigned[i]!]! })),
  };
}

/** Deal the images into k folds; fold i of the result has i as `val` and the rest as `train`. */
export function foldDataset(
  dataset: Dataset,
  folds: number,
  options: SplitOptions = {},
): Dataset[] {
  if (!Number.isInteger(folds) || folds < 2 || folds > dataset.images.length) {
    throw new LeukoscopeError(
      'SPLIT_FOLDS',
      `folds must be a whole number from 2 to the number of images (${dataset.images.length}). Received ${folds}.`,
    );
  }
  const assigned = deal(dataset, new Array<number>(folds).fill(1 / folds), options);
  return Array.from({ length: folds }, (_, fold) => ({
    ...dataset,
    images: dataset.images.map((image, i) => ({
      ...image,
      split: assigned[i] === fold ? 'val' : 'train',
    })),
  }));
}

/** Group neighbours of one folder in blocks of a size, for sets whose neighbours may be the same cell. */
export function blockGroups(dataset: Dataset, blockSize: number): (image: ImageRecord) => string {
  const positions = new Map<string, number>();
  const groups = new Map<ImageRecord['id'], string>();
  for (const { id, file } of dataset.images) {
    const folder = file.slice(0, Math.max(0, file.lastIndexOf('/')));
    const position = positions.get(folder) ?? 0;
    positions.set(folder, position + 1);
    groups.set(id, `${folder}#${Math.floor(position / blockSize)}`);
  }
  return ({ id }) => groups.get(id)!;
}

interface Group {
  readonly images: number[];
  /** Annotations per class; the last entry counts the images. */
  readonly counts: Float64Array;
}

/** Return the split of each image. */
function deal(dataset: Dataset, shares: readonly number[], options: SplitOptions): number[] {
  const { seed = 0, isStratified = true, groupBy } = options;
  const groups = createRandom(seed).shuffle(groupsOf(dataset, groupBy));
  const total = sumCounts(groups, dataset.classes.length + 1);
  // Large groups first: a small one can still mend the balance that a large one upsets.
  // Rare ones next, while every split still has room for its share of them.
  groups.sort((a, b) => {
    const bySize = b.images.length - a.images.length;
    return bySize !== 0 || !isStratified ? bySize : rarity(b, total) - rarity(a, total);
  });
  const lacking = shares.map((share) => total.map((count) => count * share));
  const assigned = new Array<number>(dataset.images.length).fill(0);
  for (const group of groups) {
    let best = -1;
    let bestNeed = Number.NEGATIVE_INFINITY;
    shares.forEach((share, split) => {
      if (share === 0) return;
      const need = needOf(group, lacking[split]!, total, isStratified) / share;
      if (need > bestNeed + 1e-12) [best, bestNeed] = [split, need];
    });
    for (const image of group.images) assigned[image] = best;
    group.counts.forEach((count, i) => {
      lacking[best]![i]! -= count;
    });
  }
  return assigned;
}

/** How much a split lacks what a group holds, each class in shares of its total; images break ties. */
function needOf(
  group: Group,
  lacking: Float64Array,
  total: Float64Array,
  isStratified: boolean,
): number {
  const last = total.length - 1;
  let need = lacking[last]! / total[last]!;
  if (!isStratified) return need;
  // Rare classes weigh more: they are the ones a split can miss.
  for (let i = 0; i < last; i++) {
    if (group.counts[i]! > 0)
      need += (lacking[i]! / total[i]!) * (group.counts[i]! / total[i]!) * total[last]!;
  }
  return need;
}

function rarity(group: Group, total: Float64Array): number {
  let most = 0;
  for (let i = 0; i < total.length - 1; i++)
    if (group.counts[i]! > 0) most = Math.max(most, 1 / total[i]!);
  return most;
}

function groupsOf(dataset: Dataset, groupBy: SplitOptions['groupBy']): Group[] {
  const groups = new Map<string, Group>();
  dataset.images.forEach((image, i) => {
    const key =
      groupBy === undefined
        ? String(i)
        : typeof groupBy === 'function'
          ? groupBy(image)
          : image[groupBy];
    if (key === undefined) {
      throw new LeukoscopeError(
        'SPLIT_GROUP',
        `every image must have a ${groupBy} to be grouped by it. Received none for ${image.file}. Group by something else.`,
      );
    }
    const group = groups.get(key) ?? {
      images: [],
      counts: new Float64Array(dataset.classes.length + 1),
    };
    groups.set(key, group);
    group.images.push(i);
    group.counts[dataset.classes.length]!++;
    for (const { classIndex } of image.annotations)
      if (classIndex !== undefined) group.counts[classIndex]!++;
  });
  return [...groups.values()];
}

function sumCounts(groups: readonly Group[], length: number): Float64Array {
  const total = new Float64Array(length);
  for (const { counts } of groups)
    counts.forEach((count, i) => {
      total[i]! += count;
    });
  return total;
}
