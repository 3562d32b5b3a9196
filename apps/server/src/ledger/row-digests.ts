/**
 * @file Hashes of rows, as history and trail hold them: whoever changes a row behind the server's back cannot
 * change the sealed hash of it.
 *
 * A hash is over the row's columns but those that change by themselves (when somebody was seen last). Columns
 * that are null or false are left out, so that a column added later leaves the hashes of older rows alone.
 */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../canonical-json.ts';

/** Columns that are not in the hash, by table; a table that is not here is bound to nothing. */
const leftOut = {
  // It holds the hash of the entry that holds the row's hash.
  cases: ['historyHash'],
  fields: [],
  cells: [],
  comments: [],
  signatures: [],
  versions: [],
  history: [],
  users: ['lastSignInAt'],
  apiKeys: ['lastUsedAt'],
  site: [],
  sessions: ['lastSeenAt'],
  secondFactors: ['counter', 'lastUsedAt'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** A table whose rows are bound. */
export type BoundTable = keyof typeof leftOut;

/** Hashes by table and the row's id, as the rows are after a change. */
export type RowDigests = { readonly [T in BoundTable]?: Readonly<Record<string, string>> };

/** Collects the rows that a change writes. */
export interface WrittenRows {
  /** Add rows as they are now, whole. */
  add(table: BoundTable, rows: readonly object[]): void;
  digests(): RowDigests;
}

/** Make a collection of written rows. */
export function collectRows(): WrittenRows {
  const found: { [T in BoundTable]?: Record<string, string> } = {};
  return {
    add: (table, rows) => {
      if (rows.length === 0) return;
      const own = found[table] ?? {};
      found[table] = own;
      for (const row of rows) own[rowId(table, row)] = rowDigest(table, row);
    },
    digests: () => found,
  };
}

/** Hash one row, for an entry that writes no other. */
export function digestsOf(table: BoundTable, row: object): RowDigests {
  const collected = collectRows();
  collected.add(table, [row]);
  return collected.digests();
}

/** Hash a row: SHA-256 as base64url. */
export function rowDigest(table: BoundTable, row: object): string {
  const out: readonly string[] = leftOut[table];
  const kept = Object.entries(row).filter(
    ([name, value]) =>
      value !== null && value !== undefined && value !== false && !out.includes(name),
  );
  const facts = Object.fromEntries(kept);
  // A field that is being analysed waits for the history, whether its job has begun or not.
  if (table === 'fields' && facts['state'] === 'analysing') facts['state'] = 'queued';
  return createHash('sha256')
    .update(`${table}\n${canonicalJson(facts)}`)
    .digest('base64url');
}

/** Name a row within its table, or, for versions, within its case. */
export function rowId(table: BoundTable, row: object): string {
  const key = table === 'versions' ? 'version' : table === 'sessions' ? 'tokenHash' : 'id';
  return String(new Map(Object.entries(row)).get(key));
}
