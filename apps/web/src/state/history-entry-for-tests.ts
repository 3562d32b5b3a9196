/** @file Makes history entries for tests. */
import type { HistoryAction, HistoryEntry } from '@leukoscope/contract';

/** Make an entry of Ana's; the sequence gives its id and its minute. */
export function entryOf(
  sequence: number,
  action: HistoryAction,
  changes: HistoryEntry['changes'],
  rest: Partial<HistoryEntry> = {},
): HistoryEntry {
  return {
    id: `entry-${sequence}`,
    caseId: 'case',
    sequence,
    at: new Date(Date.UTC(2026, 10, 20, 8, sequence)).toISOString(),
    by: { kind: 'user', id: 'ana', name: 'Ana' },
    action,
    changes,
    reason: null,
    undoes: null,
    undoneBy: null,
    hash: '0'.repeat(64),
    ...rest,
  };
}

/** Make the change of a cell from one bin to another. */
export function moveOf(id: string, from: string, to: string): HistoryEntry['changes'][number] {
  return {
    subject: 'cell',
    id,
    before: { bin: from, seen: null },
    after: { bin: to, seen: { by: 'Ana' } },
  };
}
