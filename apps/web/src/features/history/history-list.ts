/** @file The history as a list that grows and can be narrowed; no network, no page. */
import type { Actor, HistoryAction, HistoryEntry } from '@leukoscope/contract';

/** Kinds that a history can be narrowed to. */
export const historyKinds = {
  all: 'Everything',
  reviews: 'Reviews of cells',
  fields: 'Fields',
  case: 'Facts of the case',
  comments: 'Comments',
  signatures: 'Signatures',
} as const;

/** A kind of entries. */
export type HistoryKind = keyof typeof historyKinds;

/** Append what happened since; an undo marks the entry that it took back. */
export function withNews(
  entries: readonly HistoryEntry[],
  fresh: readonly HistoryEntry[],
): readonly HistoryEntry[] {
  const last = entries.at(-1)?.sequence ?? 0;
  const news = fresh.filter((entry) => entry.sequence > last);
  if (news.length === 0) return entries;
  const undoneBy = new Map(
    news.flatMap(({ id, undoes }) => (undoes === null ? [] : [[undoes, id]])),
  );
  const marked = entries.map((entry) => {
    const undo = undoneBy.get(entry.id);
    return undo === undefined ? entry : { ...entry, undoneBy: undo };
  });
  return [...marked, ...news];
}

/** Who stands in a history, in the order of their first entry. */
export function peopleOf(
  entries: readonly HistoryEntry[],
): readonly { key: string; name: string }[] {
  const names = new Map<string, string>();
  // The name as it was last: people change theirs.
  for (const { by } of entries) names.set(personKey(by), by.name);
  return [...names].map(([key, name]) => ({ key, name }));
}

/** Return what tells a person from others of the same name. */
export function personKey(by: Actor): string {
  return by.id ?? by.kind;
}

/** Narrow a history; newest first. `person` is a key of `peopleOf`, or empty for everybody. */
export function narrowed(
  entries: readonly HistoryEntry[],
  kind: HistoryKind,
  person: string,
): readonly HistoryEntry[] {
  return entries
    .filter(
      (entry) =>
        (kind === 'all' || kindOf(entry.action) === kind) &&
        (person === '' || personKey(entry.by) === person),
    )
    .reverse();
}

/** Tell whether this person may take an entry back here: an own review that stands. */
export function isUndoable(entry: HistoryEntry, userId: string | undefined): boolean {
  return (
    entry.action.startsWith('cells.') &&
    entry.by.kind !== 'system' &&
    entry.by.id === userId &&
    entry.undoneBy === null
  );
}

function kindOf(action: HistoryAction): HistoryKind {
  if (action.startsWith('cells.')) return 'reviews';
  if (action.startsWith('field.')) return 'fields';
  if (action.startsWith('comment.')) return 'comments';
  const ofSignatures: readonly HistoryAction[] = [
    'case.signed',
    'case.amended',
    'case.signature-withdrawn',
  ];
  return ofSignatures.includes(action) ? 'signatures' : 'case';
}
