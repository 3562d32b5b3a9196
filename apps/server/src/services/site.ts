/** @file The site's settings: one row, made with the defaults when it is first asked for. */
import { type Site, siteSchema } from '@leukoscope/contract';
import { eq } from 'drizzle-orm';
import type { Context } from '../context.ts';
import { announce, type Sql } from '../db/database.ts';
import { site } from '../db/schema.ts';
import { stale } from '../http-error.ts';
import { defaultSite } from './default-site.ts';

/** Get the settings. */
export async function getSite(sql: Sql): Promise<Site> {
  const [row] = await sql.select().from(site).where(eq(site.id, 1));
  if (row === undefined) return defaultSite;
  return siteSchema.parse({ ...parseObject(row.settings), revision: row.revision });
}

/** Replace the settings. */
export async function replaceSite(context: Context, next: Site): Promise<Site> {
  return context.db.transaction(async (tx) => {
    await tx
      .insert(site)
      .values({ id: 1, revision: defaultSite.revision, settings: defaultSite })
      .onConflictDoNothing();
    const [row] = await tx.select().from(site).where(eq(site.id, 1)).for('update');
    if (row!.revision !== next.revision) throw stale('site', next.revision, row!.revision);
    const saved = { ...next, revision: next.revision + 1 };
    await tx.update(site).set({ revision: saved.revision, settings: saved }).where(eq(site.id, 1));
    await announce(tx, JSON.stringify({ type: 'site.changed' }));
    return saved;
  });
}

function parseObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
