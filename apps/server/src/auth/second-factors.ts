/**
 * @file The second factors of accounts: which there are, adding and removing them. Every act is in the trail and ends
 * the account's other sessions, as a new password does. What is removed stays as a row without its secrets.
 */
import type {
  AddedFactor,
  Role,
  SecondFactor,
  SecondFactorKind,
  SecondFactors,
} from '@leukoscope/contract';
import { and, asc, eq, inArray } from 'drizzle-orm';
import type { Context } from '../context.ts';
import type { Sql } from '../db/database.ts';
import { secondFactors, sessions, users } from '../db/schema.ts';
import { HttpError, missing } from '../http-error.ts';
import { collectRows } from '../ledger/row-digests.ts';
import { type Doer, recordInTrail } from '../ledger/trail.ts';
import { newId } from '../new-id.ts';
import { getSite } from '../services/site.ts';
import { makeRecoveryCodes } from './recovery-codes.ts';
import { endSessions } from './sessions.ts';

/** A second factor as it is stored. */
export type FactorRow = typeof secondFactors.$inferSelect;

/** Whose factor it is, and in which session. */
export interface FactorOwner {
  readonly userId: string;
  readonly tokenHash: string | undefined;
}

/** List the factors of an account that hold, oldest first, recovery codes last. */
export async function factorsOf(handle: Sql, userId: string): Promise<FactorRow[]> {
  const rows = await handle
    .select()
    .from(secondFactors)
    .where(and(eq(secondFactors.userId, userId), eq(secondFactors.isRemoved, false)))
    .orderBy(asc(secondFactors.id));
  return [...rows.filter((row) => !isRecovery(row)), ...rows.filter(isRecovery)];
}

/** Say which of these accounts have a second factor. */
export async function withSecondFactor(
  handle: Sql,
  userIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (userIds.length === 0) return new Set();
  const rows = await handle
    .selectDistinct({ userId: secondFactors.userId })
    .from(secondFactors)
    .where(and(inArray(secondFactors.userId, [...userIds]), eq(secondFactors.isRemoved, false)));
  return new Set(rows.map(({ userId }) => userId));
}

/** Tell whether the site asks a second factor of a role. */
export async function isFactorRequired(handle: Sql, role: Role): Promise<boolean> {
  return (await getSite(handle)).secondFactorRoles.includes(role);
}

/** List one's own. */
export async function listSecondFactors(
  { db: { sql: handle } }: Context,
  userId: string,
  role: Role,
): Promise<SecondFactors> {
  const items = (await factorsOf(handle, userId)).map(toFactor);
  return { items, isRequired: await isFactorRequired(handle, role) };
}

/** Add a factor whose owner has shown to have it; with the first one come recovery codes. */
export async function addFactor(
  tx: Sql,
  context: Context,
  doer: Doer,
  { userId, tokenHash }: FactorOwner,
  facts: Pick<FactorRow, 'id' | 'kind' | 'name' | 'counter'> & Partial<FactorRow>,
): Promise<AddedFactor> {
  await lockAccount(tx, userId);
  const before = await factorsOf(tx, userId);
  const written = collectRows();
  const [factor] = await tx
    .insert(secondFactors)
    .values({ ...facts, userId, createdAt: context.clock(), isRemoved: false })
    .returning();
  written.add('secondFactors', [factor!]);
  const codes = before.some(isRecovery) ? null : makeRecoveryCodes();
  if (codes !== null) {
    written.add('secondFactors', [await keepCodes(tx, context, userId, codes.hashes)]);
  }
  await endSessions(tx, userId, tokenHash);
  // The site's wish is fulfilled: this session is open to everything from now on.
  const own = await tx
    .update(sessions)
    .set({ mustAddFactor: null })
    .where(eq(sessions.userId, userId))
    .returning();
  written.add('sessions', own);
  const { kind, name } = factor!;
  await recordInTrail(tx, context, doer, {
    action: 'second-factor.added',
    subject: 'account',
    subjectId: userId,
    after: { kind, name, hasNewRecoveryCodes: codes !== null },
    rows: written.digests(),
  });
  return { factor: toFactor(factor!), recoveryCodes: codes?.codes ?? null };
}

