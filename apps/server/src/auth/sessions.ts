/**
 * @file Sessions and API keys, and who has them. The database holds only hashes of tokens.
 */
import type { SecondFactorKind } from '@leukoscope/contract';
import { and, eq, gt, gte, inArray, isNull, lt, ne, or, type SQL } from 'drizzle-orm';
import { sha256Hex } from '../canonical-json.ts';
import type { Context } from '../context.ts';
import type { Sql } from '../db/database.ts';
import { apiKeys, sessions, users } from '../db/schema.ts';
import { digestsOf, type RowDigests } from '../ledger/row-digests.ts';
import { recordInTrail } from '../ledger/trail.ts';
import { newId } from '../new-id.ts';
import type { Caller } from '../services/actor.ts';
import { newToken } from './new-token.ts';
import type { RelyingParty } from './relying-party.ts';
import { dropTickets } from './tickets.ts';

/** Sessions are marked as seen at most this often. */
const seenEveryMs = 60_000;
const mostAgentSigns = 300;

/** Where somebody signs in. */
export interface SignInPlace {
  readonly address: string;
  /** The browser's own words. */
  readonly userAgent: string;
  /** What passkeys belong to at the address that the browser has; undefined where there are none. */
  readonly party?: RelyingParty | undefined;
  /** The token that the browser has from before: it ends when another begins. */
  readonly tokenBefore?: string | undefined;
}

/** How somebody has proved who they are. */
export interface SignInProof {
  /** For the trail. */
  readonly by: 'setup-link' | 'password' | 'provider' | SecondFactorKind;
  /** The site asks a second factor of the role, and the account has none. @default false */
  readonly mustAddFactor?: boolean;
  /** Hashes of what the proof has changed. @default none */
  readonly rows?: RowDigests;
}

/** Begin a session and return its token. */
export async function beginSession(
  tx: Sql,
  context: Context,
  user: Pick<typeof users.$inferSelect, 'id' | 'displayName'>,
  place: SignInPlace,
  { by, mustAddFactor = false, rows = {} }: SignInProof,
): Promise<string> {
  const now = context.clock();
  const { token, hash } = newToken();
  const { address, userAgent, tokenBefore } = place;
  if (tokenBefore !== undefined)
    await deleteSessions(tx, eq(sessions.tokenHash, sha256Hex(tokenBefore)));
  const [session] = await tx
    .insert(sessions)
    .values({
      tokenHash: hash,
      id: newId(now),
      userId: user.id,
      address,
      userAgent: userAgent.slice(0, mostAgentSigns),
      mustAddFactor: mustAddFactor ? true : null,
      createdAt: now,
      lastSeenAt: now,
      expiresAt: new Date(now.getTime() + context.limits.sessionLifeMs),
    })
    .returning();
  await tx.update(users).set({ lastSignInAt: now }).where(eq(users.id, user.id));
  // A session that nobody signed in for would be somebody else's work under this name.
  await recordInTrail(
    tx,
    context,
    { actor: { kind: 'user', id: user.id, name: user.displayName }, address },
    {
      action: 'session.began',
      subject: 'session',
      subjectId: user.id,
      after: { by },
      rows: { ...rows, ...digestsOf('sessions', session!) },
    },
  );
  return token;
}

/**
 * Find who has a session; undefined when it is over, idle for too long, or its account is disabled. `isAct`: a
 * person does something now, which keeps the session alive; what a page asks for by itself does not.
 */
export async function callerOfSession(
  context: Context,
  token: string,
  isAct = true,
): Promise<Caller | undefined> {
  const tokenHash = sha256Hex(token);
  const now = context.clock();
  const [found] = await context.db.sql
    .select({ session: sessions, user: users })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(eq(sessions.tokenHash, tokenHash));
  if (found === undefined || found.user.isDisabled) return undefined;
  const idleMs = now.getTime() - found.session.lastSeenAt.getTime();
  if (idleMs > context.limits.sessionIdleMs || now >= found.session.expiresAt) return undefined;
  if (isAct && idleMs > seenEveryMs) {
    await context.db.sql
      .update(sessions)
      .set({ lastSeenAt: now })
      .where(eq(sessions.tokenHash, tokenHash));
  }
  const { id, name, displayName, role } = found.user;
  return {
    actor: { kind: 'user', id, name: displayName },
    role,
    account: name,
    ...owesOf(found),
    tokenHash,
  };
}

