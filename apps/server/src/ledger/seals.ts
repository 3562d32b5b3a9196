/**
 * @file Seals: HMAC-SHA256 with a key from outside the database, over what came before and what follows it.
 *
 *     seal = HMAC(key, kind, seal before, canonical JSON of the row)
 */
import { createHmac } from 'node:crypto';
import { canonicalJson, sha256Hex } from '../canonical-json.ts';
import type { history, ledger, ledgerHeads, trail } from '../db/schema.ts';

/** A row of the history. */
export type HistoryRow = typeof history.$inferSelect;
/** A row of the trail. */
export type TrailRow = typeof trail.$inferSelect;
/** A row of the ledger. */
export type LedgerRow = typeof ledger.$inferSelect;
/** A row of the heads. */
export type HeadRow = typeof ledgerHeads.$inferSelect;

/** How many strands the ledger has, beside the trail, which is strand 0. */
export const strandCount = 16;

/** The strand of a case: its id's last digits are random, so that cases spread evenly. */
export function strandOf(caseId: string): number {
  return 1 + (Number.parseInt(caseId.slice(-4), 16) % strandCount);
}

/** Seal a history entry that follows another; the first of a case follows the empty text. */
export function sealHistory(
  secret: Buffer,
  before: string,
  entry: Omit<HistoryRow, 'hash'>,
): string {
  return seal(secret, 'history', before, withoutNoRequest(entry));
}

/** Hash an entry from before the ledger, which was not sealed. */
export function plainHistoryHash(before: string, entry: Omit<HistoryRow, 'hash'>): string {
  const { rows: _, keyId: __, ...plain } = withoutNoRequest(entry);
  return sha256Hex(before + canonicalJson(plain));
}

/** Entries were sealed before they could say which request made them: without one the seal is as it was. */
function withoutNoRequest(entry: Omit<HistoryRow, 'hash'>) {
  const { requestSha256, ...rest } = entry;
  return requestSha256 === null ? rest : { ...rest, requestSha256 };
}

/** Seal a row of the ledger. */
export function sealLedger(secret: Buffer, before: string, row: Omit<LedgerRow, 'hash'>): string {
  return seal(secret, 'ledger', before, row);
}

/** Seal an entry of the trail. */
export function sealTrail(secret: Buffer, before: string, row: Omit<TrailRow, 'hash'>): string {
  return seal(secret, 'trail', before, row);
}

/** Seal the end of a strand: without the key nobody can say that it ends earlier. */
export function sealHead(secret: Buffer, row: Omit<HeadRow, 'seal'>): string {
  return seal(secret, 'head', '', row);
}

/** Seal the manifest of a backup. */
export function sealManifest(secret: Buffer, manifest: object): string {
  return seal(secret, 'backup', '', manifest);
}

function seal(secret: Buffer, kind: string, before: string, value: object): string {
  return createHmac('sha256', secret)
    .update(`${kind}\n${before}\n${canonicalJson(value)}`)
    .digest('hex');
}
