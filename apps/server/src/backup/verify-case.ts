/**
 * @file Checks a case: every history entry against its seal and the ledger, then every row of the case against
 * what the history says of it last.
 */
import { asc, eq } from 'drizzle-orm';
import { canonicalJson, sha256Hex } from '../canonical-json.ts';
import type { Sql } from '../db/database.ts';
import {
  cases,
  cells,
  comments,
  fields,
  history,
  ledger,
  signatures,
  versions,
} from '../db/schema.ts';
import type { KeyRing } from '../ledger/key-ring.ts';
import { type BoundTable, rowDigest, rowId } from '../ledger/row-digests.ts';
import { type HistoryRow, type LedgerRow, plainHistoryHash, sealHistory } from '../ledger/seals.ts';
import { foldDigests } from './verify-ledger.ts';

/** Return a line for everything in a case that is not as its history says. */
export async function verifyCase(tx: Sql, keys: KeyRing, caseId: string): Promise<string[]> {
  const [row] = await tx.select().from(cases).where(eq(cases.id, caseId));
  const entries = await tx
    .select()
    .from(history)
    .where(eq(history.caseId, caseId))
    .orderBy(asc(history.sequence));
  const lines = await tx
    .select()
    .from(ledger)
    .where(eq(ledger.caseId, caseId))
    .orderBy(asc(ledger.caseSequence));
  const name = `case ${row?.number ?? numberOf(entries) ?? ''} (${caseId})`;
  const say = (findings: readonly string[]) => findings.map((finding) => `${name}: ${finding}`);
  if (lines.length === 0) {
    return say(['the ledger does not know it: it was put in, or cut out of the ledger.']);
  }
  const findings = verifyEntries(keys, entries, lines);
  if (row === undefined) return say(['it is missing.', ...findings]);
  const digests = new Map<string, Map<string, string>>();
  for (const entry of entries) foldDigests(digests, entry.rows ?? {});
  if (rowDigest('cases', row) !== digests.get('cases')?.get(caseId)) {
    findings.push(`its own facts (number, patient, conclusion, state, ...) were changed.`);
  }
  if (row.historyHash !== entries.at(-1)?.hash) findings.push('its last history entry is missing.');
  // What was sealed anew: entries from before the ledger, or of a key that is lost.
  const bound = digests.get('history') ?? new Map();
  const ofOld = entries.filter((entry) => bound.has(entry.id));
  findings.push(...compareRows('history', ofOld, bound));
  for (const [table, source] of tables) {
    const rows = await tx.select().from(source).where(eq(source.caseId, caseId));
    findings.push(...compareRows(table, rows, digests.get(table) ?? new Map()));
  }
  return say(findings);
}

const tables = [
  ['fields', fields],
  ['cells', cells],
  ['comments', comments],
  ['signatures', signatures],
  ['versions', versions],
] as const;

const nouns: Partial<Record<BoundTable, string>> = {
  fields: 'field',
  cells: 'cell',
  comments: 'comment',
  signatures: 'signature',
  versions: 'signed version',
  history: 'history entry',
  users: 'account',
  apiKeys: 'API key',
  site: 'settings',
  sessions: 'session',
  secondFactors: 'second factor',
};

/** Compare rows with the hashes that history or trail hold of them. */
export function compareRows(
  table: BoundTable,
  rows: readonly object[],
  digests: ReadonlyMap<string, string>,
  options: { readonly mayBeGone?: boolean } = {},
): string[] {
  const { mayBeGone = false } = options;
  const findings: string[] = [];
  const found = new Set<string>();
  for (const row of rows) {
    const id = rowId(table, row);
    found.add(id);
    const digest = digests.get(id);
    const name = `${nouns[table]} ${nameOf(row) ?? id}`;
    if (digest === undefined) findings.push(`${name} was put in.`);
    else if (digest !== rowDigest(table, row)) findings.push(`${name} was changed.`);
    if (table === 'versions' && !isWholeVersion(row)) {
      findings.push(`${name} has another snapshot than was signed.`);
    }
  }
  if (mayBeGone) return findings;
  for (const id of digests.keys()) {
    if (!found.has(id)) findings.push(`${nouns[table]} ${id} is missing.`);
  }
  return findings;
}

/** Check entries against their seals and the ledger. */
function verifyEntries(
  keys: KeyRing,
  entries: readonly HistoryRow[],
  lines: readonly LedgerRow[],
): string[] {
  const findings: string[] = [];
  const entryAt = new Map(entries.map((entry) => [entry.sequence, entry]));
  const lineAt = new Map(lines.map((line) => [line.caseSequence!, line]));
  if (entryAt.size < entries.length) findings.push('history entries are there twice.');
  const sealedFrom = lines[0]!.caseSequence!;
  const last = Math.max(entries.at(-1)?.sequence ?? 0, lines.at(-1)!.caseSequence!);
  for (let n = 1; n <= last; n++) {
    const entry = entryAt.get(n);
    const line = lineAt.get(n);
    const name = `history entry ${n}`;
    if (entry === undefined) {
      findings.push(`${name} is missing.`);
      continue;
    }
    if (line === undefined && n >= sealedFrom) findings.push(`${name} is not in the ledger.`);
    const before = n === 1 ? '' : (lineAt.get(n - 1)?.historyHash ?? entryAt.get(n - 1)?.hash);
    const isSealed = n >= sealedFrom;
    const isLinked =
      line === undefined || (line.historyHash === entry.hash && line.keyId === entry.keyId);
    if (!isLinked || (entry.keyId !== null) !== isSealed || !isHonest(keys, before, entry)) {
      findings.push(`${name} (${entry.action}) was changed.`);
    }
  }
  return findings;
}

function isHonest(keys: KeyRing, before: string | undefined, entry: HistoryRow): boolean {
  // The entry before it is missing, which has been said, and what it was cannot be told.
  if (before === undefined) return true;
  const { hash, ...facts } = entry;
  if (facts.keyId === null) return plainHistoryHash(before, facts) === hash;
  if (keys.placeOf(facts.keyId) === -1) return false;
  const secret = keys.secretOf(facts.keyId);
  // What a lost key sealed is bound by the ledger.
  return secret === undefined || sealHistory(secret, before, facts) === hash;
}

function isWholeVersion(row: object): boolean {
  const { snapshot, sha256 }: { snapshot?: unknown; sha256?: unknown } = row;
  return sha256Hex(canonicalJson(snapshot)) === sha256;
}

function nameOf(row: object): string | undefined {
  const { fileName, name, id }: { fileName?: unknown; name?: unknown; id?: unknown } = row;
  const word = fileName ?? name;
  return typeof word === 'string' ? `${String(id)} (${word})` : undefined;
}

function numberOf(entries: readonly HistoryRow[]): string | undefined {
  const number = entries[0]?.changes[0]?.after?.['number'];
  return typeof number === 'string' ? number : undefined;
}
