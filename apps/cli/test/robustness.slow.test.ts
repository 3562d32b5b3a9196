import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli, temporaryFolder } from './run-cli.ts';

interface Graded {
  readonly factor: string;
  readonly grade: number;
  readonly images: number;
  readonly right: { readonly of: number };
}

const folder = temporaryFolder();
afterAll(() => folder.remove());
const set = folder.at('fields');

beforeAll(async () => {
  await runCli(['dataset', 'synthesise', '--out', set, '--count', '2', '--size', '400x300']);
});

const robustness = (out: string, ...more: string[]) =>
  runCli(['experiment', 'robustness', 'watershed', set, '--out', folder.at(out), ...more]);

test('each factor in five grades beside the clean pictures, and the questions of the paper', async () => {
  const { code, out } = await robustness('r', '--factor', 'ph-high,debris', '--json');
  expect(code).toBe(0);
  const { clean, factors, questions } = JSON.parse(out);
  expect(clean.images).toBe(2);
  expect(clean.right.count).toBeGreaterThan(0);
  expect(factors.map(({ factor, grade }: Graded) => `${factor} ${grade}`)).toEqual(
    ['ph-high', 'debris'].flatMap((factor) => [1, 2, 3, 4, 5].map((grade) => `${factor} ${grade}`)),
  );
  expect(factors.every(({ images }: Graded) => images === 2)).toBe(true);
  const [stained, debris] = questions;
  expect(questions.map(({ key }: { key: string }) => key)).toEqual(['overly-stained', 'debris']);
  expect(stained.of).toBe(5 * clean.right.of);
  expect(debris.of).toBe(5 * 2);
  expect(stained.limits.low).toBeLessThanOrEqual(stained.share);
  const rows = readFileSync(folder.at('r/robustness.csv'), 'utf8').trim().split(/\r?\n/);
  expect(rows).toHaveLength(1 + 1 + 10);
  // The same seed gives the same pictures, another one others.
  const read = (name: string) =>
    JSON.parse(readFileSync(folder.at(name, 'robustness.json'), 'utf8'));
  await robustness('again', '--factor', 'debris');
  expect(read('again').factors).toEqual(read('r').factors.slice(5));
});
