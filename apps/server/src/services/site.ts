/** @file The site's settings: one row, made with the defaults when it is first asked for. */
import { type Site, siteSchema } from '@leukoscope/contract';
import { eq } from 'drizzle-orm';
import { canonicalJson } from '../canonical-json.ts';
import type { Context } from '../context.ts';
import { announce, type Sql } from '../db/database.ts';
import { site } from '../db/schema.ts';
import { stale } from '../http-error.ts';
import { digestsOf } from '../ledger/row-digests.ts';
import { type Doer, recordInTrail } from '../ledger/trail.ts';
import { defaultSite } from './default-site.ts';

/** Get the settings. */
export async function getSite(sql: Sql): Promise<Site> {
  const [row] = await sql.select().from(site).where(eq(site.id, 1));
  if (row === undefined) return defaultSite;
  return siteSchema.parse({ ...parseObject(row.settings), revision: row.revision });
}

/** Replace the settings. */
export async function replaceSite(context: Context, doer: Doer, next: Site): Promise<Site> {
  return context.db.transaction(async (tx) => {
    await tx
      .insert(site)
      .values({ id: 1, revision: defaultSite.revision, settings: defaultSite })
      .onConflictDoNothing();
    const [row] = await tx.select().from(site).where(eq(site.id, 1)).for('update');
    if (row!.revision !== next.revision) throw stale('site', next.revision, row!.revision);
    const saved = { ...next, revision: next.revision + 1 };
    const [after] = await tx
      .update(site)
      .set({ revision: saved.revision, settings: saved })
      .where(eq(site.id, 1))
      .returning();
    await recordInTrail(tx, context, doer, {
      action: 'site.changed',
      subject: 'site',
      ...changedFacts(parseObject(row!.settings), saved),
      rows: digestsOf('site', after!),
    });
    await announce(tx, JSON.stringify({ type: 'site.changed' }));
    return saved;
  });
}

/** Keep only the settings that differ. */
function changedFacts(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): { before: Record<string, unknown>; after: Record<string, unknown> } {
  const changed = Object.keys(after).filter(
    (key) => canonicalJson(before[key] ?? null) !== canonicalJson(after[key]),
  );
  const pick = (from: Record<string, unknown>) =>
    Object.fromEntries(changed.map((key) => [key, from[key] ?? null]));
  return { before: pick(before), after: pick(after) };
}

function parseObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
