/** @file Checks the strands of the ledger and the trail: every line, its seal, its place, and where they end. */
import { asc, eq, gt, and } from 'drizzle-orm';
import type { Sql } from '../db/database.ts';
import { ledger, ledgerHeads, trail } from '../db/schema.ts';
import type { KeyRing } from '../ledger/key-ring.ts';
import type { RowDigests } from '../ledger/row-digests.ts';
import {
  type HeadRow,
  sealHead,
  sealLedger,
  sealTrail,
  strandCount,
  type TrailRow,
} from '../ledger/seals.ts';
import { trailStrand } from '../ledger/trail.ts';

const linesAtOnce = 5000;

/** Check the strands of cases; hears the id of every case in them. */
export async function verifyStrands(
  tx: Sql,
  keys: KeyRing,
  hear: (caseId: string) => void,
): Promise<string[]> {
  const findings: string[] = [];
  for (let strand = 1; strand <= strandCount; strand++) {
    const chain = createChain(keys, (n) => `ledger: line ${n} of strand ${strand}`);
    for (;;) {
      const lines = await tx
        .select()
        .from(ledger)
        .where(and(eq(ledger.strand, strand), gt(ledger.sequence, chain.end().sequence)))
        .orderBy(asc(ledger.sequence))
        .limit(linesAtOnce);
      for (const { hash, ...line } of lines) {
        if (line.caseId !== null) hear(line.caseId);
        chain.add(line, hash, (secret, before) => sealLedger(secret, before, line));
      }
      if (lines.length < linesAtOnce) break;
    }
    findings.push(...chain.findings, ...(await verifyHead(tx, keys, strand, chain.end())));
  }
  return findings;
}

/** Check the trail; returns what it says last of each row. */
export async function verifyTrail(
  tx: Sql,
  keys: KeyRing,
): Promise<{ findings: string[]; digests: Map<string, Map<string, string>> }> {
  const chain = createChain(keys, (n) => `trail: entry ${n}`);
  const digests = new Map<string, Map<string, string>>();
  for (;;) {
    const entries: TrailRow[] = await tx
      .select()
      .from(trail)
      .where(gt(trail.sequence, chain.end().sequence))
      .orderBy(asc(trail.sequence))
      .limit(linesAtOnce);
    for (const { hash, ...entry } of entries) {
      chain.add(entry, hash, (secret, before) => sealTrail(secret, before, entry));
      foldDigests(digests, entry.rows);
    }
    if (entries.length < linesAtOnce) break;
  }
  return {
    findings: [...chain.findings, ...(await verifyHead(tx, keys, trailStrand, chain.end()))],
    digests,
  };
}

/** Put what a later entry says of rows over what earlier ones said. */
export function foldDigests(into: Map<string, Map<string, string>>, rows: RowDigests): void {
  for (const [table, byId] of Object.entries(rows)) {
    const known = into.get(table) ?? new Map<string, string>();
    for (const [id, digest] of Object.entries(byId)) known.set(id, digest);
    into.set(table, known);
  }
}

interface Link {
  readonly sequence: number;
  readonly keyId: string;
}

/** Follows a chain; after a fault it goes on from what is stored. */
function createChain(keys: KeyRing, nameOf: (sequence: number) => string) {
  const findings: string[] = [];
  let end = { sequence: 0, hash: '' };
  let keyPlace = 0;
  return {
    findings,
    end: () => end,
    add: (
      { sequence, keyId }: Link,
      hash: string,
      seal: (secret: Buffer, before: string) => string,
    ) => {
      const hasGap = sequence !== end.sequence + 1;
      for (let n = end.sequence + 1; n < sequence; n++) findings.push(`${nameOf(n)} is missing.`);
      const place = keys.placeOf(keyId);
      // An old key that has leaked must not seal anything new.
      if (place === -1)
        findings.push(`${nameOf(sequence)} is sealed with an unknown key, ${keyId}.`);
      else if (place < keyPlace) findings.push(`${nameOf(sequence)} is sealed with an old key.`);
      const secret = place === -1 ? undefined : keys.secretOf(keyId);
      // What a lost key sealed is bound by the line after it; what follows a gap cannot be told.
      if (secret !== undefined && !hasGap && seal(secret, end.hash) !== hash) {
        findings.push(`${nameOf(sequence)} was changed.`);
      }
      keyPlace = Math.max(keyPlace, place);
      end = { sequence, hash };
    },
  };
}

async function verifyHead(
  tx: Sql,
  keys: KeyRing,
  strand: number,
  end: { readonly sequence: number; readonly hash: string },
): Promise<string[]> {
  const name = strand === trailStrand ? 'trail' : `ledger: strand ${strand}`;
  const [head] = await tx.select().from(ledgerHeads).where(eq(ledgerHeads.strand, strand));
  if (head === undefined) return [`${name}: its head is missing.`];
  if (!isSealed(keys, head)) return [`${name}: its head was changed.`];
  if (head.sequence > end.sequence) {
    return [`${name}: its end is missing: ${head.sequence - end.sequence} of ${head.sequence}.`];
  }
  const isWhole = head.sequence === end.sequence && head.hash === end.hash;
  return isWhole ? [] : [`${name}: its end was put in or changed.`];
}

function isSealed(keys: KeyRing, { seal, ...head }: HeadRow): boolean {
  if (keys.placeOf(head.keyId) === -1) return false;
  const secret = keys.secretOf(head.keyId);
  return secret !== undefined && sealHead(secret, head) === seal;
}
