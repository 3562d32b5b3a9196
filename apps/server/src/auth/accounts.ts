/** @file Accounts: first start, making and changing them. */
import type {
  Actor,
  newUserSchema,
  setupSchema,
  User,
  userChangeSchema,
} from '@leukoscope/contract';
import { and, asc, count, eq, gt, ne } from 'drizzle-orm';
import { z } from 'zod';
import { sha256Hex } from '../canonical-json.ts';
import type { Context } from '../context.ts';
import type { Sql } from '../db/database.ts';
import { setupTokens, users } from '../db/schema.ts';
import { HttpError, missing, stale } from '../http-error.ts';
import { digestsOf } from '../ledger/row-digests.ts';
import { type Doer, recordInTrail, type TrailFacts } from '../ledger/trail.ts';
import { newId } from '../new-id.ts';
import { readCursor, toPage } from '../services/page-cursor.ts';
import { checkDisplayName, lockAccounts } from './display-name.ts';
import { hashLines } from './hash-line.ts';
import { newToken } from './new-token.ts';
import { checkPassword, hashPassword } from './password.ts';
import { requireProvider } from './require-provider.ts';
import { withSecondFactor } from './second-factors.ts';
import { beginSession, endSessions, type SignInPlace } from './sessions.ts';

const setupMs = 24 * 3_600_000;

/** An account as it is stored. */
export type UserRow = typeof users.$inferSelect;
/** Query of a page. */
export interface PageQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Whether there is no account yet. */
export async function needsSetup(handle: Sql): Promise<boolean> {
  const [row] = await handle.select({ n: count() }).from(users);
  return row!.n === 0;
}

/** Make the token of the one-time link; earlier ones no longer work. Undefined when there are accounts. */
export async function newSetupToken(context: Context): Promise<string | undefined> {
  return context.db.transaction(async (tx) => {
    if (!(await needsSetup(tx))) return undefined;
    const { token, hash } = newToken();
    const now = context.clock();
    await tx.delete(setupTokens);
    await tx
      .insert(setupTokens)
      .values({ tokenHash: hash, createdAt: now, expiresAt: new Date(now.getTime() + setupMs) });
    return token;
  });
}

/** Make the first administrator and sign in; returns the session's token. */
export async function setUp(
  context: Context,
  given: z.output<typeof setupSchema>,
  place: SignInPlace,
): Promise<string> {
  const isLink = and(
    eq(setupTokens.tokenHash, sha256Hex(given.token)),
    gt(setupTokens.expiresAt, context.clock()),
  );
  // Before anything that takes time: whoever has no link keeps nobody waiting.
  const [link] = await context.db.sql.select().from(setupTokens).where(isLink);
  if (link === undefined) throw wrongLink();
  await checkPassword(given.password, [given.name, given.displayName]);
  const { passwordCost } = context.limits;
  const passwordHash = await hashPassword(given.password, passwordCost, hashLines.strangers);
  return context.db.transaction(async (tx) => {
    const [taken] = await tx.delete(setupTokens).where(isLink).returning();
    if (taken === undefined || !(await needsSetup(tx))) throw wrongLink();
    const { name, displayName } = given;
    const made = { name, displayName, role: 'administrator', passwordHash } as const;
    const user = await insertUser(tx, context, made);
    // Who has the link makes the account, and is from then on the one it is of.
    const doer = { actor: actorOf(user), address: place.address };
    await recordInTrail(tx, context, doer, accountMade(user));
    return beginSession(tx, context, user, place, { by: 'setup-link' });
  });
}

/** List accounts by name. */
export async function listUsers(context: Context, query: PageQuery) {
  const after =
    query.cursor === undefined ? '' : readCursor(query.cursor, z.tuple([z.string()]))[0];
  const rows = await context.db.sql
    .select()
    .from(users)
    .where(gt(users.name, after))
    .orderBy(asc(users.name))
    .limit(query.limit + 1);
  const having = await withSecondFactor(
    context.db.sql,
    rows.map(({ id }) => id),
  );
  return toPage(
    rows,
    query.limit,
    (row) => toUser(row, having.has(row.id)),
    (row) => [row.name],
  );
}

/** Make an account. */
export async function createUser(
  context: Context,
  doer: Doer,
  given: z.output<typeof newUserSchema>,
): Promise<User> {
  const { name, displayName, role, password, subject } = given;
  const passwordHash = await newHash(context, password, [name, displayName]);
  const identity = identityOf(context, subject);
  return context.db.transaction(async (tx) => {
    await lockAccounts(tx);
    await refuseNameTwice(tx, name);
    await refuseIdentityTwice(tx, identity);
    await checkDisplayName(tx, displayName);
    const facts = { name, displayName, role, passwordHash: passwordHash ?? null, ...identity };
    const user = await insertUser(tx, context, facts);
    await recordInTrail(tx, context, doer, accountMade(user));
    return toUser(user, false);
  });
}

