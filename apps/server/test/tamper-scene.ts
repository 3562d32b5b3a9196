/**
 * @file A site as somebody might tamper with it: accounts, a second factor, a key and settings; an open case, a signed one, an
 * amended one. And an attacker who may write everything in the database, knows the code, and lacks the key.
 */
import { asc, eq, sql } from 'drizzle-orm';
import { TOTP } from 'otpauth';
import { newSetupToken } from '../src/auth/accounts.ts';
import { canonicalJson, sha256Hex } from '../src/canonical-json.ts';
import type { Sql } from '../src/db/database.ts';
import {
  cases,
  cells,
  comments,
  fields,
  history,
  ledger,
  ledgerHeads,
  secondFactors,
  signatures,
  trail,
  users,
  versions,
} from '../src/db/schema.ts';
import { verifyRows } from '../src/backup/verify.ts';
import { collectRows } from '../src/ledger/row-digests.ts';
import { sealHead, sealHistory, sealLedger, sealTrail } from '../src/ledger/seals.ts';
import {
  blobImage,
  clientOf,
  jobsOver,
  signAsShown,
  startTestServer,
  type TestServer,
  upload,
} from './test-server.ts';

/** The ids of what is in the scene. */
export interface Scene {
  readonly server: TestServer;
  readonly open: string;
  readonly signed: string;
  readonly amended: string;
  readonly userId: string;
}

const origin = { origin: 'http://localhost' };
const password = 'correct horse battery staple';

/** Make the scene. */
export async function makeScene(): Promise<Scene> {
  const server = await startTestServer({ mode: 'accounts' });
  const { app, context } = server;
  const token = (await newSetupToken(context))!;
  const answer = await app.inject({
    method: 'POST',
    url: '/api/setup',
    headers: { host: 'localhost', ...origin },
    payload: { token, name: 'chief', displayName: 'The Chief', password },
  });
  const cookie = String(answer.headers['set-cookie']).split(';')[0]!;
  const client = clientOf(app, { ...origin, cookie });
  const made = await client.createUser({
    body: { name: 'ada', displayName: 'Ada', role: 'reviewer', password },
  });
  await client.createApiKey({ body: { name: 'analyser', role: 'reviewer' } });
  const step = await client.beginTotp({ body: { password } });
  const phone = new TOTP({ secret: step.secret });
  await client.confirmTotp({ body: { token: step.token, code: phone.generate(), name: 'Phone' } });
  const site = await client.getSite();
  await client.replaceSite({ body: { ...site, name: 'Laboratory' } });
  const reviewed = async (number: string, salt: number) => {
    const { id } = await client.createCase({ body: { number, patientReference: 'P-1' } });
    await upload(client, id, await blobImage(['neutrophil', 'lymphocyte'], salt));
    await jobsOver(client, id, 120_000);
    const { items } = await client.listCells({ params: { id } });
    const [first, ...others] = items.map((cell) => ({ id: cell.id, revision: cell.revision }));
    await client.createReview({
      params: { id },
      body: { action: { kind: 'reclassify', cells: [first!], bin: 'monocyte' } },
    });
    await client.createComment({ params: { id }, body: { text: 'looks normal' } });
    await client.createReview({ params: { id }, body: { action: { kind: 'see', cells: others } } });
    return id;
  };
  const amend = async (id: string) => {
    const { revision } = await client.getCase({ params: { id } });
    await client.amendCase({
      params: { id },
      body: { revision, reason: 'Blast overlooked', password },
    });
    await signAsShown(client, id, { password });
  };
  const open = await reviewed('OPEN', 1);
  const signed = await reviewed('SIGNED', 2);
  await signAsShown(client, signed, { password });
  const amended = await reviewed('AMENDED', 3);
  await signAsShown(client, amended, { password });
  await amend(amended);
  return { server, open, signed, amended, userId: made.id };
}

class Undone extends Error {}