/** Put new recovery codes in the place of those from before. */
export async function renewRecoveryCodes(
  context: Context,
  doer: Doer,
  userId: string,
): Promise<string[]> {
  return context.db.transaction(async (tx) => {
    await lockAccount(tx, userId);
    const before = await factorsOf(tx, userId);
    if (before.every(isRecovery)) {
      throw new HttpError(
        409,
        'SECOND_FACTOR_NONE',
        'account must have a second factor for recovery codes to stand in for. Received one without. Add one first.',
      );
    }
    const { codes, hashes } = makeRecoveryCodes();
    const written = collectRows();
    written.add('secondFactors', await markRemoved(tx, before.filter(isRecovery)));
    written.add('secondFactors', [await keepCodes(tx, context, userId, hashes)]);
    await recordInTrail(tx, context, doer, {
      action: 'recovery-codes.made',
      subject: 'account',
      subjectId: userId,
      rows: written.digests(),
    });
    return codes;
  });
}

/** Remove one of one's own; the last one only where the site asks none of the role. */
export async function removeOwnFactor(
  context: Context,
  doer: Doer,
  owner: FactorOwner & { readonly role: Role },
  id: string,
): Promise<void> {
  await context.db.transaction(async (tx) => {
    await lockAccount(tx, owner.userId);
    const all = await factorsOf(tx, owner.userId);
    const factor = all.find((one) => one.id === id && !isRecovery(one));
    if (factor === undefined) throw missing('factor', id);
    const others = all.filter((one) => one.id !== id && !isRecovery(one));
    if (others.length === 0 && (await isFactorRequired(tx, owner.role))) {
      throw new HttpError(
        409,
        'SECOND_FACTOR_LAST',
        'account must keep a second factor, which the site asks of its role. Received the removal of the last one. Add another first.',
      );
    }
    // Codes stand in for a factor; without one there is nothing to stand in for.
    await remove(tx, context, doer, owner, others.length === 0 ? all : [factor]);
  });
}

/** Remove all of somebody else, who has lost them; the account's sessions end. */
export async function removeAllFactors(
  context: Context,
  doer: Doer,
  userId: string,
): Promise<void> {
  if (doer.actor.id === userId) {
    throw new HttpError(
      409,
      'SECOND_FACTOR_OWN',
      "second factors that are removed so must be somebody else's. Received those of one's own account. Remove them in the account's menu, with the password.",
    );
  }
  await context.db.transaction(async (tx) => {
    await lockAccount(tx, userId);
    const all = await factorsOf(tx, userId);
    if (all.length > 0) await remove(tx, context, doer, { userId, tokenHash: undefined }, all);
  });
}

async function remove(
  tx: Sql,
  context: Context,
  doer: Doer,
  { userId, tokenHash }: FactorOwner,
  factors: readonly FactorRow[],
): Promise<void> {
  const written = collectRows();
  written.add('secondFactors', await markRemoved(tx, factors));
  await endSessions(tx, userId, tokenHash);
  await recordInTrail(tx, context, doer, {
    action: 'second-factor.removed',
    subject: 'account',
    subjectId: userId,
    before: { factors: factors.map(({ kind, name }) => ({ kind, name })) },
    rows: written.digests(),
  });
}

/** Say that a code was not the right one. */
export function wrongCode(): HttpError {
  return new HttpError(
    403,
    'CODE_WRONG',
    'code must be the one that is shown now, and each is taken once. Received another, or one that was used. Wait for the next one and type that.',
  );
}

/** Two changes of one account's factors wait for each other. */
async function lockAccount(tx: Sql, userId: string): Promise<void> {
  const [user] = await tx.select().from(users).where(eq(users.id, userId)).for('update');
  if (user === undefined) throw missing('user', userId);
}

async function keepCodes(
  tx: Sql,
  context: Context,
  userId: string,
  hashes: string[],
): Promise<FactorRow> {
  const now = context.clock();
  const [row] = await tx
    .insert(secondFactors)
    .values({
      id: newId(now),
      userId,
      kind: 'recovery-codes',
      name: 'Recovery codes',
      codes: hashes,
      createdAt: now,
      isRemoved: false,
    })
    .returning();
  return row!;
}

async function markRemoved(tx: Sql, factors: readonly FactorRow[]): Promise<FactorRow[]> {
  if (factors.length === 0) return [];
  return tx
    .update(secondFactors)
    .set({ isRemoved: true, secret: null, codes: null, credentialId: null, publicKey: null })
    .where(
      inArray(
        secondFactors.id,
        factors.map(({ id }) => id),
      ),
    )
    .returning();
}

function isRecovery({ kind }: { readonly kind: SecondFactorKind }): boolean {
  return kind === 'recovery-codes';
}

function toFactor({ id, kind, name, codes, createdAt, lastUsedAt }: FactorRow): SecondFactor {
  return {
    id,
    kind,
    name,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    left: codes?.length ?? null,
  };
}
