/**
 * @file Signing in by the organisation's provider. An identity (issuer and subject) belongs to the account that an
 * administrator has linked to it; where the site says so, an unknown one gets an account with the role that the site
 * names. Names and addresses that the provider tells link nothing.
 */
import { type ProviderPurpose, type Role, userNameSchema } from '@leukoscope/contract';
import { and, eq } from 'drizzle-orm';
import { z } from 'zod';
import type { Context } from '../context.ts';
import type { Sql } from '../db/database.ts';
import { tickets, users } from '../db/schema.ts';
import { HttpError } from '../http-error.ts';
import { recordInTrail } from '../ledger/trail.ts';
import type { Caller } from '../services/actor.ts';
import { getSite } from '../services/site.ts';
import { accountMade, actorOf, insertUser, refuseNameTwice, type UserRow } from './accounts.ts';
import { checkDisplayName, lockAccounts } from './display-name.ts';
import { type Identity, keptSchema } from './oidc-client.ts';
import { requireProvider } from './require-provider.ts';
import { beginSession, type SignInPlace } from './sessions.ts';
import { recordRefusal } from './sign-in.ts';
import { makeTicket, takeTicket } from './tickets.ts';

const factsSchema = z.object({ purpose: z.enum(['sign-in', 'confirm']), kept: keptSchema });
/** Clocks of two machines. */
const skewMs = 60_000;

/** Begin: where to send the browser, and the token of what is kept meanwhile. */
export async function beginAtProvider(
  context: Context,
  purpose: ProviderPurpose,
  caller: Caller | undefined,
): Promise<{ readonly url: string; readonly token: string }> {
  const provider = requireProvider(context);
  const userId = purpose === 'confirm' ? idOf(caller) : null;
  const { url, kept } = await provider.begin(purpose === 'confirm');
  const step = { kind: 'provider', userId, facts: { purpose, kept } } as const;
  return { url, token: await makeTicket(context.db.sql, context, step) };
}

/** What came of it: a session, or a confirmation of the caller. */
export type ProviderOutcome =
  | { readonly purpose: 'sign-in'; readonly token: string }
  | { readonly purpose: 'confirm' };

/** Go on with what the provider has sent the browser back with. */
export async function finishAtProvider(
  context: Context,
  token: string,
  query: string,
  { caller, place }: { readonly caller: Caller | undefined; readonly place: SignInPlace },
): Promise<ProviderOutcome> {
  const provider = requireProvider(context);
  // Taken before it is tried: what the browser brings back counts once.
  const ticket = await takeTicket(context.db.sql, context, 'provider', token);
  const { purpose, kept } = factsSchema.parse(ticket.facts);
  const identity = await provider.finish(query, kept);
  if (purpose === 'sign-in') {
    return { purpose, token: await enter(context, identity, place) };
  }
  await confirm(context, identity, { caller, begunAt: ticket.createdAt });
  return { purpose };
}

/** Take the confirmation of a session, once; refuses when there is none. */
export async function takeConfirmation(context: Context, caller: Caller): Promise<void> {
  const mine = await context.db.sql
    .select()
    .from(tickets)
    .where(and(eq(tickets.kind, 'confirmed'), eq(tickets.userId, idOf(caller))));
  const now = context.clock();
  for (const { tokenHash, facts, expiresAt } of mine) {
    if (facts['session'] !== caller.tokenHash || expiresAt <= now) continue;
    const taken = await context.db.sql
      .delete(tickets)
      .where(eq(tickets.tokenHash, tokenHash))
      .returning();
    if (taken.length > 0) return;
  }
  throw new HttpError(
    409,
    'CONFIRMATION_NEEDED',
    `signer must have been confirmed by ${requireProvider(context).name} in the last ten minutes, once for each act. Received no confirmation. Confirm who you are, then repeat it.`,
  );
}

async function enter(context: Context, identity: Identity, place: SignInPlace): Promise<string> {
  const { issuer, subject } = identity;
  const token = await context.db.transaction(async (tx) => {
    const user = (await ownerOf(tx, identity)) ?? (await makeOwner(tx, context, identity, place));
    if (user === undefined || user.isDisabled) return undefined;
    return beginSession(tx, context, user, place, { by: 'provider' });
  });
  if (token !== undefined) return token;
  const stranger = { kind: 'system', id: null, name: `${subject} of ${issuer}` } as const;
  await recordRefusal(context, 'session.refused', stranger, place.address);
  throw new HttpError(
    403,
    'IDENTITY_UNKNOWN',
    `identity must belong to an account that is open. Received ${subject} of ${issuer}. Tell an administrator, who can link it to your account.`,
  );
}

async function ownerOf(tx: Sql, { issuer, subject }: Identity): Promise<UserRow | undefined> {
  const [user] = await tx
    .select()
    .from(users)
    .where(and(eq(users.issuer, issuer), eq(users.subject, subject)));
  return user;
}

/** Make an account for an unknown identity, where the site says with which role. */
async function makeOwner(
  tx: Sql,
  context: Context,
  identity: Identity,
  place: SignInPlace,
): Promise<UserRow | undefined> {
  const role: Role | null = (await getSite(tx)).providerRole;
  if (role === null) return undefined;
  await lockAccounts(tx);
  // Two first sign-ins at once are of one person.
  const meanwhile = await ownerOf(tx, identity);
  if (meanwhile !== undefined) return meanwhile;
  const { issuer, subject } = identity;
  const name = nameOf(identity);
  // A name that is taken is never a reason to be let into that account.
  await refuseNameTwice(tx, name);
  const displayName = (identity.displayName ?? name).slice(0, 120);
  await checkDisplayName(tx, displayName);
  const user = await insertUser(tx, context, {
    name,
    displayName,
    role,
    passwordHash: null,
    issuer,
    subject,
  });
  const doer = { actor: actorOf(user), address: place.address };
  await recordInTrail(tx, context, doer, accountMade(user));
  return user;
}

function nameOf({ userName, subject }: Identity): string {
  for (const given of [userName, userName?.split('@')[0], subject]) {
    const parsed = userNameSchema.safeParse(given);
    if (parsed.success) return parsed.data;
  }
  throw new HttpError(
    409,
    'IDENTITY_NAME',
    `identity must come with a name of 2 to 64 of a-z 0-9 . _ @ -. Received ${JSON.stringify(userName ?? subject)}. Ask an administrator to make the account and link it.`,
  );
}

async function confirm(
  context: Context,
  identity: Identity,
  given: { readonly caller: Caller | undefined; readonly begunAt: Date },
): Promise<void> {
  const { caller, begunAt } = given;
  const userId = idOf(caller);
  const owner = await ownerOf(context.db.sql, identity);
  const isFresh =
    identity.signedInAt !== undefined &&
    identity.signedInAt.getTime() >= begunAt.getTime() - skewMs;
  if (owner?.id !== userId || !isFresh) {
    throw new HttpError(
      403,
      'CONFIRMATION_OTHER',
      `confirmation must be a new sign-in of ${caller!.actor.name}. Received ${owner?.id === userId ? 'an old one' : 'one of somebody else'}. Confirm again, with your own name.`,
    );
  }
  await makeTicket(context.db.sql, context, {
    kind: 'confirmed',
    userId,
    facts: { session: caller!.tokenHash },
  });
}

function idOf(caller: Caller | undefined): string {
  if (caller?.actor.kind === 'user' && caller.actor.id !== null && caller.tokenHash !== undefined) {
    return caller.actor.id;
  }
  throw new HttpError(
    401,
    'SIGN_IN',
    'caller must be signed in. Received no valid session or key. Sign in first.',
  );
}