function owesOf({
  user,
  session,
}: {
  readonly user: typeof users.$inferSelect;
  readonly session: typeof sessions.$inferSelect;
}): Pick<Caller, 'owes'> {
  if (user.mustChangePassword === true) return { owes: 'password' };
  return session.mustAddFactor === true ? { owes: 'second-factor' } : {};
}

/** Say which of these callers may still ask: their sessions and keys hold, and nothing of them was ended. */
export async function stillCallers(
  context: Context,
  callers: readonly Caller[],
): Promise<ReadonlySet<Caller>> {
  const now = context.clock();
  const hashes = callers.flatMap(({ tokenHash }) => tokenHash ?? []);
  const keyIds = callers.flatMap(({ actor }) =>
    actor.kind === 'key' && actor.id !== null ? actor.id : [],
  );
  const idleSince = new Date(now.getTime() - context.limits.sessionIdleMs);
  const { sql: handle } = context.db;
  const held =
    hashes.length === 0
      ? []
      : await handle
          .select({ name: sessions.tokenHash })
          .from(sessions)
          .innerJoin(users, eq(users.id, sessions.userId))
          .where(
            and(
              inArray(sessions.tokenHash, hashes),
              eq(users.isDisabled, false),
              gt(sessions.expiresAt, now),
              gte(sessions.lastSeenAt, idleSince),
            ),
          );
  const open =
    keyIds.length === 0
      ? []
      : await handle
          .select({ name: apiKeys.id })
          .from(apiKeys)
          .where(
            and(
              inArray(apiKeys.id, keyIds),
              eq(apiKeys.isRevoked, false),
              or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now)),
            ),
          );
  const names = new Set([...held, ...open].map(({ name }) => name));
  return new Set(
    callers.filter(({ tokenHash, actor }) => {
      const name = tokenHash ?? (actor.kind === 'key' ? actor.id : null);
      // The one person of local mode has neither.
      return name === null || names.has(name);
    }),
  );
}

/** Find who has an API key. */
export async function callerOfKey(context: Context, secret: string): Promise<Caller | undefined> {
  const now = context.clock();
  const [key] = await context.db.sql
    .select()
    .from(apiKeys)
    .where(eq(apiKeys.secretHash, sha256Hex(secret)));
  if (key === undefined || key.isRevoked) return undefined;
  if (key.expiresAt !== null && now >= key.expiresAt) return undefined;
  if (now.getTime() - (key.lastUsedAt?.getTime() ?? 0) > seenEveryMs) {
    await context.db.sql.update(apiKeys).set({ lastUsedAt: now }).where(eq(apiKeys.id, key.id));
  }
  return { actor: { kind: 'key', id: key.id, name: key.name }, role: key.role };
}

/** End one session. */
export async function endSession(context: Context, token: string): Promise<void> {
  await context.db.transaction((tx) =>
    deleteSessions(tx, eq(sessions.tokenHash, sha256Hex(token))),
  );
}

/** End an account's sessions, but one, and sign-ins of it that are under way. */
export async function endSessions(tx: Sql, userId: string, butHash?: string): Promise<void> {
  const own = eq(sessions.userId, userId);
  await dropTickets(tx, userId);
  await deleteSessions(tx, butHash === undefined ? own : and(own, ne(sessions.tokenHash, butHash)));
}

async function deleteSessions(tx: Sql, which: SQL | undefined): Promise<void> {
  await tx.delete(sessions).where(which);
}

/** Forget sessions that are over. */
export async function forgetOldSessions(context: Context): Promise<void> {
  const now = context.clock();
  const idleSince = new Date(now.getTime() - context.limits.sessionIdleMs);
  await context.db.sql
    .delete(sessions)
    .where(or(lt(sessions.expiresAt, now), lt(sessions.lastSeenAt, idleSince)));
}
