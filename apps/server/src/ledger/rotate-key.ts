/**
 * @file Puts a new key in the place of the one that seals: every strand gets a line under it, which binds what came
 * before. From then on the old key seals nothing; it stays in the file to check what it has sealed. Secrets of second
 * factors are sealed anew, so that the old key opens none that is in use.
 */
import { asc, eq, isNotNull } from 'drizzle-orm';
import type { Context } from '../context.ts';
import type { Sql } from '../db/database.ts';
import { cases, ledger, secondFactors } from '../db/schema.ts';
import type { KeyRing } from './key-ring.ts';
import { digestSiteRows, sealCase } from './open-ledger.ts';
import { collectRows, type RowDigests } from './row-digests.ts';
import { openSecret, sealSecret } from './sealed-secret.ts';
import { sealLedger, strandCount } from './seals.ts';
import { lockHead, moveHead, secretFor } from './strands.ts';
import { ledgerActor, recordInTrail, trailStrand } from './trail.ts';

/** Settings of `rotateKey`. */
export interface RotateKeyOptions {
  /** The key before is lost: seal everything anew, as it is. @default false */
  readonly isLost?: boolean;
}

/** Seal with a new key from now on; returns its id. Servers that run take it from the key file by themselves. */
export async function rotateKey(context: Context, options: RotateKeyOptions = {}): Promise<string> {
  const { isLost = false } = options;
  const { keys, clock } = context;
  // In the file before the database names it: a start in between knows both.
  const keyId = keys.add(clock());
  const secret = secretFor(keys, keyId);
  await context.db.transaction(async (tx) => {
    const before = await lockHead(tx, trailStrand);
    await moveHead(tx, secret, {
      strand: trailStrand,
      sequence: before.sequence,
      hash: before.hash,
      keyId,
    });
    for (let strand = 1; strand <= strandCount; strand++) {
      const head = await lockHead(tx, strand);
      const line = {
        strand,
        sequence: head.sequence + 1,
        caseId: null,
        caseSequence: null,
        historyHash: null,
        keyId,
      };
      const hash = sealLedger(secret, head.hash, line);
      await tx.insert(ledger).values({ ...line, hash });
      await moveHead(tx, secret, { strand, sequence: line.sequence, hash, keyId });
    }
    const all = isLost ? await tx.select({ id: cases.id }).from(cases).orderBy(asc(cases.id)) : [];
    for (const { id } of all) await sealCase(tx, keys, id, clock());
    const resealed = await resealSecrets(tx, keys);
    await recordInTrail(
      tx,
      context,
      { actor: ledgerActor, address: null },
      {
        action: isLost ? 'key.lost' : 'key.rotated',
        subject: 'ledger',
        subjectId: keys.ledger() ?? null,
        before: { keyId: before.keyId },
        after: { keyId, cases: all.length },
        rows: isLost ? await digestSiteRows(tx) : resealed,
      },
    );
  });
  return keyId;
}

async function resealSecrets(tx: Sql, keys: KeyRing): Promise<RowDigests> {
  const written = collectRows();
  const rows = await tx.select().from(secondFactors).where(isNotNull(secondFactors.secret));
  for (const { id, secret } of rows) {
    const opened = openSecret(keys, id, secret!);
    // Of a lost key: its owner signs in with a recovery code, or asks an administrator.
    if (opened === undefined) continue;
    const changed = await tx
      .update(secondFactors)
      .set({ secret: sealSecret(keys, id, opened) })
      .where(eq(secondFactors.id, id))
      .returning();
    written.add('secondFactors', changed);
  }
  return written.digests();
}
