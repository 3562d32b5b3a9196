/** @file Which cells a round asks: of each type alike often, as far as there are any, in a random order. */
import type { Random } from '@leukoscope/core';

/** Choose `count` of them: one of each type in turn, the types and their cells in random order. */
export function chooseByTurns<T extends { readonly bin: string }>(
  cells: readonly T[],
  count: number,
  random: Random,
): T[] {
  const byType = new Map<string, T[]>();
  for (const cell of random.shuffle([...cells])) {
    byType.set(cell.bin, [...(byType.get(cell.bin) ?? []), cell]);
  }
  const queues = random.shuffle([...byType.values()]);
  const chosen: T[] = [];
  for (let turn = 0; chosen.length < count; turn++) {
    const left = queues.flatMap((queue) => queue.slice(turn, turn + 1));
    if (left.length === 0) break;
    chosen.push(...left.slice(0, count - chosen.length));
  }
  // Turn by turn one would know that each type comes once.
  return random.shuffle(chosen);
}
