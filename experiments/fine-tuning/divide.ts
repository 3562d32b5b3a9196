/**
 * @file Divides Raabin's cells by slide into two data sets of their own: about half of the slides of each type teach, the
 * others test, so that adaptation and fine-tuning are measured on the same cells.
 *
 * `node --conditions=@leukoscope/source experiments/fine-tuning/divide.ts RAABIN OUT [--seed 16]` writes OUT/teaches and OUT/tests.
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createRandom } from '@leukoscope/core';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string', default: '16' } },
});
const [root, out] = positionals;
if (root === undefined || out === undefined) {
  console.error('usage: divide.ts RAABIN OUT [--seed N]');
  process.exit(2);
}
const [head = '', ...lines] = readFileSync(path.join(root, 'labels.csv'), 'utf8')
  .trim()
  .split('\n');
const cells = lines.map((line) => {
  const [file = '', type = '', , slide = ''] = line.split(',');
  return { line, file, type, slide };
});
const random = createRandom(Number(values.seed));
const tests = new Set<string>();
// Types of the fewest slides first: one slide of two is what a type needs on either side.
const byType = [...Map.groupBy(cells, ({ type }) => type).values()].sort(
  (a, b) => slidesOf(a).length - slidesOf(b).length,
);
const sided = new Set<string>();
for (const own of byType) {
  const open = random.shuffle(slidesOf(own).filter((slide) => !sided.has(slide)));
  open.forEach((slide, n) => {
    sided.add(slide);
    if (n % 2 === 0) tests.add(slide);
  });
}
for (const [side, isTest] of [
  ['teaches', false],
  ['tests', true],
] as const) {
  const own = cells.filter(({ slide }) => tests.has(slide) === isTest);
  for (const { file } of own) {
    mkdirSync(path.dirname(path.join(out, side, file)), { recursive: true });
    copyFileSync(path.join(root, file), path.join(out, side, file));
  }
  writeFileSync(
    path.join(out, side, 'labels.csv'),
    `${[head, ...own.map(({ line }) => line)].join('\n')}\n`,
  );
  const counts = [...Map.groupBy(own, ({ type }) => type)].map(
    ([type, some]) => `${some.length} ${type}`,
  );
  console.log(
    `${side}: ${own.length} cells of ${slidesOf(own).length} slides (${counts.sort().join(', ')})`,
  );
}

function slidesOf(some: readonly { readonly slide: string }[]): string[] {
  return [...new Set(some.map(({ slide }) => slide))].sort();
}
