import { expect, test } from 'vitest';
import { insertText } from './insert-text.ts';

test('fills an empty text', () => {
  expect(insertText('', 0, 'Normal.')).toEqual({ text: 'Normal.', cursor: 7 });
});

test('begins a new line after words, and ends one before words', () => {
  expect(insertText('One.', 4, 'Two.')).toEqual({ text: 'One.\nTwo.', cursor: 9 });
  expect(insertText('One.Three.', 4, 'Two.')).toEqual({ text: 'One.\nTwo.\nThree.', cursor: 9 });
});

test('adds no line break where there is one', () => {
  expect(insertText('One.\n\nThree.', 5, 'Two.').text).toBe('One.\nTwo.\nThree.');
});
