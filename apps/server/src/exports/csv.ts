/** @file A case as CSV: one line a cell, ready for a spreadsheet. */
import { reasonWords } from '@leukoscope/core';
import type { Snapshot } from '../services/snapshot-form.ts';

const columns = [
  'case_number',
  'version',
  'field',
  'file_name',
  'cell_id',
  'type',
  'model_type',
  'model_score',
  'runner_up',
  'runner_up_probability',
  'x1',
  'y1',
  'x2',
  'y2',
  'origin',
  'incomplete',
  'seen_by',
  'seen_at',
  'expectation',
  'unexpected_type',
  'unexpected_probability',
  'nucleus_to_cell',
  'lobes',
  'reason',
] as const;

/** Write a case as CSV (RFC 4180, UTF-8). */
export function toCsv(snapshot: Snapshot): string {
  const fields = new Map(snapshot.fields.map((field) => [field.id, field]));
  const lines = snapshot.cells.map((cell) => {
    const field = fields.get(cell.fieldId);
    return [
      snapshot.case.number,
      snapshot.case.version,
      field?.position ?? '',
      field?.fileName ?? '',
      cell.id,
      cell.bin,
      cell.model?.cellClass ?? '',
      cell.model?.score ?? '',
      cell.model?.runnerUp?.cellClass ?? '',
      cell.model?.runnerUp?.probability ?? '',
      cell.box.x1,
      cell.box.y1,
      cell.box.x2,
      cell.box.y2,
      cell.origin,
      cell.isIncomplete,
      cell.seen?.by.name ?? '',
      cell.seen?.at ?? '',
      field?.analysis?.expectation ?? '',
      cell.model?.unexpected?.cellClass ?? '',
      cell.model?.unexpected?.probability ?? '',
      cell.model?.nucleus?.share ?? '',
      cell.model?.nucleus?.lobes ?? '',
      cell.model === null ? '' : reasonWords(cell.model),
    ];
  });
  return `${[columns, ...lines].map((line) => line.map(quote).join(',')).join('\r\n')}\r\n`;
}

function quote(value: string | number | boolean): string {
  const text = typeof value === 'string' ? defuse(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A text that begins like a formula would be run by spreadsheets (CSV injection). */
function defuse(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
