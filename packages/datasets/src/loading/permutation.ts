/**
 * @file A shuffled order of 0..length-1 that needs no memory: any position can be asked at any time.
 *
 * A Feistel network over the next even number of bits is a permutation; numbers beyond the length are
 * sent through again until they fall inside (cycle walking, Black and Rogaway 2002). A list of 100,000
 * shuffled numbers would be small too, but it would have to be replayed to resume.
 */
import { hash32, LeukoscopeError } from '@leukoscope/core';

/** Maps a position to an index; each index appears exactly once. */
export type Permutation = (position: number) => number;

/** Make the shuffled order that belongs to a seed. */
export function createPermutation(length: number, seed: number | string): Permutation {
  if (!Number.isInteger(length) || length < 1 || length > 2 ** 30) {
    throw new LeukoscopeError(
      'LOADER_LENGTH',
      `length must be an integer from 1 to 2^30. Received ${length}.`,
    );
  }
  const halfBits = Math.max(1, Math.ceil(Math.ceil(Math.log2(Math.max(2, length))) / 2));
  const mask = 2 ** halfBits - 1;
  const keys = Array.from({ length: rounds }, (_, round) => hash32(`${seed} round ${round}`));
  const scramble = (value: number): number => {
    let left = value >>> halfBits;
    let right = value & mask;
    for (const key of keys) {
      const mixed = Math.imul(right ^ key, 0x9e3779b1);
      const next = left ^ ((mixed ^ (mixed >>> 15)) & mask);
      left = right;
      right = next;
    }
    return ((left << halfBits) | right) >>> 0;
  };
  return (position) => {
    let value = scramble(position);
    while (value >= length) value = scramble(value);
    return value;
  };
}

/** Four rounds make a pseudo-random permutation (Luby and Rackoff 1988); six for a weak round function. */
const rounds = 6;
