/** @file Cursors of lists: the last row's place in the order, opaque to clients. */
import type { z } from 'zod';
import { HttpError } from '../http-error.ts';
import { refuseOddText } from '../refuse-odd-text.ts';

/** Write a cursor. */
export function writeCursor(place: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** Read a cursor that this server wrote. */
export function readCursor<Place extends z.ZodType>(text: string, place: Place): z.output<Place> {
  try {
    const found: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    refuseOddText(found, 'cursor');
    return place.parse(found);
  } catch (cause) {
    throw new HttpError(
      400,
      'CURSOR',
      `cursor must be the \`next\` of a page. Received ${JSON.stringify(text.slice(0, 40))}. Start again without a cursor.`,
      { cause },
    );
  }
}

/** Cut one row too many off and say where the next page starts. */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  toItem: (row: Row) => Item,
  placeOf: (row: Row) => readonly (string | number)[],
): { items: Item[]; next: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(toItem),
    next: rows.length > limit && last !== undefined ? writeCursor(placeOf(last)) : null,
  };
}
