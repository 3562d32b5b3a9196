/** @file The tables of the report: the differential, and the cells that are no leukocytes. */
import type { ReportParts } from '@leukoscope/contract';
import { ink, type Sheet } from './pdf-sheet.ts';
import { writeSheetTable } from './pdf-table.ts';

/** Of the columns of the differential, in points. */
const widths = [128, 36, 48, 66, 62, 44, 82, 45] as const;

/** Write the differential: shares with exact limits, references, absolute counts, the model's own count. */
export function writeDifferential(sheet: Sheet, parts: ReportParts): void {
  sheet.heading(parts.counted);
  const rows = parts.rows.map(({ cells, isOut, isZero }) => ({
    cells,
    style: { isBold: isOut, colour: isZero ? ink.soft : ink.text },
  }));
  writeSheetTable(sheet, parts.columns, rows, { widths, rowHeight: 14, headSize: 8 });
  sheet.paragraph(parts.legend, { size: 7.5, colour: ink.soft });
  sheet.paragraph([...parts.others.map((text) => `${text}.`), parts.leftOut].join(' '));
}
