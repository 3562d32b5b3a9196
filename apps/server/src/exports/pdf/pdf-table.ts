/** @file A table on pages: its head stands again on each page that it goes on to. */
import { ink, type Sheet, type TextStyle } from './pdf-sheet.ts';

/** A row as it is written. */
export interface SheetRow {
  readonly cells: readonly string[];
  readonly style?: Pick<TextStyle, 'isBold' | 'colour'>;
}

/** How a table is laid out, in points. */
export interface TableLayout {
  /** Of the columns. */
  readonly widths: readonly number[];
  readonly rowHeight: number;
  /** Room that stays free at the right of a column. @default 0 */
  readonly gap?: number;
  /** Of the texts. @default the sheet's own */
  readonly size?: number;
  /** Of the head. @default that of the texts */
  readonly headSize?: number;
}

/** Write a table; the first column begins at the left, the others end at the right. */
export function writeSheetTable(
  sheet: Sheet,
  columns: readonly string[],
  rows: readonly SheetRow[],
  { widths, rowHeight, gap = 0, size, headSize = size }: TableLayout,
): void {
  const below = rowHeight > 12 ? 3 : 2;
  const write = (texts: readonly string[], style: TextStyle) => {
    let x = sheet.left;
    texts.forEach((text, i) => {
      const slot = { x, y: sheet.y, width: widths[i]! - gap };
      sheet.line(text, slot, { ...style, align: i === 0 ? 'left' : 'right' });
      x += widths[i]!;
    });
    sheet.y += rowHeight - below;
    sheet.rule();
    sheet.y += below;
  };
  const sized = (points: number | undefined) => (points === undefined ? {} : { size: points });
  const head = () => write(columns, { ...sized(headSize), colour: ink.soft });
  sheet.need(3 * rowHeight);
  head();
  for (const { cells, style = {} } of rows) {
    const page = sheet.document.bufferedPageRange().count;
    sheet.need(rowHeight);
    if (sheet.document.bufferedPageRange().count > page) head();
    write(cells, { ...sized(size), colour: ink.text, ...style });
  }
}
