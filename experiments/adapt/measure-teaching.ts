/**
 * @file Which cells to name first: Raabin's cells of half of its slides in four orders, the first N named, types right on
 * the other slides. What each order needs to reach what "least certain first" reaches.
 * `node --conditions=@leukoscope/source experiments/adapt/measure-teaching.ts CELLS_FOLDER OUT_FILE`
 */
import { writeFileSync } from 'node:fs';
import { teachingOrder } from '@leukoscope/analysis/teaching';
import { mean } from '@leukoscope/metrics';
import { meanOfViews } from '@leukoscope/models';
import { fitSite } from '@leukoscope/training';
import { featuresOf, type GatheredCell, readCells } from './gathered-cells.ts';
import { drawSides, parent, randomOf, runtime, shareRight, stored } from './measured-labs.ts';

const [folder, out] = process.argv.slice(2);
if (folder === undefined || out === undefined) {
  console.error('usage: measure-teaching.ts CELLS_FOLDER OUT_FILE');
  process.exit(2);
}
const cells = readCells(folder, 'raabin');
const counts = [20, 40, 80, 160];
const draws = 4;

const orders: Readonly<
  Record<string, (pool: readonly GatheredCell[], draw: number) => GatheredCell[]>
> = {
  'by chance': (pool, draw) => randomOf('raabin', draw).fork('chance').shuffle(pool),
  'least certain first': (pool) => {
    const certainty = ({ probabilities }: GatheredCell) => Math.max(...probabilities);
    return pool.toSorted((a, b) => certainty(a) - certainty(b));
  },
  'would teach most, by answers': (pool) => teachingOrder(pool).map((n) => pool[n]!),
  'would teach most, by features': (pool) =>
    teachingOrder(
      pool.map(({ probabilities, views }) => ({ probabilities, features: meanOfViews(views) })),
    ).map((n) => pool[n]!),
};

const rows: { order: string; named: number; right: number; draws: number[] }[] = [];
for (const [name, order] of Object.entries(orders)) {
  const ordered = Array.from({ length: draws }, (_, draw) => {
    const { pool, test } = drawSides(cells, randomOf('raabin', draw).fork('sides'));
    // As the cells of a case lie: by file.
    const lying = pool.toSorted((a, b) => (a.file < b.file ? -1 : 1));
    return { named: order(lying, draw), test };
  });
  for (const count of counts) {
    const each: number[] = [];
    for (const { named, test } of ordered) {
      const cellsOf = featuresOf(named.slice(0, count));
      each.push(shareRight(test, await fitSite(parent, cellsOf, stored.memory, { runtime })));
    }
    rows.push({ order: name, named: count, right: mean(each), draws: each });
    console.log(
      `| ${name} | ${count} | ${mean(each).toFixed(3)} | ${each.map((x) => x.toFixed(3)).join(' ')} |`,
    );
  }
}
await runtime.close();
const needed = Object.keys(orders).map((name) => ({
  order: name,
  // By straight lines between what was measured; null: not reached with the most that were named.
  needed: counts.map((count) => needs(name, rightOf('least certain first', count))),
}));
for (const row of needed) console.log(JSON.stringify(row));
writeFileSync(out, `${JSON.stringify({ seed: 16, draws, counts, rows, needed }, null, 2)}\n`);

function rightOf(order: string, named: number): number {
  return rows.find((row) => row.order === order && row.named === named)!.right;
}

function needs(order: string, right: number): number | null {
  const own = rows.filter((row) => row.order === order);
  const next = own.findIndex((row) => row.right >= right);
  if (next < 0) return null;
  if (next === 0) return own[0]!.named;
  const [a, b] = [own[next - 1]!, own[next]!];
  return Math.round(a.named + ((b.named - a.named) * (right - a.right)) / (b.right - a.right));
}
