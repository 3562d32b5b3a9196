import { expect, test } from 'vitest';
import {
  draftOf,
  resolved,
  saveStateOf,
  sendBegun,
  sendDone,
  sendFailed,
  serverHas,
  typed,
} from './conclusion-draft.ts';

const first = draftOf({ text: 'Left shift.', revision: 4 });

test('is saved, waits, is being saved, and is saved again', () => {
  expect(saveStateOf(first)).toBe('saved');
  const waiting = typed(first, 'Left shift. Toxic granules.');
  expect(saveStateOf(waiting)).toBe('waiting');
  const sending = sendBegun(waiting);
  expect(saveStateOf(sending)).toBe('saving');
  const done = sendDone(sending, { text: waiting.text, revision: 5 });
  expect(saveStateOf(done)).toBe('saved');
  expect(done.base).toEqual({ text: 'Left shift. Toxic granules.', revision: 5 });
});

test('waits again when something was typed while it was being saved', () => {
  const sending = sendBegun(typed(first, 'A'));
  const done = sendDone(typed(sending, 'AB'), { text: 'A', revision: 5 });
  expect(saveStateOf(done)).toBe('waiting');
  expect(done.text).toBe('AB');
});

test('knows its own text when the event comes before the answer', () => {
  const sending = typed(sendBegun(typed(first, 'A')), 'AB');
  const heard = serverHas(sending, { text: 'A', revision: 5 });
  expect(heard).toMatchObject({ theirs: null, text: 'AB', base: { text: 'A', revision: 5 } });
  expect(sendDone(heard, { text: 'A', revision: 5 }).base.revision).toBe(5);
});

test('keeps the newer revision when the answer comes after a later event', () => {
  const sending = sendBegun(typed(first, 'A'));
  const heard = serverHas(serverHas(sending, { text: 'A', revision: 5 }), {
    text: 'A',
    revision: 6,
  });
  expect(sendDone(heard, { text: 'A', revision: 5 }).base.revision).toBe(6);
});

test('takes the text of others while nothing is typed', () => {
  const heard = serverHas(first, { text: 'Theirs', revision: 5 });
  expect(heard.text).toBe('Theirs');
  expect(saveStateOf(heard)).toBe('saved');
});

test('keeps what is typed when another fact of the case has changed', () => {
  const heard = serverHas(typed(first, 'Mine'), { text: 'Left shift.', revision: 5 });
  expect(heard).toMatchObject({ text: 'Mine', theirs: null, base: { revision: 5 } });
});

test('joins changes of different places', () => {
  const heard = serverHas(typed(first, 'Left shift. No blasts.'), {
    text: 'Marked left shift.',
    revision: 5,
  });
  expect(heard.text).toBe('Marked left shift. No blasts.');
  expect(saveStateOf(heard)).toBe('waiting');
});

test('asks when both changed the same place, and sends nothing before', () => {
  const mine = typed(first, 'Left shift. Mine.');
  const asked = serverHas(mine, { text: 'Left shift. Theirs.', revision: 5 });
  expect(saveStateOf(asked)).toBe('conflict');
  expect(asked.text).toBe('Left shift. Mine.');
  expect(resolved(asked, 'mine')).toMatchObject({
    text: 'Left shift. Mine.',
    base: { revision: 5 },
  });
  expect(saveStateOf(resolved(asked, 'theirs'))).toBe('saved');
  expect(resolved(asked, 'both').text).toBe('Left shift. Theirs.\nLeft shift. Mine.');
});

test('ignores what is older than what it is based on', () => {
  expect(serverHas(first, { text: 'Old', revision: 3 })).toBe(first);
});

test('keeps the text when saving fails, and forgets the fault when something is typed', () => {
  const failed = sendFailed(sendBegun(typed(first, 'A')), 'No connection.');
  expect(saveStateOf(failed)).toBe('failed');
  expect(failed.text).toBe('A');
  expect(saveStateOf(typed(failed, 'AB'))).toBe('waiting');
});
