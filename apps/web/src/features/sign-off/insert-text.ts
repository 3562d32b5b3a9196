/** @file Puts a template into a text where the cursor is, with line breaks where words would run together. */

/** A text and where the cursor is in it. */
export interface TextWithCursor {
  readonly text: string;
  readonly cursor: number;
}

/** Insert a piece at a place, on lines of its own. */
export function insertText(text: string, place: number, piece: string): TextWithCursor {
  const before = text.slice(0, place);
  const after = text.slice(place);
  const opening = before === '' || before.endsWith('\n') ? '' : '\n';
  const closing = after === '' || after.startsWith('\n') ? '' : '\n';
  const inserted = before + opening + piece;
  return { text: inserted + closing + after, cursor: inserted.length };
}
