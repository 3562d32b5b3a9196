/** @file API keys: list, make, revoke. The database holds the hash of a key, the trail who made and revoked it. */
import type { ApiKey, CreatedApiKey, newApiKeySchema } from '@leukoscope/contract';
import { asc, eq, gt } from 'drizzle-orm';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { apiKeys } from '../db/schema.ts';
import { missing } from '../http-error.ts';
import { digestsOf } from '../ledger/row-digests.ts';
import { type Doer, recordInTrail } from '../ledger/trail.ts';
import { newId } from '../new-id.ts';
import { readCursor, toPage } from '../services/page-cursor.ts';
import type { PageQuery } from './accounts.ts';
import { newToken } from './new-token.ts';

const keyPrefix = 'lk_';

/** List API keys, oldest first. */
export async function listApiKeys(context: Context, query: PageQuery) {
  const start =
    query.cursor === undefined ? undefined : readCursor(query.cursor, z.tuple([z.uuid()]))[0];
  const rows = await context.db.sql
    .select()
    .from(apiKeys)
    .where(start === undefined ? undefined : gt(apiKeys.id, start))
    .orderBy(asc(apiKeys.id))
    .limit(query.limit + 1);
  return toPage(rows, query.limit, toApiKey, (row) => [row.id]);
}

/** Make an API key. */
export async function createApiKey(
  context: Context,
  doer: Doer,
  given: z.output<typeof newApiKeySchema>,
): Promise<CreatedApiKey> {
  const now = context.clock();
  const { token, hash } = newToken(keyPrefix);
  return context.db.transaction(async (tx) => {
    const [row] = await tx
      .insert(apiKeys)
      .values({
        id: newId(now),
        name: given.name,
        role: given.role,
        start: token.slice(0, 8),
        secretHash: hash,
        createdAt: now,
        expiresAt: given.expiresAt === null ? null : new Date(given.expiresAt),
        isRevoked: false,
      })
      .returning();
    const { id, name, role, expiresAt } = row!;
    await recordInTrail(tx, context, doer, {
      action: 'api-key.created',
      subject: 'api-key',
      subjectId: id,
      after: { name, role, expiresAt },
      rows: digestsOf('apiKeys', row!),
    });
    return { ...toApiKey(row!), secret: token };
  });
}

/** Revoke an API key. */
export async function revokeApiKey(context: Context, doer: Doer, id: string): Promise<void> {
  await context.db.transaction(async (tx) => {
    const [row] = await tx
      .update(apiKeys)
      .set({ isRevoked: true })
      .where(eq(apiKeys.id, id))
      .returning();
    if (row === undefined) throw missing('key', id);
    await recordInTrail(tx, context, doer, {
      action: 'api-key.revoked',
      subject: 'api-key',
      subjectId: id,
      after: { name: row.name, isRevoked: true },
      rows: digestsOf('apiKeys', row),
    });
  });
}

function toApiKey(row: typeof apiKeys.$inferSelect): ApiKey {
  const { secretHash: _, ...rest } = row;
  return {
    ...rest,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  };
}