/** Change an account. The last administrator stays one. */
export async function changeUser(
  context: Context,
  doer: Doer,
  id: string,
  change: z.output<typeof userChangeSchema>,
): Promise<User> {
  const { revision, password, subject, ...facts } = change;
  const [known] = await context.db.sql.select().from(users).where(eq(users.id, id));
  if (known === undefined) throw missing('user', id);
  const passwordHash = await newHash(context, password, [known.name, known.displayName]);
  const identity = identityOf(context, subject);
  return context.db.transaction(async (tx) => {
    // Two administrators cannot demote each other at the same time, nor two people take one name.
    await lockAccounts(tx);
    const others = await tx
      .select()
      .from(users)
      .where(and(eq(users.role, 'administrator'), eq(users.isDisabled, false), ne(users.id, id)));
    const [user] = await tx.select().from(users).where(eq(users.id, id));
    if (user!.revision !== revision) throw stale('user', revision, user!.revision);
    const loses = (facts.role ?? user!.role) !== 'administrator' || (facts.isDisabled ?? false);
    if (user!.role === 'administrator' && loses && others.length === 0) {
      throw new HttpError(
        409,
        'USER_LAST_ADMINISTRATOR',
        `site must keep an administrator. Received a change of ${user!.name}, the last one. Make another first.`,
      );
    }
    const set: Partial<UserRow> = { revision: revision + 1 };
    if (facts.displayName !== undefined) {
      await checkDisplayName(tx, facts.displayName, id);
      set.displayName = facts.displayName;
    }
    if (facts.role !== undefined) set.role = facts.role;
    if (facts.isDisabled !== undefined) set.isDisabled = facts.isDisabled;
    if (passwordHash !== undefined) {
      set.passwordHash = passwordHash;
      // One's own, typed into the list of accounts, is one's own.
      set.mustChangePassword = doer.actor.id !== id;
    }
    await refuseIdentityTwice(tx, identity, id);
    Object.assign(set, identity);
    if (identity?.subject === null && (set.passwordHash ?? user!.passwordHash) === null) {
      throw new HttpError(
        409,
        'SIGN_IN_NONE',
        `account must have a way to sign in. Received the removal of the last one of ${user!.name}. Set a password too, or disable the account.`,
      );
    }
    const [saved] = await tx.update(users).set(set).where(eq(users.id, id)).returning();
    const hasNewWay = passwordHash !== undefined || identity !== undefined;
    if (hasNewWay || facts.isDisabled === true) await endSessions(tx, id);
    await recordInTrail(tx, context, doer, {
      action: 'account.changed',
      subject: 'account',
      subjectId: id,
      before: accountFacts(user!),
      after: { ...accountFacts(saved!), hasNewPassword: passwordHash !== undefined },
      rows: digestsOf('users', saved!),
    });
    return toUser(saved!, (await withSecondFactor(tx, [id])).has(id));
  });
}

function wrongLink(): HttpError {
  return new HttpError(
    403,
    'SETUP_TOKEN',
    'link must be the newest one and unused. Received another. Restart the server for a new link.',
  );
}

/** Hash a new password that is hard to guess; undefined where there is none. */
async function newHash(
  context: Context,
  password: string | undefined,
  names: readonly string[],
): Promise<string | undefined> {
  if (password === undefined) return undefined;
  await checkPassword(password, names);
  return hashPassword(password, context.limits.passwordCost);
}

/** What is stored of who somebody is at the provider; undefined: it stays as it is. */
function identityOf(
  context: Context,
  subject: string | null | undefined,
): Pick<UserRow, 'issuer' | 'subject'> | undefined {
  if (subject === undefined) return undefined;
  if (subject === null) return { issuer: null, subject: null };
  return { issuer: requireProvider(context).issuer, subject };
}

/** Throw when an account has this name. The accounts must be locked. */
export async function refuseNameTwice(tx: Sql, name: string): Promise<void> {
  const [twin] = await tx.select().from(users).where(eq(users.name, name));
  if (twin === undefined) return;
  throw new HttpError(
    409,
    'USER_TWICE',
    `name must be free. Received "${name}", which has an account.`,
  );
}

async function refuseIdentityTwice(
  tx: Sql,
  identity: Pick<UserRow, 'issuer' | 'subject'> | undefined,
  ownId?: string,
): Promise<void> {
  const { issuer, subject } = identity ?? {};
  if (typeof issuer !== 'string' || typeof subject !== 'string') return;
  const [owner] = await tx
    .select()
    .from(users)
    .where(and(eq(users.issuer, issuer), eq(users.subject, subject)));
  if (owner === undefined || owner.id === ownId) return;
  throw new HttpError(
    409,
    'IDENTITY_TWICE',
    `identity must belong to one account. Received ${subject}, which is that of ${owner.name}. Take it from that account first.`,
  );
}

/** What an account is made of. */
export type NewUserFacts = Pick<UserRow, 'name' | 'displayName' | 'role' | 'passwordHash'> &
  Partial<Pick<UserRow, 'issuer' | 'subject'>>;

/** Store a new account. */
export async function insertUser(tx: Sql, context: Context, given: NewUserFacts): Promise<UserRow> {
  const now = context.clock();
  const [row] = await tx
    .insert(users)
    .values({
      ...given,
      id: newId(now),
      isDisabled: false,
      revision: 0,
      createdAt: now,
    })
    .returning();
  return row!;
}

/** An account as the one who acts. */
export function actorOf(user: Pick<UserRow, 'id' | 'displayName'>): Actor {
  return { kind: 'user', id: user.id, name: user.displayName };
}

function accountFacts(user: UserRow): Record<string, unknown> {
  const { name, displayName, role, isDisabled, issuer, subject } = user;
  return { name, displayName, role, isDisabled, ...(subject !== null && { issuer, subject }) };
}

/** What the trail says of a new account. */
export function accountMade(user: UserRow): TrailFacts {
  return {
    action: 'account.created',
    subject: 'account',
    subjectId: user.id,
    after: accountFacts(user),
    rows: digestsOf('users', user),
  };
}

function toUser(row: UserRow, hasSecondFactor: boolean): User {
  const { passwordHash, issuer: _, ...rest } = row;
  return {
    ...rest,
    hasSecondFactor,
    hasPassword: passwordHash !== null,
    createdAt: row.createdAt.toISOString(),
    lastSignInAt: row.lastSignInAt?.toISOString() ?? null,
  };
}
