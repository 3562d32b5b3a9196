/**
 * @file History entries in words: "moved 3 cells from Neutrophil to Band neutrophil".
 *
 * Sentences begin after the person's name. What an entry holds is `unknown` by contract (older servers wrote
 * other facts), so every value is read with care and one that is not understood is shown as it is.
 */
import {
  actorSchema,
  binSchema,
  type HistoryChange,
  type HistoryEntry,
} from '@leukoscope/contract';
import { binName } from './bins.ts';
import { factSentences } from './fact-words.ts';

/** Names of things that entries mention by id. */
export interface HistoryNames {
  field(id: string): string;
  entry(id: string): HistoryEntry | undefined;
}

/** Collect the names that a history itself tells. */
export function namesOfHistory(entries: readonly HistoryEntry[]): HistoryNames {
  const fields = new Map<string, string>();
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  for (const { action, changes } of entries) {
    if (action !== 'field.added') continue;
    for (const { id, after } of changes) {
      fields.set(id, `field ${textOf(after?.['position'])} (${textOf(after?.['fileName'])})`);
    }
  }
  return { field: (id) => fields.get(id) ?? 'a field', entry: (id) => byId.get(id) };
}

/** Write what an entry did, without who and when. */
export function sentenceOf(entry: HistoryEntry, names: HistoryNames): string {
  const { changes } = entry;
  const ofCells = changes.filter((change) => change.subject === 'cell');
  const cells = countWords(ofCells.length, 'cell');
  const first = changes[0];
  const field = first?.subject === 'field' ? names.field(first.id) : 'a field';
  switch (entry.action) {
    case 'case.created':
      return 'made the case';
    case 'case.changed':
      return factSentences(first?.before ?? {}, first?.after ?? {}).join('; ');
    case 'case.discarded':
      return 'put the case away';
    case 'case.restored':
      return 'took the case back';
    case 'case.amended':
      return `began an amendment: version ${textOf(first?.after?.['version'])}`;
    case 'case.signed':
      return signedSentence(changes);
    case 'case.signature-withdrawn':
      return withdrawnSentence(entry);
    case 'case.sealed':
      return 'sealed what was there';
    case 'field.added':
      return `added ${field}`;
    case 'field.analysed':
      return `found ${countWords(Number(first?.after?.['cells'] ?? 0), 'cell')} in ${field}`;
    case 'field.failed':
      return `could not analyse ${field}: ${textOf(first?.after?.['failure'])}`;
    case 'field.removed':
      return `removed ${field}${ofCells.length > 0 ? ` with ${cells}` : ''}`;
    case 'field.requeued':
      return `had ${field} analysed again`;
    case 'cells.seen':
      return `confirmed ${cells}`;
    case 'cells.reclassified':
      return movedSentence(ofCells);
    case 'cells.redrawn':
      return `redrew the outline of ${cells}`;
    case 'cells.deleted':
      return `deleted ${cells}`;
    case 'cells.added':
      return `added ${cells} as ${binWords(first?.after?.['bin'])}`;
    case 'cells.undone':
      return undoneSentence(entry, names);
    case 'comment.added':
      return `commented: ${quoted(first?.after?.['text'])}`;
    case 'comment.withdrawn':
      return `withdrew the comment ${quoted(first?.before?.['text'])}`;
  }
}

function signedSentence(changes: readonly HistoryChange[]): string {
  const after = changes.find((change) => change.subject === 'case')?.after;
  const meaning = changes.find((change) => change.subject === 'signature')?.after?.['meaning'];
  const words = [
    `signed version ${textOf(after?.['version'])}`,
    ...(typeof meaning === 'string' ? [`as ${meaning}`] : []),
    ...(after?.['state'] === 'half-signed' ? ['as the first of two'] : []),
  ];
  return words.join(' ');
}

function withdrawnSentence(entry: HistoryEntry): string {
  const signature = entry.changes.find((change) => change.subject === 'signature');
  const signer = actorSchema.safeParse(signature?.before?.['by']).data;
  return signer === undefined || signer.id === entry.by.id
    ? 'withdrew the signature'
    : `withdrew the signature of ${signer.name}`;
}

function movedSentence(changes: readonly HistoryChange[]): string {
  const to = binWords(changes[0]?.after?.['bin']);
  const counts = new Map<string, number>();
  for (const { before } of changes) {
    const from = binWords(before?.['bin']);
    counts.set(from, (counts.get(from) ?? 0) + 1);
  }
  const stayed = counts.get(to) ?? 0;
  counts.delete(to);
  const moved = changes.length - stayed;
  if (moved === 0) return `confirmed ${countWords(stayed, 'cell')} as ${to}`;
  const stay = stayed === 0 ? '' : ` and confirmed ${stayed} there`;
  if (counts.size === 1) {
    return `moved ${countWords(moved, 'cell')} from ${[...counts.keys()][0]} to ${to}${stay}`;
  }
  const parts = [...counts].map(([from, count]) => `${count} from ${from}`);
  return `moved ${countWords(moved, 'cell')} to ${to}: ${parts.join(', ')}${stay}`;
}

function undoneSentence(entry: HistoryEntry, names: HistoryNames): string {
  const undone = entry.undoes === null ? undefined : names.entry(entry.undoes);
  if (undone === undefined) return 'undid an earlier entry';
  const again = undone.undoes === null ? undefined : names.entry(undone.undoes);
  // Undoing an undo does the first thing again.
  return again === undefined
    ? `undid: ${sentenceOf(undone, names)}`
    : `did again: ${sentenceOf(again, names)}`;
}

/** Write a bin of the history by its name. */
export function binWords(value: unknown): string {
  const bin = binSchema.safeParse(value);
  return bin.success ? binName(bin.data) : textOf(value);
}

/** Write a number with its noun. */
export function countWords(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function quoted(value: unknown): string {
  const text = textOf(value).replaceAll(/\s+/g, ' ').trim();
  return `“${text.length > 80 ? `${text.slice(0, 80)} ...` : text}”`;
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return 'unknown';
  return typeof value === 'string' || typeof value === 'number'
    ? `${value}`
    : JSON.stringify(value);
}
