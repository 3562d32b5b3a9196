/** @file Counts what a format cannot hold. */

/** Start counting; `list` gives one sentence for each kind of loss. */
export function createLossCounter() {
  const counts = new Map<string, number>();
  return {
    count: (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1),
    list: (): string[] => [...counts].map(([what, count]) => `${count} x ${what}`),
  };
}
