/**
 * @file The ledger: every history entry of every case once more, in strands, so that nothing can be cut off
 * a case's end, and no case taken out, without a hole in a strand.
 *
 * A strand's head is locked as the last thing before a transaction ends, after the case; so two changes wait for
 * each other only while one of them commits, and only if their cases share one of the 16 strands.
 */
import { LeukoscopeError } from '@leukoscope/core';
import { eq } from 'drizzle-orm';
import type { Sql } from '../db/database.ts';
import { history, ledger, ledgerHeads } from '../db/schema.ts';
import type { KeyRing } from './key-ring.ts';
import {
  type HeadRow,
  type HistoryRow,
  sealHead,
  sealHistory,
  sealLedger,
  strandOf,
} from './seals.ts';

/** A strand that is locked until the transaction ends, with the key that seals in it now. */
export interface Strand {
  readonly head: HeadRow;
  readonly secret: Buffer;
}

/** Lock a strand. The head names the key: a rotation by another process counts from the next entry on. */
export async function lockStrand(tx: Sql, keys: KeyRing, strand: number): Promise<Strand> {
  const head = await lockHead(tx, strand);
  return { head, secret: secretFor(keys, head.keyId) };
}

/** Lock the head of a strand until the transaction ends. */
export async function lockHead(tx: Sql, strand: number): Promise<HeadRow> {
  const [head] = await tx
    .select()
    .from(ledgerHeads)
    .where(eq(ledgerHeads.strand, strand))
    .for('update');
  if (head === undefined) {
    throw new LeukoscopeError(
      'LEDGER_GONE',
      `ledger must have its strand ${strand} for a change to be sealed. Received a database without it; nothing was changed. Run leukoscope verify-data, and restore a backup.`,
    );
  }
  return head;
}

/** Move a strand's head to its new end. */
export async function moveHead(
  tx: Sql,
  secret: Buffer,
  next: Omit<HeadRow, 'seal'>,
): Promise<void> {
  await tx
    .update(ledgerHeads)
    .set({ ...next, seal: sealHead(secret, next) })
    .where(eq(ledgerHeads.strand, next.strand));
}

/** An entry that is sealed, and how to write it. */
export interface SealedEntry {
  readonly entry: HistoryRow;
  /** Write the entry and its line in the ledger; the case's row must be there. */
  write(): Promise<void>;
}

/** Seal a history entry at the end of its case. */
export async function sealEntry(
  tx: Sql,
  keys: KeyRing,
  hashBefore: string,
  facts: Omit<HistoryRow, 'hash' | 'keyId'>,
): Promise<SealedEntry> {
  const { head, secret } = await lockStrand(tx, keys, strandOf(facts.caseId));
  const { keyId, strand } = head;
  const sealed = { ...facts, keyId };
  const entry = { ...sealed, hash: sealHistory(secret, hashBefore, sealed) };
  const line = {
    strand,
    sequence: head.sequence + 1,
    caseId: entry.caseId,
    caseSequence: entry.sequence,
    historyHash: entry.hash,
    keyId,
  };
  const hash = sealLedger(secret, head.hash, line);
  return {
    entry,
    write: async () => {
      await tx.insert(history).values(entry);
      await tx.insert(ledger).values({ ...line, hash });
      await moveHead(tx, secret, { strand, sequence: line.sequence, hash, keyId });
    },
  };
}

/** Get the secret of the key that seals now. */
export function secretFor(keys: KeyRing, keyId: string): Buffer {
  const secret = keys.secretOf(keyId);
  if (secret !== undefined) return secret;
  throw new LeukoscopeError(
    'KEY_MISSING',
    `key file must hold the key that seals now. Received ${keys.file}, in which ${keyId} is marked as lost. Run leukoscope rotate-key --lost.`,
  );
}
