/**
 * @file Tickets: steps of signing in, or of adding a second factor, that have begun and not ended. Each holds for ten
 * minutes and is taken once; the database holds only the hash of its token.
 */
import { and, eq, gt, lte } from 'drizzle-orm';
import { sha256Hex } from '../canonical-json.ts';
import type { Context } from '../context.ts';
import type { Sql } from '../db/database.ts';
import { tickets } from '../db/schema.ts';
import { HttpError } from '../http-error.ts';
import { newToken } from './new-token.ts';

/** How long a ticket holds. */
export const ticketLifeMs = 10 * 60_000;

/** A ticket as it is stored. */
export type Ticket = typeof tickets.$inferSelect;

/** Make a ticket and return its token. */
export async function makeTicket(
  handle: Sql,
  context: Pick<Context, 'clock'>,
  given: Pick<Ticket, 'kind' | 'userId' | 'facts'>,
): Promise<string> {
  const now = context.clock();
  const { token, hash } = newToken();
  const expiresAt = new Date(now.getTime() + ticketLifeMs);
  await handle.insert(tickets).values({ ...given, tokenHash: hash, createdAt: now, expiresAt });
  return token;
}

/** Read a ticket that holds; it stays. */
export async function readTicket(
  handle: Sql,
  context: Pick<Context, 'clock'>,
  kind: Ticket['kind'],
  token: string,
): Promise<Ticket> {
  const [found] = await handle
    .select()
    .from(tickets)
    .where(isTicket(context, kind, token));
  return found ?? refuse();
}

/** Take a ticket that holds: it is gone, whoever else asks. */
export async function takeTicket(
  handle: Sql,
  context: Pick<Context, 'clock'>,
  kind: Ticket['kind'],
  token: string,
): Promise<Ticket> {
  const [taken] = await handle
    .delete(tickets)
    .where(isTicket(context, kind, token))
    .returning();
  return taken ?? refuse();
}

/** Forget the tickets of an account: what was begun before its password or factors changed ends there. */
export async function dropTickets(tx: Sql, userId: string): Promise<void> {
  await tx.delete(tickets).where(eq(tickets.userId, userId));
}

/** Forget tickets that are over. */
export async function forgetOldTickets({ db, clock }: Context): Promise<void> {
  await db.sql.delete(tickets).where(lte(tickets.expiresAt, clock()));
}

function isTicket({ clock }: Pick<Context, 'clock'>, kind: Ticket['kind'], token: string) {
  return and(
    eq(tickets.tokenHash, sha256Hex(token)),
    eq(tickets.kind, kind),
    gt(tickets.expiresAt, clock()),
  );
}

function refuse(): never {
  throw new HttpError(
    409,
    'STEP_OVER',
    'step must follow the one before it within ten minutes, and once. Received one that is over or unknown. Begin again.',
  );
}
