/**
 * @file Seeded random numbers: the same seed gives the same numbers on every machine.
 *
 * xoshiro128** (Blackman & Vigna 2018), seeded through splitmix32. Streams are split by name with
 * `fork`, so that adding a draw in one place does not shift the draws of another.
 */

/** A source of reproducible random numbers. */
export interface Random {
  /** Draw a float, uniform in [0, 1). */
  next(): number;
  /** Draw a float, uniform in [low, high). */
  uniform(low: number, high: number): number;
  /** Draw an integer, uniform in [low, high). */
  integer(low: number, high: number): number;
  /** Draw from the normal distribution. */
  normal(mean?: number, deviation?: number): number;
  /** Draw true with a probability. */
  chance(probability: number): boolean;
  /** Draw one element. */
  pick<T>(items: readonly T[]): T;
  /** Return a shuffled copy (Fisher-Yates). */
  shuffle<T>(items: readonly T[]): T[];
  /** Make an independent stream that depends on this seed and the name only, not on draws so far. */
  fork(name: string | number): Random;
  /** Return the state, to continue later exactly here. */
  state(): RandomState;
}

/** Everything needed to continue a stream: the seed (for forks) and the four state words. */
export interface RandomState {
  readonly seed: number;
  readonly words: readonly [number, number, number, number];
}

/** Make a random stream from a 32-bit seed. */
export function createRandom(seed: number): Random {
  const seedWord = seed >>> 0;
  let spread = seedWord;
  const nextSpread = () => {
    spread = (spread + 0x9e3779b9) >>> 0;
    return mix32(spread);
  };
  return fromWords(seedWord, [nextSpread(), nextSpread(), nextSpread(), nextSpread()]);
}

/** Continue a stream where `state()` was taken. */
export function restoreRandom(state: RandomState): Random {
  return fromWords(state.seed, state.words);
}

/** Hash text to 32 bits (FNV-1a, then mixed); not for security. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return mix32(hash >>> 0);
}

function fromWords(seed: number, words: RandomState['words']): Random {
  let [a, b, c, d] = words;

  const nextWord = () => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return result;
  };
  // 53 bits, as Math.random gives: 26 high bits and 27 low bits of two words.
  const next = () => ((nextWord() >>> 6) * 134217728 + (nextWord() >>> 5)) / 9007199254740992;
  const integer = (low: number, high: number) => low + Math.floor(next() * (high - low));

  return {
    next,
    uniform: (low, high) => low + (high - low) * next(),
    integer,
    // Box-Muller; 1 - next() is never 0, so the logarithm is finite.
    normal: (mean = 0, deviation = 1) =>
      mean + deviation * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    chance: (probability) => next() < probability,
    pick: (items) => {
      if (items.length === 0)
        throw new RangeError('items must hold at least one element. Received 0.');
      return items[integer(0, items.length)]!;
    },
    shuffle: (items) => {
      const copy = [...items];
      for (let i = copy.length - 1; i > 0; i--) {
        const j = integer(0, i + 1);
        [copy[i], copy[j]] = [copy[j]!, copy[i]!];
      }
      return copy;
    },
    fork: (name) => createRandom(mix32((seed ^ hash32(String(name))) >>> 0)),
    state: () => ({ seed, words: [a >>> 0, b >>> 0, c >>> 0, d >>> 0] }),
  };
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** Finaliser of MurmurHash3: every input bit changes every output bit with probability 1/2. */
function mix32(word: number): number {
  let mixed = word >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
