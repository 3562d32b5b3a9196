/** @file The changes of an entry as rows: what, before, after, in words. */
import type { HistoryChange } from '@leukoscope/contract';
import { factName, factValue } from '../../state/fact-words.ts';
import { binWords } from '../../state/history-words.ts';

/** One thing before and after. */
export interface ChangeRow {
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

/** Write a change; parts that are the same before and after are left out. */
export function changeRows(change: HistoryChange): ChangeRow[] {
  const keys = new Set([...Object.keys(change.before ?? {}), ...Object.keys(change.after ?? {})]);
  return [...keys].flatMap((key) => {
    const before = valueWords(change, key, change.before?.[key]);
    const after = valueWords(change, key, change.after?.[key]);
    return before === after ? [] : [{ what: whatWords(change, key), before, after }];
  });
}

function whatWords(change: HistoryChange, key: string): string {
  if (change.subject === 'case') return factName(key);
  const names: Readonly<Record<string, string>> = {
    bin: 'type',
    box: 'box',
    mask: 'outline',
    seen: 'seen by',
    isDeleted: 'deleted',
    isRemoved: 'removed',
    isWithdrawn: 'withdrawn',
    sha256: 'SHA-256',
    by: 'signed by',
    analysis: 'model',
    fileName: 'file',
    fieldId: 'field',
  };
  return names[key] ?? key;
}

function valueWords(change: HistoryChange, key: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (change.subject === 'case') return factValue(key, value);
  switch (key) {
    case 'bin':
      return binWords(value);
    case 'seen':
      return textAt(value, 'by', 'name');
    case 'by':
      return textAt(value, 'name');
    case 'box':
      return boxWords(value);
    case 'mask':
      return `drawn, ${textAt(value, 'counts').length} characters of run lengths`;
    case 'analysis':
      return `${textAt(value, 'modelId')} (sha256 ${textAt(value, 'modelSha256').slice(0, 12)})`;
    case 'isDeleted':
    case 'isRemoved':
    case 'isWithdrawn':
      return value === true ? 'yes' : 'no';
    default:
      return typeof value === 'string' || typeof value === 'number'
        ? `${value}`
        : JSON.stringify(value);
  }
}

function boxWords(value: unknown): string {
  const corner = (name: string) => Math.round(Number(textAt(value, name)));
  return `(${corner('x1')}, ${corner('y1')}) to (${corner('x2')}, ${corner('y2')})`;
}

/** Read a text or number deep inside; empty where there is none. */
function textAt(value: unknown, ...path: readonly string[]): string {
  let here = value;
  for (const key of path) {
    if (typeof here !== 'object' || here === null || !(key in here)) return '';
    here = Reflect.get(here, key);
  }
  return typeof here === 'string' || typeof here === 'number' ? `${here}` : '';
}
