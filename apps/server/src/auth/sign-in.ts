/**
 * @file Signing in: name and password, then a second factor where the account has one. Refusals stand in the trail
 * under the name that was given.
 */
import type { Actor, SecondStep, SecondStepProof } from '@leukoscope/contract';
import { and, eq } from 'drizzle-orm';
import { z } from 'zod';
import type { Context } from '../context.ts';
import type { Sql } from '../db/database.ts';
import { secondFactors, users } from '../db/schema.ts';
import { HttpError } from '../http-error.ts';
import { digestsOf } from '../ledger/row-digests.ts';
import { recordInTrail } from '../ledger/trail.ts';
import { hashLines } from './hash-line.ts';
import { newToken } from './new-token.ts';
import { askForPasskey, takePasskey, wrongPasskey } from './passkeys.ts';
import { hashPassword, isPassword } from './password.ts';
import { hashRecoveryCode } from './recovery-codes.ts';
import type { RelyingParty } from './relying-party.ts';
import { type FactorRow, factorsOf, isFactorRequired, wrongCode } from './second-factors.ts';
import { beginSession, type SignInPlace } from './sessions.ts';
import { makeTicket, readTicket, takeTicket } from './tickets.ts';
import { takeTotp } from './totp.ts';

const stepSchema = z.object({ challenge: z.string().nullable() });

/** A session has begun, or a second factor is asked for. */
export type SignedIn = { readonly token: string } | { readonly secondStep: SecondStep };

/** Check name and password. Unknown names take as long as wrong passwords. */
export async function signIn(
  context: Context,
  name: string,
  password: string,
  place: SignInPlace,
): Promise<SignedIn> {
  const [user] = await context.db.sql.select().from(users).where(eq(users.name, name));
  const hash = user?.passwordHash ?? (await decoyHash(context));
  const isRight = await isPassword(password, hash, hashLines.strangers);
  if (user === undefined || user.isDisabled || !isRight) {
    const stranger = { kind: 'system', id: null, name } as const;
    await recordRefusal(context, 'session.refused', stranger, place.address);
    throw new HttpError(
      401,
      'SIGN_IN_REFUSED',
      'name and password must belong to an account. Received others. Check both.',
    );
  }
  return context.db.transaction(async (tx) => {
    const factors = await factorsOf(tx, user.id);
    if (factors.length > 0) return { secondStep: await askSecondStep(tx, context, factors, place) };
    const mustAddFactor = await isFactorRequired(tx, user.role);
    return {
      token: await beginSession(tx, context, user, place, { by: 'password', mustAddFactor }),
    };
  });
}

async function askSecondStep(
  tx: Sql,
  context: Context,
  factors: readonly FactorRow[],
  { party }: SignInPlace,
): Promise<SecondStep> {
  const passkey = await askForPasskey(factors, party);
  const token = await makeTicket(tx, context, {
    kind: 'second-step',
    userId: factors[0]!.userId,
    facts: { challenge: passkey?.challenge ?? null },
  });
  const kinds = [...new Set(factors.map(({ kind }) => kind))];
  return { token, passkey, kinds: kinds.filter((kind) => kind !== 'passkey' || passkey !== null) };
}

/** Tell whose sign-in goes on, for the brake on guesses. */
export async function accountOfStep(context: Context, token: string): Promise<string> {
  return String((await readTicket(context.db.sql, context, 'second-step', token)).userId);
}

/** Go on with a second factor; returns the session's token. */
export async function finishSignIn(
  context: Context,
  token: string,
  proof: SecondStepProof,
  place: SignInPlace,
): Promise<string> {
  const { userId, facts } = await readTicket(context.db.sql, context, 'second-step', token);
  const { challenge } = stepSchema.parse(facts);
  const [user] = await context.db.sql
    .select()
    .from(users)
    .where(eq(users.id, String(userId)));
  const begun = await context.db.transaction(async (tx) => {
    const factors = await factorsOf(tx, user!.id);
    const used = await takeProof(tx, context, factors, { proof, challenge, party: place.party });
    if (used === undefined || user!.isDisabled) return undefined;
    await takeTicket(tx, context, 'second-step', token);
    return beginSession(tx, context, user!, place, {
      by: used.kind,
      // Of the columns that are in the hash only a used recovery code changes one.
      rows: used.kind === 'recovery-codes' ? digestsOf('secondFactors', used) : {},
    });
  });
  if (begun !== undefined) return begun;
  const actor = { kind: 'user', id: user!.id, name: user!.displayName } as const;
  await recordRefusal(context, 'second-factor.refused', actor, place.address);
  throw proof.kind === 'passkey' ? wrongPasskey() : wrongCode();
}

/** Who failed to prove who they are stands in the trail. */
export async function recordRefusal(
  context: Context,
  action: 'session.refused' | 'password.refused' | 'second-factor.refused',
  actor: Actor,
  address: string,
): Promise<void> {
  await context.db.transaction((tx) =>
    recordInTrail(
      tx,
      context,
      { actor, address },
      { action, subject: 'session', subjectId: actor.id ?? actor.name },
    ),
  );
}

/** Take what proves the person: it works once. Undefined: it is not this account's, or was taken before. */
async function takeProof(
  tx: Sql,
  context: Context,
  factors: readonly FactorRow[],
  given: {
    readonly proof: SecondStepProof;
    readonly challenge: string | null;
    readonly party: RelyingParty | undefined;
  },
): Promise<FactorRow | undefined> {
  const { proof, challenge, party } = given;
  switch (proof.kind) {
    case 'passkey':
      return challenge === null
        ? undefined
        : takePasskey(tx, context, factors, { answer: proof.answer, challenge, party });
    case 'totp':
      return takeTotp(tx, context, factors, proof.code);
    case 'recovery-codes':
      return takeRecoveryCode(tx, context, factors, proof.code);
  }
}

async function takeRecoveryCode(
  tx: Sql,
  context: Context,
  factors: readonly FactorRow[],
  code: string,
): Promise<FactorRow | undefined> {
  const known = factors.find(({ kind }) => kind === 'recovery-codes');
  if (known === undefined) return undefined;
  const own = and(eq(secondFactors.id, known.id), eq(secondFactors.isRemoved, false));
  // Read again under a lock: the same code may come twice at once.
  const [row] = await tx.select().from(secondFactors).where(own).for('update');
  const hash = hashRecoveryCode(code);
  if (row?.codes?.includes(hash) !== true) return undefined;
  const [used] = await tx
    .update(secondFactors)
    .set({ codes: row.codes.filter((one) => one !== hash), lastUsedAt: context.clock() })
    .where(own)
    .returning();
  return used;
}

let decoy: Promise<string> | undefined;

function decoyHash(context: Context): Promise<string> {
  decoy ??= hashPassword(newToken().token, context.limits.passwordCost, hashLines.strangers).catch(
    (error: unknown) => {
      // A line that was full this time is not full for ever.
      decoy = undefined;
      throw error;
    },
  );
  return decoy;
}
