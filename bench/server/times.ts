/** @file Collects how long requests took, by kind, and prints them as a table. */

/** How long requests took. */
export interface Times {
  add(kind: string, ms: number): void;
  clear(): void;
  p95(kind: string): number;
  table(): string;
}

/** Start collecting. */
export function createTimes(): Times {
  const kinds = new Map<string, number[]>();
  let startedAt = performance.now();
  const sorted = (kind: string) => (kinds.get(kind) ?? []).toSorted((a, b) => a - b);
  return {
    add: (kind, ms) => {
      const list = kinds.get(kind) ?? [];
      list.push(ms);
      kinds.set(kind, list);
    },
    clear: () => {
      kinds.clear();
      startedAt = performance.now();
    },
    p95: (kind) => quantile(sorted(kind), 0.95),
    table: () => {
      const seconds = (performance.now() - startedAt) / 1000;
      const rows = [...kinds.keys()].sort().map((kind) => {
        const list = sorted(kind);
        const figures = [0.5, 0.95, 0.99, 1].map((q) => quantile(list, q).toFixed(1));
        return `| ${kind} | ${list.length} | ${(list.length / seconds).toFixed(1)} | ${figures.join(' | ')} |`;
      });
      const head = '| what | number | a second | p50, ms | p95, ms | p99, ms | longest, ms |';
      return [head, '|---|---|---|---|---|---|---|', ...rows].join('\n');
    },
  };
}

/** The smallest value that at least a share `q` of all do not exceed. */
function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}
