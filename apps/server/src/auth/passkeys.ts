/**
 * @file Passkeys and security keys (WebAuthn) as a second factor. A passkey belongs to the name by which the server is
 * reached; who makes one needs https, or this machine, and a name instead of a number.
 */
import type {
  AddedFactor,
  NewPasskey,
  PasskeyAnswer,
  PasskeyProof,
  SecondStep,
} from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { eq } from 'drizzle-orm';
import { z } from 'zod';
import type { Context } from '../context.ts';
import type { Sql } from '../db/database.ts';
import { secondFactors, users } from '../db/schema.ts';
import { HttpError } from '../http-error.ts';
import type { Doer } from '../ledger/trail.ts';
import { newId } from '../new-id.ts';
import type { RelyingParty } from './relying-party.ts';
import { addFactor, type FactorOwner, type FactorRow, factorsOf } from './second-factors.ts';
import { makeTicket, takeTicket } from './tickets.ts';

/** EdDSA, ES256, RS256: what keys have. Without a list the library tries what Node has as an experiment. */
const algorithms = [-8, -7, -257];

const factsSchema = z.object({ challenge: z.string() });

/** Begin to add a passkey: what the browser is to make. */
export async function beginPasskey(
  context: Context,
  userId: string,
  party: RelyingParty | undefined,
): Promise<NewPasskey> {
  const { id: rpID } = requireParty(party);
  const [user] = await context.db.sql.select().from(users).where(eq(users.id, userId));
  const options = await generateRegistrationOptions({
    rpName: 'Leukoscope',
    rpID,
    userName: user!.name,
    userDisplayName: user!.displayName,
    userID: Uint8Array.from(Buffer.from(userId.replaceAll('-', ''), 'hex')),
    attestationType: 'none',
    supportedAlgorithmIDs: algorithms,
    excludeCredentials: credentialsOf(await factorsOf(context.db.sql, userId)),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
  });
  const { challenge } = options;
  const step = { kind: 'passkey', userId, facts: { challenge } } as const;
  return { token: await makeTicket(context.db.sql, context, step), options: { ...options } };
}

/** Add the passkey that the browser has made. */
export async function confirmPasskey(
  context: Context,
  doer: Doer,
  owner: FactorOwner,
  given: PasskeyProof & { readonly party: RelyingParty | undefined },
): Promise<AddedFactor> {
  const { token, name, response, party } = given;
  const { id: rpID, origin } = requireParty(party);
  // A challenge is answered once, rightly or not.
  const ticket = await takeTicket(context.db.sql, context, 'passkey', token);
  const { challenge } = factsSchema.parse(ticket.facts);
  const made = await verifyRegistrationResponse({
    response: asRegistration(response),
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: rpID,
    requireUserVerification: false,
    supportedAlgorithmIDs: algorithms,
  }).catch((cause: unknown) => {
    throw wrongPasskey(cause);
  });
  if (!made.verified || ticket.userId !== owner.userId) throw wrongPasskey();
  const { id: credentialId, publicKey, counter, transports } = made.registrationInfo.credential;
  return context.db.transaction(async (tx) => {
    await refuseTwice(tx, credentialId);
    return addFactor(tx, context, doer, owner, {
      id: newId(context.clock()),
      kind: 'passkey',
      name,
      counter,
      credentialId,
      publicKey: Buffer.from(publicKey).toString('base64url'),
      transports: [...(transports ?? [])],
    });
  });
}

/** Ask for one of an account's passkeys; null where there is none, or browsers would not use it here. */
export async function askForPasskey(
  factors: readonly FactorRow[],
  party: RelyingParty | undefined,
): Promise<SecondStep['passkey']> {
  const allowCredentials = credentialsOf(factors);
  if (party === undefined || allowCredentials.length === 0) return null;
  const { id: rpID } = party;
  return {
    ...(await generateAuthenticationOptions({
      rpID,
      allowCredentials,
      userVerification: 'preferred',
    })),
  };
}

/** Take the answer of a passkey; undefined when it is of none of the account's, or not to this challenge. */
export async function takePasskey(
  tx: Sql,
  context: Context,
  factors: readonly FactorRow[],
  given: {
    readonly answer: PasskeyAnswer;
    readonly challenge: string;
    readonly party: RelyingParty | undefined;
  },
): Promise<FactorRow | undefined> {
  const { answer, challenge, party } = given;
  const factor = factors.find(({ credentialId }) => credentialId === answer.id);
  if (factor?.publicKey == null || party === undefined) return undefined;
  // Read again under a lock: the counter of a copied key must not pass twice.
  const own = eq(secondFactors.id, factor.id);
  const [row] = await tx.select().from(secondFactors).where(own).for('update');
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: asAuthentication(answer),
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: false,
      credential: {
        id: answer.id,
        publicKey: Uint8Array.from(Buffer.from(factor.publicKey, 'base64url')),
        counter: row!.counter ?? 0,
      },
    });
    if (!verified) return undefined;
    const [used] = await tx
      .update(secondFactors)
      .set({ counter: authenticationInfo.newCounter, lastUsedAt: context.clock() })
      .where(own)
      .returning();
    return used;
  } catch {
    // The library throws for every kind of wrong answer.
    return undefined;
  }
}

function credentialsOf(factors: readonly FactorRow[]) {
  return factors.flatMap(({ credentialId, transports }) =>
    credentialId === null ? [] : [{ id: credentialId, transports: transports ?? [] }],
  );
}

async function refuseTwice(tx: Sql, credentialId: string): Promise<void> {
  const [known] = await tx
    .select()
    .from(secondFactors)
    .where(eq(secondFactors.credentialId, credentialId));
  if (known === undefined) return;
  throw new HttpError(
    409,
    'PASSKEY_TWICE',
    'passkey must be new. Received one that an account has. Make another.',
  );
}

function requireParty(party: RelyingParty | undefined): RelyingParty {
  if (party !== undefined) return party;
  throw new HttpError(
    409,
    'PASSKEY_ADDRESS',
    'server must be reached by a name over https, or as localhost, for passkeys. Received another address. Open it by its name, or take an app.',
  );
}

/** Say that a passkey's answer was not the right one. */
export function wrongPasskey(cause?: unknown): HttpError {
  return new HttpError(
    403,
    'PASSKEY_WRONG',
    `passkey must be of this account, and answer this page and this step. Received another${cause === undefined ? '' : `: ${messageOf(cause).slice(0, 200)}`}. Begin again.`,
    { cause },
  );
}

/** The contract has checked the form. */
function asRegistration(response: object): RegistrationResponseJSON {
  return response as RegistrationResponseJSON;
}

/** The contract has checked the form. */
function asAuthentication(response: object): AuthenticationResponseJSON {
  return response as AuthenticationResponseJSON;
}
