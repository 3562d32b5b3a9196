/**
 * @file Signing. A case is signed when nothing is left to decide: every cell seen, none unidentified,
 * every field analysed. The last signature needed stores the version, which never changes again.
 */
import type { Actor, Case, HistoryChange, SignOff, Version } from '@leukoscope/contract';
import { roles } from '@leukoscope/contract';
import { asc, eq, inArray } from 'drizzle-orm';
import type { Context } from '../context.ts';
import { cases, signatures, versions } from '../db/schema.ts';
import { HttpError, missing } from '../http-error.ts';
import { newId } from '../new-id.ts';
import type { Caller } from './actor.ts';
import { type CaseRow, type CaseWork, changeCase, checkRevision } from './case-change.ts';
import { withCounts } from './cases.ts';
import { storedSignature, toSignature } from './rows.ts';
import { blockersOf, signaturesOf } from './sign-blockers.ts';
import { checkSignature, type SignatureWords } from './signing.ts';
import { hashInSlices, inSlicesAtOneMoment, takeSnapshot } from './snapshot.ts';
import { hashOfSnapshot, snapshotSchema } from './snapshot-form.ts';

/** Tell whether and by whom the case can be signed. */
export async function getSignOff(
  context: Context,
  { actor, role }: Caller,
  id: string,
): Promise<SignOff> {
  const handle = context.db.sql;
  const [row] = await handle.select().from(cases).where(eq(cases.id, id));
  if (row === undefined) throw missing('case', id);
  // Asked after each correction, which needs no hash; a case with a signature is locked.
  const hashNow = async () => {
    const { sha256 } = await inSlicesAtOneMoment(context, id, hashInSlices);
    return sha256;
  };
  const blockers = await blockersOf(handle, row, actor, hashNow);
  return {
    canSign: blockers.length === 0 && roles.indexOf(role) >= roles.indexOf('signer'),
    blockers,
    signersNeeded: row.signersNeeded,
    signatures: (await signaturesOf(handle, row)).map(toSignature),
  };
}

/** Sign what the signer's screen showed. */
export async function signCase(
  context: Context,
  caller: Caller,
  id: string,
  given: SignatureWords,
): Promise<Case> {
  const { actor } = caller;
  const { row } = await changeCase(context, actor, id, async ({ tx, row, now, written }) => {
    const snapshot = await takeSnapshot(tx, row);
    const sha256 = hashOfSnapshot(snapshot);
    const blockers = await blockersOf(tx, row, actor, async () => sha256);
    if (blockers.length > 0) {
      throw new HttpError(
        409,
        'SIGN_BLOCKED',
        `case must have nothing left to decide to be signed. Received: ${blockers.map((b) => b.message).join(' ')}`,
        { details: { blockers } },
      );
    }
    checkSignature(row, { snapshot, sha256 }, given);
    const { meaning, reason = null } = given;
    const facts = {
      version: row.version,
      account: caller.account ?? null,
      meaning,
      reason,
      sha256,
    };
    const [signature] = await tx
      .insert(signatures)
      .values({ ...facts, id: newId(now), caseId: id, by: actor, at: now, isWithdrawn: false })
      .returning();
    written.add('signatures', [signature!]);
    const all = await signaturesOf(tx, row);
    const isLast = all.length >= row.signersNeeded;
    const state = isLast ? 'signed' : 'half-signed';
    const after: Record<string, unknown> = { state, version: row.version };
    if (isLast) {
      after['sha256'] = sha256;
      const version = await tx
        .insert(versions)
        .values({
          caseId: id,
          version: row.version,
          signedAt: now,
          signatures: all.map(toSignature),
          amendmentReason: row.amendmentReason,
          snapshot,
          sha256,
        })
        .returning();
      written.add('versions', version);
    }
    return {
      action: 'case.signed',
      changes: [
        { subject: 'signature', id: signature!.id, before: null, after: facts },
        { subject: 'case', id, before: { state: row.state }, after },
      ],
      reason: given.reason,
      set: { state, revision: row.revision + 1 },
    };
  });
  return withCounts(context, row);
}

/** Open a half-signed case again: its one signature is withdrawn, by its signer or an administrator. */
export function withdrawSignature(
  context: Context,
  caller: Caller,
  id: string,
  given: { revision: number; reason: string },
): Promise<Case> {
  return reopen(context, caller.actor, id, given, 'half-signed', async ({ tx, row, written }) => {
    const standing = await signaturesOf(tx, row);
    const foreign = standing.find((signature) => signature.by.id !== caller.actor.id);
    if (foreign !== undefined && caller.role !== 'administrator') {
      throw new HttpError(
        403,
        'SIGNATURE_OF_OTHERS',
        `signature must be one's own to be withdrawn. Received one of ${foreign.by.name}. Ask ${foreign.by.name} or an administrator.`,
      );
    }
    const ids = standing.map((signature) => signature.id);
    const withdrawn = await tx
      .update(signatures)
      .set({ isWithdrawn: true })
      .where(inArray(signatures.id, ids))
      .returning();
    written.add('signatures', withdrawn);
    return {
      action: 'case.signature-withdrawn' as const,
      changes: standing.map((signature) => ({
        subject: 'signature' as const,
        id: signature.id,
        before: { by: signature.by, isWithdrawn: false },
        after: { isWithdrawn: true },
      })),
      set: {},
    };
  });
}

/** Open a signed case as its next version. */
export function amendCase(
  context: Context,
  { actor }: Caller,
  id: string,
  given: { revision: number; reason: string },
): Promise<Case> {
  return reopen(context, actor, id, given, 'signed', async ({ row }) => ({
    action: 'case.amended' as const,
    changes: [],
    set: { version: row.version + 1, amendmentReason: given.reason },
  }));
}

/** List the signed versions, oldest first. */
export async function listVersions(context: Context, id: string): Promise<Version[]> {
  const [row] = await context.db.sql.select().from(cases).where(eq(cases.id, id));
  if (row === undefined) throw missing('case', id);
  const rows = await context.db.sql
    .select()
    .from(versions)
    .where(eq(versions.caseId, id))
    .orderBy(asc(versions.version));
  return rows.map((version) => {
    const snapshot = snapshotSchema.parse(version.snapshot);
    return {
      caseId: id,
      version: version.version,
      signedAt: version.signedAt.toISOString(),
      signatures: version.signatures.map(storedSignature),
      amendmentReason: version.amendmentReason,
      conclusion: snapshot.case.conclusion,
      differential: snapshot.differential,
      sha256: version.sha256,
    };
  });
}

async function reopen(
  context: Context,
  actor: Actor,
  id: string,
  given: { revision: number; reason: string },
  from: 'signed' | 'half-signed',
  change: (work: CaseWork) => Promise<{
    action: 'case.amended' | 'case.signature-withdrawn';
    changes: HistoryChange[];
    set: Partial<CaseRow>;
  }>,
): Promise<Case> {
  const { row } = await changeCase(context, actor, id, async (work) => {
    const { row } = work;
    if (row.state !== from) {
      throw new HttpError(
        409,
        'CASE_STATE',
        `case must be ${from} for this. Received ${row.number}, which is ${row.state}.`,
        { details: { state: row.state } },
      );
    }
    checkRevision(row, given.revision);
    const { action, changes, set } = await change(work);
    const after = { state: 'open', ...(set.version === undefined ? {} : { version: set.version }) };
    return {
      action,
      changes: [
        { subject: 'case', id, before: { state: from, version: row.version }, after },
        ...changes,
      ],
      reason: given.reason,
      set: { ...set, state: 'open', revision: row.revision + 1 },
    };
  });
  return withCounts(context, row);
}
