/** @file Bold, dim and coloured text for terminals, or plain text. */

/** Marks up a text. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
  green(text: string): string;
  cyan(text: string): string;
}

/** Make a style with ANSI escapes (ECMA-48 SGR), or one that leaves text as it is. */
export function createStyle(hasColour: boolean): Style {
  const mark = (on: number, off: number) => (text: string) =>
    hasColour && text !== '' ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  return {
    bold: mark(1, 22),
    dim: mark(2, 22),
    red: mark(31, 39),
    yellow: mark(33, 39),
    green: mark(32, 39),
    cyan: mark(36, 39),
  };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for
const escapes = /\u001b\[\d+m/g;

/** Return how many columns a text takes: escapes take none, most letters one. */
export function widthOf(text: string): number {
  return [...text.replaceAll(escapes, '')].length;
}

/**
 * Return a text of a file as it may be shown: control characters, which could move the cursor or hide
 * what stands before them, as question marks.
 */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is replaced
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '?');
}
