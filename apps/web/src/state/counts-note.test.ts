import { expect, test } from 'vitest';
import { countsNote } from './counts-note.ts';

test('says how many changes the counts do not know, and nothing when they know all', () => {
  expect(countsNote(0)).toBeNull();
  expect(countsNote(1)).toBe('As of the last answer of the server: 1 change is not counted yet.');
  expect(countsNote(12)).toContain('12 changes are not counted yet');
});
