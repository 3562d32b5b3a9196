import { expect, test } from 'vitest';
import { createFairLine } from './fair-line.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));

test('people take turns, one thing at a time each, and a fault of one holds nobody up', async () => {
  const line = createFairLine({ what: 'exports', atOnce: 2, mostOfOne: 9 });
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const take = (name: string) =>
    line.take(name[0]!, () => {
      begun.push(name);
      return new Promise<void>((resolve, reject) => {
        ends.push(name === 'a1' ? () => reject(new Error('a1 broke')) : resolve);
      });
    });
  const all = Promise.allSettled(['a1', 'a2', 'a3', 'b1', 'c1'].map(take));
  expect(begun).toEqual(['a1', 'b1']);
  ends[0]!();
  await settle();
  // The second of a person comes after the first of everybody else, who came in between.
  expect(begun).toEqual(['a1', 'b1', 'a2']);
  ends[1]!();
  await settle();
  expect(begun).toEqual(['a1', 'b1', 'a2', 'c1']);
  for (const i of [2, 3]) ends[i]!();
  await settle();
  ends[4]!();
  expect((await all).map(({ status }) => status)).toEqual([
    'rejected',
    ...Array.from({ length: 4 }, () => 'fulfilled'),
  ]);
});

test('who has too many on their way is told so, and not the others', () => {
  const line = createFairLine({ what: 'exports', atOnce: 1, mostOfOne: 2 });
  const leave = line.enter('a');
  line.enter('a');
  expect(() => line.enter('a')).toThrow(/^exports of one person must be at most 2 at a time/);
  line.enter('b');
  leave();
  leave();
  line.enter('a');
  expect(() => line.enter('a')).toThrow('at most 2');
});