/** Do something behind the server's back, return what a check finds, and take it back. */
export async function findingsAfter(
  { server }: Scene,
  tamper: (tx: Sql) => Promise<unknown>,
): Promise<string[]> {
  let findings: string[] = [];
  await server.context.db
    .transaction(async (tx) => {
      // No trigger and no foreign key holds whoever owns the database.
      await tx.execute(sql`set local session_replication_role = replica`);
      await tamper(tx);
      findings = await verifyRows(tx, server.context.keys);
      throw new Undone();
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undone)) throw error;
    });
  return findings;
}

/** Any secret but the right one. */
const guessed = Buffer.alloc(32, 7);

/**
 * Make everything fit together again as somebody does who knows the code: hashes of rows in the last entry of each
 * case and of the trail, seals of all entries, lines and heads, with a secret of one's own.
 */
export async function forgeEverything(tx: Sql): Promise<void> {
  for (const version of await tx.select().from(versions)) {
    const sha256 = sha256Hex(canonicalJson(version.snapshot));
    await tx
      .update(versions)
      .set({ sha256 })
      .where(
        sql`${versions.caseId} = ${version.caseId} and ${versions.version} = ${version.version}`,
      );
  }
  await tx.delete(ledger);
  const lines = new Map<number, { sequence: number; hash: string }>();
  for (const row of await tx.select().from(cases).orderBy(asc(cases.id))) {
    const entries = await tx
      .select()
      .from(history)
      .where(eq(history.caseId, row.id))
      .orderBy(asc(history.sequence));
    let before = '';
    for (const [i, { hash: _, ...entry }] of entries.entries()) {
      const isLast = i === entries.length - 1;
      const sealed = {
        ...entry,
        sequence: i + 1,
        rows: isLast ? await digestsOfCase(tx, { ...row, sequence: i + 1 }) : entry.rows,
      };
      const hash = sealHistory(guessed, before, sealed);
      await tx
        .update(history)
        .set({ sequence: sealed.sequence, rows: sealed.rows, hash })
        .where(eq(history.id, entry.id));
      const strand = 1 + (Number.parseInt(row.id.slice(-4), 16) % 16);
      const end = lines.get(strand) ?? { sequence: 0, hash: '' };
      const line = {
        strand,
        sequence: end.sequence + 1,
        caseId: row.id,
        caseSequence: sealed.sequence,
        historyHash: hash,
        keyId: entry.keyId!,
      };
      const lineHash = sealLedger(guessed, end.hash, line);
      await tx.insert(ledger).values({ ...line, hash: lineHash });
      lines.set(strand, { sequence: line.sequence, hash: lineHash });
      before = hash;
    }
    await tx
      .update(cases)
      .set({ sequence: entries.length, historyHash: before })
      .where(eq(cases.id, row.id));
  }
  let before = '';
  let last = 0;
  for (const { hash: _, ...entry } of await tx.select().from(trail).orderBy(asc(trail.sequence))) {
    const rows = collectRows();
    rows.add('users', await tx.select().from(users));
    rows.add('secondFactors', await tx.select().from(secondFactors));
    const sealed = { ...entry, rows: { ...entry.rows, ...rows.digests() } };
    before = sealTrail(guessed, before, sealed);
    last = entry.sequence;
    await tx.update(trail).set({ rows: sealed.rows, hash: before }).where(eq(trail.sequence, last));
  }
  lines.set(0, { sequence: last, hash: before });
  for (const { seal: _, ...head } of await tx.select().from(ledgerHeads)) {
    const next = { ...head, ...(lines.get(head.strand) ?? { sequence: 0, hash: '' }) };
    await tx
      .update(ledgerHeads)
      .set({ ...next, seal: sealHead(guessed, next) })
      .where(eq(ledgerHeads.strand, head.strand));
  }
}

async function digestsOfCase(tx: Sql, row: typeof cases.$inferSelect) {
  const found = collectRows();
  found.add('cases', [row]);
  found.add('fields', await tx.select().from(fields).where(eq(fields.caseId, row.id)));
  found.add('cells', await tx.select().from(cells).where(eq(cells.caseId, row.id)));
  found.add('comments', await tx.select().from(comments).where(eq(comments.caseId, row.id)));
  found.add('signatures', await tx.select().from(signatures).where(eq(signatures.caseId, row.id)));
  found.add('versions', await tx.select().from(versions).where(eq(versions.caseId, row.id)));
  return found.digests();
}
