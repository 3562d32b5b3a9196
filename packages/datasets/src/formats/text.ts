/**
 * @file Bytes -> text, lines and CSV rows, each with its line number. Text that is no text is refused
 * instead of being repaired with replacement characters.
 */
import { LeukoscopeError } from '@leukoscope/core';

/** Decode UTF-8 (with or without byte order mark) or UTF-16 with a byte order mark. */
export function decodeText(bytes: Uint8Array, file: string): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new LeukoscopeError(
      'TEXT_ENCODING',
      `${file} must be text in UTF-8 or UTF-16. Received other bytes. Save it as UTF-8.`,
      { cause },
    );
  }
}

/** A line with its number, from 1. */
export interface Line {
  readonly line: number;
  readonly text: string;
}

/** Split at line ends of any kind; blank lines are left out, numbers count them. */
export function splitLines(text: string): Line[] {
  return text
    .split(/\r\n|\n|\r/)
    .map((content, i) => ({ line: i + 1, text: content.trim() }))
    .filter(({ text }) => text !== '');
}

/** A CSV row with the line on which it begins. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Read CSV (RFC 4180: quotes, doubled quotes, line breaks in quotes); blank lines are left out. */
export function parseCsv(text: string): CsvRow[] {
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let line = 1;
  let rowLine = 1;
  let i = 0;
  const endRow = () => {
    if (cells.length > 1 || cells[0] !== '') rows.push({ line: rowLine, cells });
    cells = [];
    rowLine = line;
  };
  while (i <= text.length) {
    let cell = '';
    if (text[i] === '"') {
      const parts: string[] = [];
      let from = ++i;
      for (;;) {
        const quote = text.indexOf('"', from);
        if (quote < 0) {
          throw new LeukoscopeError(
            'CSV_QUOTE',
            `a quoted CSV cell must be closed by a quote. Received none for the one on line ${rowLine}.`,
          );
        }
        parts.push(text.slice(from, quote));
        from = quote + 1;
        if (text[from] !== '"') break;
        parts.push('"');
        from++;
      }
      cell = parts.join('');
      line += countLineFeeds(cell);
      i = from;
    }
    const rest = /[,\r\n]/g;
    rest.lastIndex = i;
    const end = rest.exec(text)?.index ?? text.length;
    cells.push(cell + text.slice(i, end));
    i = end;
    if (text[i] === ',') {
      i++;
      continue;
    }
    if (text[i] === '\r' && text[i + 1] === '\n') i++;
    i++;
    line++;
    endRow();
  }
  return rows;
}

/** Write CSV rows; cells with commas, quotes or line breaks are quoted. */
export function formatCsv(rows: readonly (readonly (string | number)[])[]): string {
  const quote = (cell: string | number) => {
    const text = String(cell);
    return /[",\r\n]/.test(text) || text.trim() !== text ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => `${row.map(quote).join(',')}\n`).join('');
}

/** Coordinates beyond this are a mistake or an attack: no image is so large. */
export const largestCoordinate = 1e7;

/** Read a plain decimal number within the largest coordinate; undefined when it is none. */
export function parseNumber(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed.length > 40 || !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(trimmed)) {
    return undefined;
  }
  const value = Number(trimmed);
  return Math.abs(value) <= largestCoordinate ? value : undefined;
}

/** Show a foreign text in a message: quoted and cut. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value.slice(0, 80)) : String(value);
  return text.length > 90 ? `${text.slice(0, 90)}...` : text;
}

function countLineFeeds(text: string): number {
  return text.split('\n').length - 1;
}
