/**
 * @file A table of doubtful labels and a person's verdicts about them -> the data set as it should be.
 *
 * The table is what a label audit writes (`auditColumns`); a person fills the column `verdict`, and may edit what is
 * proposed. `keep` leaves the label as it is, `change` does what is proposed, `take out` removes the label; an empty
 * cell is undecided. Every record that no verdict is about stays as it was, with all that its source says.
 */
import { type Box, LeukoscopeError, parseCellClass } from '@leukoscope/core';
import type { AnnotationRecord, Dataset, DatasetClass } from '../dataset.ts';
import { parseCsv, parseNumber, shown } from '../formats/text.ts';
import { boxOf } from '../to-annotations.ts';

/** Columns of the table, in this order; others may stand behind them. */
export const auditColumns = [
  'number',
  'file',
  'kind',
  'suspicion',
  'record',
  'type',
  'x1',
  'y1',
  'x2',
  'y2',
  'proposed_type',
  'proposed_x1',
  'proposed_y1',
  'proposed_x2',
  'proposed_y2',
  'found',
  'voted',
  'verdict',
] as const;

/** What a person decides. */
export type Verdict = 'keep' | 'change' | 'take out';

/** The data set with the verdicts carried out, and how many there were of each. */
export interface CorrectedLabels {
  readonly dataset: Dataset;
  readonly counts: Readonly<Record<Verdict | 'undecided', number>>;
}

type Column = (typeof auditColumns)[number];

interface Row {
  readonly line: number;
  readonly cell: (column: Column) => string;
}

/** Carry the verdicts of a table out; a table of another data set, or of another version, is refused. */
export function correctLabels(dataset: Dataset, table: string): CorrectedLabels {
  const counts = { keep: 0, change: 0, 'take out': 0, undecided: 0 };
  const classes = [...dataset.classes];
  const images = new Map(dataset.images.map((image) => [image.file, image] as const));
  const changed = new Map<string, Map<number, AnnotationRecord | undefined>>();
  const decided = new Set<string>();
  const added = new Map<string, AnnotationRecord[]>();
  for (const row of readRows(table)) {
    const verdict = verdictOf(row);
    counts[verdict ?? 'undecided'] += 1;
    const file = row.cell('file');
    const image = images.get(file);
    if (image === undefined) throw fault(row, 'file must be in the data set', file);
    const place = placeOf(row);
    if (place === undefined) {
      if (verdict === 'take out')
        throw fault(row, 'a missed cell has no label to take out', verdict);
      if (verdict !== 'change') continue;
      const record = { classIndex: classAt(row, classes), box: proposedBox(row), author: 'audit' };
      added.set(file, [...(added.get(file) ?? []), record]);
      continue;
    }
    const record = image.annotations[place];
    if (record === undefined || !isSame(row, record, dataset, boxOf(record, image.size)))
      throw fault(row, 'record must be the one that was audited', row.cell('record'));
    const own = changed.get(file) ?? new Map<number, AnnotationRecord | undefined>();
    changed.set(file, own);
    if (verdict === undefined) continue;
    const key = JSON.stringify([file, place]);
    if (decided.has(key)) throw fault(row, 'a record may be decided once', row.cell('record'));
    decided.add(key);
    if (verdict === 'keep') continue;
    own.set(place, verdict === 'change' ? changedRecord(row, record, classes) : undefined);
  }
  const corrected = dataset.images.map((image) => {
    const own = changed.get(image.file);
    const more = added.get(image.file) ?? [];
    if (own === undefined && more.length === 0) return image;
    const kept = image.annotations.flatMap((record, i) => {
      if (own?.has(i) !== true) return [record];
      const other = own.get(i);
      return other === undefined ? [] : [other];
    });
    return { ...image, annotations: [...kept, ...more] };
  });
  return { dataset: { ...dataset, classes, images: corrected }, counts };
}

