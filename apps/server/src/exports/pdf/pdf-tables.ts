/** @file The tables of the report: the differential, and the cells that are no leukocytes. */
import type { DifferentialRow, Range } from '@leukoscope/contract';
import type { Snapshot } from '../../services/snapshot-form.ts';
import { round } from '../report-facts.ts';
import { ink, type Sheet, type TextStyle } from './pdf-sheet.ts';

const rowHeight = 14;

interface Column<Row> {
  readonly title: string;
  readonly width: number;
  readonly text: (row: Row) => string;
  readonly align: 'left' | 'right';
}

/** Write the differential: shares with exact limits, references, absolute counts, the model's own count. */
export function writeDifferential(sheet: Sheet, { differential, site }: Snapshot): void {
  const absolute = new Map(site.classes.map((c) => [c.cellClass, c.absolute]));
  const sign = { low: ' L', normal: '', high: ' H' } as const;
  const percent = Math.round(differential.confidence * 100);
  const columns: Column<DifferentialRow>[] = [
    { title: 'Type', width: 128, align: 'left', text: (row) => row.name },
    { title: 'Count', width: 40, align: 'right', text: (row) => String(row.count) },
    {
      title: '%',
      width: 50,
      align: 'right',
      text: (row) =>
        `${shown(row.share)}${row.interpretation === null ? '' : sign[row.interpretation]}`,
    },
    {
      title: `${percent} % limits`,
      width: 74,
      align: 'right',
      text: (row) => `${shown(row.low)} to ${shown(row.high)}`,
    },
    {
      title: 'Reference %',
      width: 64,
      align: 'right',
      text: (row) => rangeText(row.reference, (share) => String(round(share * 100, 1))),
    },
    {
      title: '10^9/L',
      width: 46,
      align: 'right',
      text: (row) => row.absoluteE9PerLitre?.toFixed(2) ?? '–',
    },
    {
      title: 'Reference',
      width: 62,
      align: 'right',
      text: (row) => rangeText(absolute.get(row.cellClass) ?? null, (value) => String(value)),
    },
    { title: 'Model', width: 47, align: 'right', text: (row) => String(row.modelCount) },
  ];
  sheet.heading('Differential');
  writeTable(sheet, columns, differential.rows, (row) => ({
    isBold: row.interpretation === 'low' || row.interpretation === 'high',
    colour: row.count === 0 ? ink.soft : ink.text,
  }));
  sheet.paragraph(
    'L, H: outside of the reference range of the share. Limits: exact (Clopper-Pearson). Model: what the model alone had counted.',
    { size: 7.5, colour: ink.soft },
  );
}

/** Write the cells that stand beside the leukocytes, per 100 of them. */
export function writeOtherCells(sheet: Sheet, { differential }: Snapshot): void {
  const rows = differential.nonLeukocytes.filter((row) => row.count > 0);
  if (rows.length === 0) return;
  const text = rows.map(
    ({ name, count, per100 }) =>
      `${name}: ${count}${per100 === null ? '' : ` (${per100.toFixed(1)} per 100 leukocytes)`}`,
  );
  sheet.heading('Other cells');
  sheet.paragraph(`${text.join('. ')}.`);
}

function writeTable<Row>(
  sheet: Sheet,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  styleOf: (row: Row) => TextStyle,
): void {
  const write = (text: (column: Column<Row>) => string, style: TextStyle) => {
    let x = sheet.left;
    for (const column of columns) {
      const { width, align } = column;
      sheet.line(text(column), { x, y: sheet.y, width }, { ...style, align });
      x += width;
    }
    sheet.y += rowHeight - 3;
    sheet.rule();
    sheet.y += 3;
  };
  const head = () => write((column) => column.title, { size: 8, colour: ink.soft });
  sheet.need(3 * rowHeight);
  head();
  for (const row of rows) {
    const page = sheet.document.bufferedPageRange().count;
    sheet.need(rowHeight);
    if (sheet.document.bufferedPageRange().count > page) head();
    write((column) => column.text(row), styleOf(row));
  }
}

function shown(share: number): string {
  return (share * 100).toFixed(1);
}

function rangeText(range: Range | null, text: (value: number) => string): string {
  if (range === null || (range.low === null && range.high === null)) return '–';
  if (range.low === null) return `up to ${text(range.high!)}`;
  if (range.high === null) return `from ${text(range.low)}`;
  return `${text(range.low)} to ${text(range.high)}`;
}
