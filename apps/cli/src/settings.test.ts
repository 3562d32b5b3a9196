import { expect, test } from 'vitest';
import { readSettings } from './settings.ts';

test('follows NO_COLOR, TERM=dumb and FORCE_COLOR, and else leaves it to the stream', () => {
  expect(readSettings({}).hasColour).toBeUndefined();
  expect(readSettings({ NO_COLOR: '1', FORCE_COLOR: '1' }).hasColour).toBe(false);
  expect(readSettings({ NO_COLOR: '' }).hasColour).toBeUndefined();
  expect(readSettings({ TERM: 'dumb' }).hasColour).toBe(false);
  expect(readSettings({ FORCE_COLOR: '1' }).hasColour).toBe(true);
  expect(readSettings({ FORCE_COLOR: '0' }).hasColour).toBe(false);
});
