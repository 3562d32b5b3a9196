/** @file The tables of the report: the differential, and the cells that are no leukocytes. */
import type { ReportParts, ReportRow } from '@leukoscope/contract';
import { ink, type Sheet, type TextStyle } from './pdf-sheet.ts';

const rowHeight = 14;
/** Of the columns of the differential, in points. */
const widths = [128, 36, 48, 66, 62, 44, 82, 45] as const;

/** Write the differential: shares with exact limits, references, absolute counts, the model's own count. */
export function writeDifferential(sheet: Sheet, parts: ReportParts): void {
  sheet.heading(parts.counted);
  writeTable(sheet, parts.columns, parts.rows);
  sheet.paragraph(parts.legend, { size: 7.5, colour: ink.soft });
  sheet.paragraph([...parts.others.map((text) => `${text}.`), parts.leftOut].join(' '));
}

function writeTable(sheet: Sheet, columns: readonly string[], rows: readonly ReportRow[]): void {
  const write = (texts: readonly string[], style: TextStyle) => {
    let x = sheet.left;
    texts.forEach((text, i) => {
      const width = widths[i]!;
      sheet.line(text, { x, y: sheet.y, width }, { ...style, align: i === 0 ? 'left' : 'right' });
      x += width;
    });
    sheet.y += rowHeight - 3;
    sheet.rule();
    sheet.y += 3;
  };
  const head = () => write(columns, { size: 8, colour: ink.soft });
  sheet.need(3 * rowHeight);
  head();
  for (const row of rows) {
    const page = sheet.document.bufferedPageRange().count;
    sheet.need(rowHeight);
    if (sheet.document.bufferedPageRange().count > page) head();
    write(row.cells, { isBold: row.isOut, colour: row.isZero ? ink.soft : ink.text });
  }
}
