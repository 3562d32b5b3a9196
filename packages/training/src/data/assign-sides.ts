/**
 * @file Says of every picture whether it trains, chooses the weights or tests them. Groups that a rule keeps
 * together, and pictures that show the same, are dealt as one; where the source itself put copies on several
 * sides, only those stay that lie on the one farthest from training.
 */
import { hash32 } from '@leukoscope/core';
import {
  blockGroups,
  type Dataset,
  foldDataset,
  type ImageRecord,
  splitDataset,
} from '@leukoscope/datasets';
import type { SplitRule } from '../recipe/recipe.ts';
import { dataFault, type OpenedSet, splitsOf } from './opened-set.ts';

/** What a picture is for. */
export type Side = 'train' | 'validation' | 'test' | 'left-out';

/** For every picture of a set, in order, the number of the group of pictures that show the same. */
export type CopyGroups = readonly (readonly number[])[];

/** Sides by set and picture, and how many copies were left out. */
export interface AssignedSides {
  readonly sides: readonly (readonly Side[])[];
  readonly copiesLeftOut: number;
}

/** Assign every picture of every set. */
export function assignSides(
  sets: readonly (OpenedSet & { readonly rule: SplitRule })[],
  copies: CopyGroups,
): AssignedSides {
  const sides = sets.map(({ dataset, rule }, s) => sidesOf(dataset, rule, copies[s]!));
  const groupsOn = (wanted: Side) =>
    new Set(
      sides.flatMap((ofSet, s) =>
        ofSet.flatMap((side, i) => (side === wanted ? [copies[s]![i]!] : [])),
      ),
    );
  const [tested, measured] = [groupsOn('test'), groupsOn('validation')];
  let copiesLeftOut = 0;
  const apart = sides.map((ofSet, s) =>
    ofSet.map((side, i): Side => {
      const copy = copies[s]![i]!;
      const isFarther =
        side === 'train' ? tested.has(copy) || measured.has(copy) : tested.has(copy);
      if (side === 'test' || side === 'left-out' || !isFarther) return side;
      copiesLeftOut++;
      return 'left-out';
    }),
  );
  return { sides: apart, copiesLeftOut };
}

function sidesOf(dataset: Dataset, rule: SplitRule, copies: readonly number[]): Side[] {
  if (rule.by === 'none') return dataset.images.map(() => 'train');
  if (rule.by === 'sets') return sidesOfSource(dataset, rule);
  if (rule.by === 'names') {
    const patterns = [
      ['test', rule.test],
      ['validation', rule.validation],
      ['left-out', rule.leftOut],
    ] as const;
    const sides = patterns.flatMap(([side, text]) =>
      text === undefined ? [] : [{ side, pattern: new RegExp(text) }],
    );
    return dataset.images.map(
      ({ file }) => sides.find(({ pattern }) => pattern.test(file))?.side ?? 'train',
    );
  }
  const groupOf = joinedGroups(dataset, rule, copies);
  if (rule.by === 'hash') {
    return dataset.images.map((image) => {
      const place = hash32(groupOf(image)) / 2 ** 32;
      if (place < rule.validation) return 'validation';
      // From the other end: a test share that is added later takes no picture from validation.
      return place >= 1 - rule.test ? 'test' : 'train';
    });
  }
  if (rule.by === 'folds') {
    const folds = foldDataset(dataset, rule.folds, { seed: rule.seed, groupBy: groupOf });
    const isOf = (fold: number, i: number) =>
      folds[(fold - 1) % rule.folds]!.images[i]!.split === 'val';
    return dataset.images.map((_, i) => {
      if (isOf(rule.fold, i)) return rule.tests ? 'test' : 'validation';
      return rule.tests && isOf(rule.fold + 1, i) ? 'validation' : 'train';
    });
  }
  const { validation, test } = rule;
  const ratios = { train: 1 - validation - test, validation, ...(test > 0 ? { test } : {}) };
  const divided = splitDataset(dataset, ratios, { seed: rule.seed, groupBy: groupOf });
  return divided.images.map(({ split }) =>
    split === 'validation' || split === 'test' ? split : 'train',
  );
}

function sidesOfSource(dataset: Dataset, rule: SplitRule & { by: 'sets' }): Side[] {
  const known = splitsOf(dataset);
  const missing = [...rule.train, ...rule.validation, ...rule.test].find(
    (name) => !known.includes(name),
  );
  if (missing !== undefined) {
    throw dataFault(
      `splits of data set ${dataset.name} must be among ${known.join(', ') || 'none'}`,
      JSON.stringify(missing),
    );
  }
  const sides = ['test', 'validation', 'train'] as const;
  return dataset.images.map(
    ({ split = '' }) => sides.find((side) => rule[side].includes(split)) ?? 'left-out',
  );
}

/** Name the group of a picture: what the rule keeps together, joined with copies (union-find). */
function joinedGroups(
  dataset: Dataset,
  rule: SplitRule,
  copies: readonly number[],
): (image: ImageRecord) => string {
  const byRule = ruleGroups(dataset, rule);
  const parent = dataset.images.map((_, i) => i);
  const rootOf = (i: number): number => {
    while (parent[i] !== i) {
      parent[i] = parent[parent[i]!]!;
      i = parent[i]!;
    }
    return i;
  };
  const first = new Map<string, number>();
  dataset.images.forEach((image, i) => {
    for (const key of [`rule ${byRule(image)}`, `copy ${copies[i]}`]) {
      const other = first.get(key);
      if (other === undefined) first.set(key, i);
      // The smaller position leads, so that a group's name does not depend on the order of joining.
      else {
        const [a, b] = [rootOf(i), rootOf(other)];
        parent[Math.max(a, b)] = Math.min(a, b);
      }
    }
  });
  const names = new Map(
    dataset.images.map((image, i) => [image.id, dataset.images[rootOf(i)]!.file] as const),
  );
  return ({ id }) => names.get(id)!;
}

function ruleGroups(dataset: Dataset, rule: SplitRule): (image: ImageRecord) => string {
  const together = rule.by === 'folds' ? rule.together : rule.by;
  if (together === 'block' && (rule.by === 'block' || rule.by === 'folds'))
    return blockGroups(dataset, rule.size);
  if (together !== 'slide' && together !== 'patient') return ({ file }) => file;
  return (image) => {
    const key = image[together];
    if (key !== undefined) return key;
    throw dataFault(
      `every picture of data set ${dataset.name} must have a ${together} to be split by it`,
      `none for ${image.file}`,
      'Split by ratio or block instead.',
    );
  };
}
