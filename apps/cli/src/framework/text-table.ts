/** @file Tables for terminals: columns aligned, numbers to the right, cut to the width of the screen. */
import { printable, type Style, widthOf } from './style.ts';

/** A cell. */
export type Cell = string | number;

/** Write a table; a column of which every cell is a number, or looks like one, is set to the right. */
export function textTable(
  header: readonly string[],
  rows: readonly (readonly Cell[])[],
  style: Style,
  columns: number | undefined,
): string {
  const body = rows.map((row) => header.map((_, i) => cellText(row[i] ?? '')));
  const isRight = header.map((_, i) => body.length > 0 && body.every((row) => isNumeric(row[i]!)));
  const widths = header.map((name, i) =>
    Math.max(widthOf(name), ...body.map((row) => widthOf(row[i]!))),
  );
  if (columns !== undefined) shrinkInPlace(widths, isRight, columns);
  const write = (cells: readonly string[], mark: (text: string) => string) =>
    cells
      .map((cell, i) => {
        const text = cut(cell, widths[i]!);
        const space = ' '.repeat(widths[i]! - widthOf(text));
        return isRight[i] ? space + mark(text) : mark(text) + space;
      })
      .join('  ')
      .trimEnd();
  return [write(header, style.dim), ...body.map((row) => write(row, (text) => text))].join('\n');
}

/** Write a count with separators of thousands. */
export function countText(count: number): string {
  return count.toLocaleString('en-GB');
}

/** Write a count with its noun: `1 image`, `1,204 images`. */
export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${countText(count)} ${count === 1 ? noun : many}`;
}

function cellText(cell: Cell): string {
  return typeof cell === 'number' ? countText(cell) : printable(cell);
}

function isNumeric(text: string): boolean {
  return /^([−+-]?[\d,.]+( %)?|–|)$/.test(text);
}

/** Take from the widest text columns what does not fit. */
function shrinkInPlace(widths: number[], isRight: readonly boolean[], columns: number): void {
  const gaps = 2 * (widths.length - 1);
  let excess = widths.reduce((sum, width) => sum + width, gaps) - columns;
  while (excess > 0) {
    let widest = -1;
    widths.forEach((width, i) => {
      if (!isRight[i] && width > 8 && (widest < 0 || width > widths[widest]!)) widest = i;
    });
    if (widest < 0) return;
    widths[widest]!--;
    excess--;
  }
}

function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  // Paths differ at their ends.
  const isPath = text.includes('/');
  const letters = [...text];
  return isPath
    ? `…${letters.slice(letters.length - width + 1).join('')}`
    : `${letters.slice(0, width - 1).join('')}…`;
}
