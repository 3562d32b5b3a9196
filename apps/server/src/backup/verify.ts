/**
 * @file Checks everything that is stored against what was sealed: the ledger, the trail, histories, the rows they
 * answer for, files against their hashes, pages against their checksums. Goes on after a finding.
 */
import { messageOf } from '@leukoscope/core';
import { sql } from 'drizzle-orm';
import type { Context } from '../context.ts';
import type { Sql } from '../db/database.ts';
import {
  apiKeys,
  cases,
  fields,
  learnings,
  history,
  secondFactors,
  sessions,
  site,
  users,
} from '../db/schema.ts';
import { findDamagedPages } from './page-checksums.ts';
import { findUnreadable } from './read-through.ts';
import { compareRows, verifyCase } from './verify-case.ts';
import { verifyStrands, verifyTrail } from './verify-ledger.ts';

/** Return every finding in words; none when everything is as it was stored. */
export async function verifyAll(context: Context): Promise<string[]> {
  const { db } = context;
  const findings = [
    ...(db.dataFolder === undefined ? [] : findDamagedPages(db.dataFolder)),
    ...(await findUnreadable(db)),
  ];
  const hashes = new Map<string, string>();
  try {
    // One moment of everything, whatever others write meanwhile.
    await db.transaction(async (tx) => {
      await tx.execute(sql`set transaction isolation level repeatable read`);
      findings.push(...(await verifyRows(tx, context.keys)));
      for (const field of await tx.select().from(fields)) {
        for (const hash of [field.sha256, field.displaySha256, field.thumbnailSha256]) {
          hashes.set(hash, `field ${field.id} (${field.fileName})`);
        }
      }
      for (const { id, files } of await tx.select().from(learnings)) {
        for (const { name, sha256 } of files) hashes.set(sha256, `learning ${id} (${name})`);
      }
    });
  } catch (error) {
    findings.push(`check was broken off, since the database cannot be read: ${messageOf(error)}`);
  }
  for (const [hash, name] of hashes) {
    await context.store.read(hash).catch((error: unknown) => {
      findings.push(`${name}: ${messageOf(error)}`);
    });
  }
  return findings;
}

/** Check everything in the database, in a transaction that sees one moment. */
export async function verifyRows(tx: Sql, keys: Context['keys']): Promise<string[]> {
  const findings: string[] = [];
  const ids = new Set<string>();
  await attempt(tx, 'ledger', findings, async (inner) => {
    findings.push(...(await verifyStrands(inner, keys, (id) => ids.add(id))));
  });
  await attempt(tx, 'trail', findings, async (inner) => {
    const { findings: found, digests } = await verifyTrail(inner, keys);
    findings.push(...found);
    const digestsOf = (table: string) => digests.get(table) ?? new Map<string, string>();
    findings.push(
      ...compareRows('users', await inner.select().from(users), digestsOf('users')),
      ...compareRows('apiKeys', await inner.select().from(apiKeys), digestsOf('apiKeys')),
      ...compareRows('site', await inner.select().from(site), digestsOf('site')),
      ...compareRows(
        'secondFactors',
        await inner.select().from(secondFactors),
        digestsOf('secondFactors'),
      ),
      // Sessions end.
      ...compareRows('sessions', await inner.select().from(sessions), digestsOf('sessions'), {
        mayBeGone: true,
      }),
    );
  });
  await attempt(tx, 'cases', findings, async (inner) => {
    for (const { id } of await inner.select({ id: cases.id }).from(cases)) ids.add(id);
    for (const { id } of await inner.selectDistinct({ id: history.caseId }).from(history)) {
      ids.add(id);
    }
  });
  for (const id of [...ids].sort()) {
    await attempt(tx, `case ${id}`, findings, async (inner) => {
      findings.push(...(await verifyCase(inner, keys, id)));
    });
  }
  return findings;
}

/** A table that cannot be read ends the check of one part, not of all. */
async function attempt(
  tx: Sql,
  name: string,
  findings: string[],
  work: (inner: Sql) => Promise<void>,
): Promise<void> {
  try {
    await tx.transaction(work);
  } catch (error) {
    findings.push(`${name}: it cannot be read: ${messageOf(error).split('\n')[0]}`);
  }
}
