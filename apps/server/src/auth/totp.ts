/**
 * @file One-time codes of an app (RFC 6238): SHA-1, six digits, half a minute, which is what every app knows. A code
 * is taken from the half minute before to the one after, and each half minute once.
 */
import type { AddedFactor, NewTotp, totpProofSchema } from '@leukoscope/contract';
import { and, eq, isNull, lt, or } from 'drizzle-orm';
import { Secret, TOTP } from 'otpauth';
import { z } from 'zod';
import type { Context } from '../context.ts';
import type { Sql } from '../db/database.ts';
import { secondFactors, users } from '../db/schema.ts';
import { HttpError } from '../http-error.ts';
import type { Doer } from '../ledger/trail.ts';
import { openSecret, sealSecret } from '../ledger/sealed-secret.ts';
import { newId } from '../new-id.ts';
import { addFactor, type FactorRow, wrongCode } from './second-factors.ts';
import { makeTicket, readTicket, takeTicket } from './tickets.ts';

/** What RFC 4226 recommends. */
const secretBytes = 20;
const period = 30;

const factsSchema = z.object({ factorId: z.uuid(), secret: z.string() });

/** Make a secret for an app; it counts when the app has shown that it has it. */
export async function beginTotp(context: Context, userId: string): Promise<NewTotp> {
  const [user] = await context.db.sql.select().from(users).where(eq(users.id, userId));
  const secret = new Secret({ size: secretBytes });
  const factorId = newId(context.clock());
  const token = await makeTicket(context.db.sql, context, {
    kind: 'totp',
    userId,
    facts: { factorId, secret: sealSecret(context.keys, factorId, secret.bytes) },
  });
  const app = new TOTP({ issuer: 'Leukoscope', label: user!.name, secret });
  return { token, secret: secret.base32, uri: app.toString() };
}

/** Add the app when its code is right. */
export async function confirmTotp(
  context: Context,
  doer: Doer,
  owner: { readonly userId: string; readonly tokenHash: string | undefined },
  { token, code, name }: z.output<typeof totpProofSchema>,
): Promise<AddedFactor> {
  const ticket = await readTicket(context.db.sql, context, 'totp', token);
  const { factorId, secret } = factsSchema.parse(ticket.facts);
  const opened = openSecret(context.keys, factorId, secret);
  if (opened === undefined) throw sealedFault();
  const step = stepOf(context, opened, code);
  if (step === undefined || ticket.userId !== owner.userId) throw wrongCode();
  return context.db.transaction(async (tx) => {
    await takeTicket(tx, context, 'totp', token);
    return addFactor(tx, context, doer, owner, {
      id: factorId,
      kind: 'totp',
      name,
      secret,
      counter: step,
    });
  });
}

/** Take a code of one of the account's apps; undefined when it is of none, or was taken before. */
export async function takeTotp(
  tx: Sql,
  context: Context,
  factors: readonly FactorRow[],
  code: string,
): Promise<FactorRow | undefined> {
  let isSealed = false;
  for (const factor of factors) {
    if (factor.kind !== 'totp' || factor.secret === null) continue;
    const secret = openSecret(context.keys, factor.id, factor.secret);
    isSealed ||= secret === undefined;
    const step = secret === undefined ? undefined : stepOf(context, secret, code);
    if (step === undefined) continue;
    const [used] = await tx
      .update(secondFactors)
      .set({ counter: step, lastUsedAt: context.clock() })
      .where(
        and(
          eq(secondFactors.id, factor.id),
          or(isNull(secondFactors.counter), lt(secondFactors.counter, step)),
        ),
      )
      .returning();
    if (used !== undefined) return used;
  }
  // Perhaps the code was of that one: nobody can tell.
  if (isSealed) throw sealedFault();
  return undefined;
}

/** Find the half minute of a code; undefined for a wrong one. */
function stepOf({ clock }: Context, opened: Buffer, code: string): number | undefined {
  const secret = new Secret({ buffer: new Uint8Array(opened).buffer });
  const timestamp = clock().getTime();
  const delta = TOTP.validate({ token: code, secret, period, timestamp, window: 1 });
  return delta === null ? undefined : TOTP.counter({ period, timestamp }) + delta;
}

function sealedFault(): HttpError {
  return new HttpError(
    409,
    'SECOND_FACTOR_SEALED',
    'secret of the app must open with the key file. Received one that does not: its key is lost, or it was changed. Use a recovery code, or ask an administrator to remove the second factor.',
  );
}
