/**
 * @file Refuses text that the database would change or refuse: NUL, and halves of surrogate pairs, which become
 * U+FFFD. An honest entry with one would be hashed as it came, stored otherwise, and look tampered with for ever.
 */
import { HttpError } from './http-error.ts';

/** Throw for odd text anywhere in a value, in names of members too. */
export function refuseOddText(value: unknown, path: string): void {
  if (typeof value === 'string') {
    if (isPlain(value)) return;
    throw new HttpError(
      400,
      'TEXT_ODD',
      `text must be whole Unicode without NUL. Received one that is not, in ${path}. Remove the broken character.`,
    );
  }
  // Bytes of a file are no text.
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
  for (const [name, item] of Object.entries(value)) {
    refuseOddText(name, path);
    refuseOddText(item, `${path}/${isPlain(name) ? name : '?'}`);
  }
}

/** Whether a text comes back from the database as it went. */
export function isPlain(text: string): boolean {
  return text.isWellFormed() && !text.includes('\u0000');
}
