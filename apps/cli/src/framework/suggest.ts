/** @file The nearest of several words to a misspelt one. */

/** Return the nearest word, when it is near enough to be meant. */
export function suggest(word: string, words: readonly string[]): string | undefined {
  let best: string | undefined;
  // Beyond two letters, or a third of them, a suggestion is a guess.
  let bestDistance = (word.length <= 3 ? 1 : Math.max(2, Math.floor(word.length / 3))) + 0.5;
  for (const candidate of words) {
    const isStart = word.length >= 3 && candidate.startsWith(word);
    const distance = isStart ? 0.5 : editDistance(word, candidate);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Count the insertions, deletions, substitutions and swaps of neighbours between two words. */
export function editDistance(a: string, b: string): number {
  // Optimal string alignment: d[i][j] of the first i letters of a and the first j of b.
  const d = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
  );
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const substituted = d[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let distance = Math.min(d[i - 1]![j]! + 1, d[i]![j - 1]! + 1, substituted);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        distance = Math.min(distance, d[i - 2]![j - 2]! + 1);
      }
      d[i]![j] = distance;
    }
  }
  return d[a.length]![b.length]!;
}
