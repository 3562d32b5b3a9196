/**
 * @file Signing. A case is signed when nothing is left to decide: every cell seen, none unidentified,
 * every field analysed. The last signature needed stores the version, which never changes again.
 */
import type { Actor, Blocker, Case, Role, SignOff, Version } from '@leukoscope/contract';
import { roles } from '@leukoscope/contract';
import { and, asc, eq } from 'drizzle-orm';
import { canonicalJson, sha256Hex } from '../canonical-json.ts';
import type { Context } from '../context.ts';
import type { Sql } from '../db/database.ts';
import { cases, signatures, versions } from '../db/schema.ts';
import { HttpError, missing } from '../http-error.ts';
import { newId } from '../new-id.ts';
import { type CaseRow, changeCase, checkRevision } from './case-change.ts';
import { countOf, withCounts } from './cases.ts';
import { toSignature } from './rows.ts';
import { takeSnapshot } from './snapshot.ts';
import { snapshotSchema } from './snapshot-form.ts';

/** Tell whether and by whom the case can be signed. */
export async function getSignOff(
  context: Context,
  actor: Actor,
  role: Role,
  id: string,
): Promise<SignOff> {
  const [row] = await context.db.sql.select().from(cases).where(eq(cases.id, id));
  if (row === undefined) throw missing('case', id);
  const blockers = await blockersOf(context.db.sql, row, actor);
  return {
    canSign: blockers.length === 0 && roles.indexOf(role) >= roles.indexOf('signer'),
    blockers,
    signersNeeded: row.signersNeeded,
    signatures: (await signaturesOf(context.db.sql, row)).map(toSignature),
  };
}

/** Sign. */
export async function signCase(
  context: Context,
  actor: Actor,
  id: string,
  revision: number,
): Promise<Case> {
  const { row } = await changeCase(context, actor, id, async ({ tx, row, now }) => {
    checkRevision(row, revision);
    const blockers = await blockersOf(tx, row, actor);
    if (blockers.length > 0) {
      throw new HttpError(
        409,
        'SIGN_BLOCKED',
        `case must have nothing left to decide to be signed. Received: ${blockers.map((b) => b.message).join(' ')}`,
        { details: { blockers } },
      );
    }
    const [signature] = await tx
      .insert(signatures)
      .values({
        id: newId(now),
        caseId: id,
        version: row.version,
        by: actor,
        at: now,
        isWithdrawn: false,
      })
      .returning();
    const all = await signaturesOf(tx, row);
    const isLast = all.length >= row.signersNeeded;
    const state = isLast ? 'signed' : 'half-signed';
    const after: Record<string, unknown> = { state, version: row.version };
    if (isLast) {
      const snapshot = await takeSnapshot(tx, row);
      const sha256 = sha256Hex(canonicalJson(snapshot));
      after['sha256'] = sha256;
      await tx.insert(versions).values({
        caseId: id,
        version: row.version,
        signedAt: now,
        signatures: all.map(toSignature),
        amendmentReason: row.amendmentReason,
        snapshot,
        sha256,
      });
    }
    return {
      action: 'case.signed',
      changes: [
        { subject: 'signature', id: signature!.id, before: null, after: { version: row.version } },
        { subject: 'case', id, before: { state: row.state }, after },
      ],
      set: { state, revision: row.revision + 1 },
    };
  });
  return withCounts(context, row);
}

/** Open a half-signed case again: its one signature is withdrawn. */
export function withdrawSignature(
  context: Context,
  actor: Actor,
  id: string,
  given: { revision: number; reason: string },
): Promise<Case> {
  return reopen(context, actor, id, given, 'half-signed', async (tx, row) => {
    await tx
      .update(signatures)
      .set({ isWithdrawn: true })
      .where(and(eq(signatures.caseId, id), eq(signatures.version, row.version)));
    return { action: 'case.signature-withdrawn' as const, set: {} };
  });
}

/** Open a signed case as its next version. */
export function amendCase(
  context: Context,
  actor: Actor,
  id: string,
  given: { revision: number; reason: string },
): Promise<Case> {
  return reopen(context, actor, id, given, 'signed', async (_, row) => ({
    action: 'case.amended' as const,
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
      signatures: version.signatures,
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
  work: (
    tx: Sql,
    row: CaseRow,
  ) => Promise<{ action: 'case.amended' | 'case.signature-withdrawn'; set: Partial<CaseRow> }>,
): Promise<Case> {
  const { row } = await changeCase(context, actor, id, async ({ tx, row }) => {
    if (row.state !== from) {
      throw new HttpError(
        409,
        'CASE_STATE',
        `case must be ${from} for this. Received ${row.number}, which is ${row.state}.`,
        { details: { state: row.state } },
      );
    }
    checkRevision(row, given.revision);
    const { action, set } = await work(tx, row);
    const after = { state: 'open', ...(set.version === undefined ? {} : { version: set.version }) };
    return {
      action,
      changes: [{ subject: 'case', id, before: { state: from, version: row.version }, after }],
      reason: given.reason,
      set: { ...set, state: 'open', revision: row.revision + 1 },
    };
  });
  return withCounts(context, row);
}

async function signaturesOf(handle: Sql, row: CaseRow) {
  return handle
    .select()
    .from(signatures)
    .where(
      and(
        eq(signatures.caseId, row.id),
        eq(signatures.version, row.version),
        eq(signatures.isWithdrawn, false),
      ),
    )
    .orderBy(asc(signatures.id));
}

async function blockersOf(handle: Sql, row: CaseRow, actor: Actor): Promise<Blocker[]> {
  if (row.state !== 'open' && row.state !== 'half-signed') {
    return [{ code: 'NOT_OPEN', count: 1, message: `The case is ${row.state}.` }];
  }
  const counts = (await countOf(handle, [row.id])).get(row.id)!;
  const blockers: Blocker[] = [];
  const add = (code: Blocker['code'], count: number, message: string) => {
    if (count > 0) blockers.push({ code, count, message });
  };
  const pending = counts.fields - counts.fieldsAnalysed - counts.fieldsFailed;
  add('FIELDS_PENDING', pending, `${plural(pending, 'field')} not analysed yet.`);
  add(
    'FIELDS_FAILED',
    counts.fieldsFailed,
    `${plural(counts.fieldsFailed, 'field')} failed: analyse again or remove.`,
  );
  add(
    'CELLS_UNIDENTIFIED',
    counts.unidentified,
    `${plural(counts.unidentified, 'cell')} unidentified.`,
  );
  add('CELLS_UNSEEN', counts.unseen, `${plural(counts.unseen, 'cell')} not seen yet.`);
  add('NO_LEUKOCYTES', counts.leukocytes === 0 ? 1 : 0, 'No leukocyte is counted.');
  const own = (await signaturesOf(handle, row)).filter((s) => s.by.id === actor.id);
  add('ALREADY_SIGNED_BY_YOU', own.length, 'The second signature must be of somebody else.');
  return blockers;
}

function plural(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? ' is' : 's are'}`;
}
