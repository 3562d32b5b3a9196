import { expect, test } from 'vitest';
import { mergeTexts } from './merge-texts.ts';

const base = 'Left shift.\nNo blasts.\nPlatelets adequate.';

test('joins changes of different lines', () => {
  const mine = base.replace('Left shift', 'Marked left shift');
  const theirs = base.replace('adequate', 'reduced');
  const both = 'Marked left shift.\nNo blasts.\nPlatelets reduced.';
  expect(mergeTexts(base, mine, theirs)).toBe(both);
  expect(mergeTexts(base, theirs, mine)).toBe(both);
});

test('joins something added with something taken away elsewhere', () => {
  const mine = `${base}\nSee comment.`;
  const theirs = base.replace('No blasts.\n', '');
  expect(mergeTexts(base, mine, theirs)).toBe('Left shift.\nPlatelets adequate.\nSee comment.');
});

test('does not guess when both changed the same place', () => {
  expect(mergeTexts(base, `${base} A`, `${base} B`)).toBeUndefined();
  expect(mergeTexts('', 'mine', 'theirs')).toBeUndefined();
  expect(
    mergeTexts(base, base.replace('No blasts', 'Few blasts'), base.replace('No b', 'B')),
  ).toBeUndefined();
});