function readRows(table: string): Row[] {
  const [head, ...rows] = parseCsv(table.replace(/^\uFEFF/, ''));
  const names = head?.cells.map((cell) => cell.trim()) ?? [];
  const missing = auditColumns.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw new LeukoscopeError(
      'AUDIT_TABLE',
      `a table of verdicts must have the columns ${auditColumns.join(', ')}. Received none called ${missing.join(', ')}. Fill in the audit.csv that the audit wrote.`,
    );
  }
  return rows.map(({ line, cells }) => ({
    line,
    cell: (column) => cells[names.indexOf(column)]?.trim() ?? '',
  }));
}

function verdictOf(row: Row): Verdict | undefined {
  const text = row.cell('verdict').toLowerCase();
  if (text === '') return undefined;
  if (text === 'keep' || text === 'change' || text === 'take out') return text;
  throw fault(row, 'verdict must be keep, change, take out or empty', text);
}

/** From 0; undefined for a missed cell. */
function placeOf(row: Row): number | undefined {
  const text = row.cell('record');
  if (text === '') return undefined;
  const number = parseNumber(text);
  if (number !== undefined && Number.isInteger(number) && number >= 1) return number - 1;
  throw fault(row, 'record must be a whole number from 1', text);
}

/** The table holds numbers as they are written; half a hundredth of a pixel is no other box. */
function isSame(
  row: Row,
  record: AnnotationRecord,
  { classes }: Dataset,
  box: Box | undefined,
): boolean {
  const name = record.classIndex === undefined ? '' : classes[record.classIndex]!.name.trim();
  if (name !== row.cell('type')) return false;
  return (['x1', 'y1', 'x2', 'y2'] as const).every((side) => {
    const written = parseNumber(row.cell(side));
    if (box === undefined || written === undefined)
      return box === undefined && written === undefined;
    return Math.abs(written - box[side]) < 0.005;
  });
}

function changedRecord(
  row: Row,
  record: AnnotationRecord,
  classes: DatasetClass[],
): AnnotationRecord {
  const kind = row.cell('kind');
  if (kind === 'box') {
    const { area: _, ...rest } = record;
    return { ...rest, box: proposedBox(row) };
  }
  if (kind === 'type' || kind === 'nothing')
    return { ...record, classIndex: classAt(row, classes) };
  throw fault(row, 'kind must be type, nothing or box where there is a record', kind);
}

/** The class of the data set that is named or meant; a known kind that it lacks is added. */
function classAt(row: Row, classes: DatasetClass[]): number {
  const text = row.cell('proposed_type');
  const named = classes.findIndex(({ name }) => name.trim().toLowerCase() === text.toLowerCase());
  if (named >= 0) return named;
  const meant = parseCellClass(text);
  if (meant.kind !== 'known') throw fault(row, 'proposed_type must be a known kind of cell', text);
  const { cellClass } = meant;
  const at = classes.findIndex((own) => own.cellClass === cellClass);
  if (at >= 0) return at;
  const id = Math.max(-1, ...classes.map((own) => own.id)) + 1;
  return classes.push({ id, name: cellClass, cellClass }) - 1;
}

function proposedBox(row: Row): Box {
  const read = (side: keyof Box) => {
    const value = parseNumber(row.cell(`proposed_${side}`));
    if (value !== undefined) return value;
    throw fault(row, `proposed_${side} must be a number`, row.cell(`proposed_${side}`));
  };
  const box = { x1: read('x1'), y1: read('y1'), x2: read('x2'), y2: read('y2') };
  if (box.x1 < box.x2 && box.y1 < box.y2) return box;
  throw fault(row, 'the proposed box must have x1 < x2 and y1 < y2', Object.values(box).join(', '));
}

function fault({ line }: Row, rule: string, received: string): LeukoscopeError {
  return new LeukoscopeError(
    'AUDIT_VERDICT',
    `line ${line} of the verdicts: ${rule}. Received ${shown(received)}. Audit the data set again, or mend the line.`,
  );
}
