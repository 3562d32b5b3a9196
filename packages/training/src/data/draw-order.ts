/**
 * @file Which example stands at a place of the endless row that batches are cut from. A place's example
 * follows from the seed and the place alone, so any step can be resumed directly.
 */
import { createRandom, hash32 } from '@leukoscope/core';
import { createPermutation } from '@leukoscope/datasets';

/** How examples are drawn. */
export interface DrawRules {
  readonly seed: number;
  readonly length: number;
  /** Pools with the share of draws that each gets; undefined: every example once in each pass. */
  readonly pools?: readonly { readonly share: number; readonly members: Int32Array }[] | undefined;
}

/** Make the function from place to example. */
export function drawOrder({ seed, length, pools }: DrawRules): (place: number) => number {
  if (pools === undefined) {
    return (place) =>
      createPermutation(length, `${seed} pass ${Math.floor(place / length)}`)(place % length);
  }
  const total = pools.reduce((sum, { share }) => sum + share, 0);
  return (place) => {
    const random = createRandom(hash32(`${seed} draw ${place}`));
    let left = random.next() * total;
    for (const { share, members } of pools) {
      left -= share;
      if (left < 0) return members[random.integer(0, members.length)]!;
    }
    return pools.at(-1)!.members[0]!;
  };
}

/** What pools are made of. */
export interface PoolRules {
  readonly sets: readonly { readonly name: string; readonly from: number; readonly to: number }[];
  readonly classIndexes: Int32Array;
  /** By name of data set. */
  readonly shares: ReadonlyMap<string, number>;
  /** Draw every type of a set equally often. */
  readonly byType: boolean;
}

/** Pools of a recipe's shares and types; undefined where every example is drawn equally often. */
export function poolsOf({ sets, classIndexes, shares, byType }: PoolRules): DrawRules['pools'] {
  if (shares.size === 0 && !byType) return undefined;
  return sets.flatMap(({ name, from, to }) => {
    const share = shares.get(name) ?? to - from;
    const groups = new Map<number, number[]>();
    for (let i = from; i < to; i++) {
      const key = byType ? classIndexes[i]! : 0;
      const members = groups.get(key);
      if (members === undefined) groups.set(key, [i]);
      else members.push(i);
    }
    return [...groups.values()].map((members) => ({
      share: share / groups.size,
      members: Int32Array.from(members),
    }));
  });
}
