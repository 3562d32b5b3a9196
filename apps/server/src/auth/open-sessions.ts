/** @file Open sessions as people see them: each may end their own, administrators everybody's. */
import type { OpenSession } from '@leukoscope/contract';
import { and, desc, eq, gt, gte } from 'drizzle-orm';
import type { Context } from '../context.ts';
import { sessions, users } from '../db/schema.ts';
import { missing } from '../http-error.ts';
import { type Doer, recordInTrail } from '../ledger/trail.ts';
import { type Caller, checkAccess } from '../services/actor.ts';

/** List sessions that hold, those used last first. */
export async function listSessions(
  context: Context,
  caller: Caller,
  of: 'own' | 'all',
): Promise<OpenSession[]> {
  if (of === 'all') checkAccess(caller, 'administrator');
  const { actor, tokenHash } = caller;
  // A key has no sessions, and neither has the one person of local mode.
  if (of === 'own' && tokenHash === undefined) return [];
  const now = context.clock();
  const idleSince = new Date(now.getTime() - context.limits.sessionIdleMs);
  const rows = await context.db.sql
    .select({ session: sessions, name: users.name })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(
      and(
        gt(sessions.expiresAt, now),
        gte(sessions.lastSeenAt, idleSince),
        eq(users.isDisabled, false),
        of === 'own' ? eq(sessions.userId, actor.id!) : undefined,
      ),
    )
    .orderBy(desc(sessions.lastSeenAt), desc(sessions.id));
  return rows.map(({ session, name }) => ({
    id: session.id,
    userId: session.userId,
    name,
    isOwn: session.tokenHash === tokenHash,
    createdAt: session.createdAt.toISOString(),
    lastSeenAt: session.lastSeenAt.toISOString(),
    expiresAt: session.expiresAt.toISOString(),
    address: session.address,
    userAgent: session.userAgent,
  }));
}

/** End a session. That of somebody else is there for administrators only. */
export async function endOpenSession(
  context: Context,
  caller: Caller,
  doer: Doer,
  id: string,
): Promise<void> {
  await context.db.transaction(async (tx) => {
    const [session] = await tx.select().from(sessions).where(eq(sessions.id, id)).for('update');
    const isOwn = caller.tokenHash !== undefined && session?.userId === caller.actor.id;
    if (session === undefined || (!isOwn && caller.role !== 'administrator')) {
      throw missing('session', id);
    }
    await tx.delete(sessions).where(eq(sessions.id, id));
    await recordInTrail(tx, context, doer, {
      action: 'session.ended',
      subject: 'session',
      subjectId: session.userId,
    });
  });
}
