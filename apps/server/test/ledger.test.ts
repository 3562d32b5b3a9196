import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, renameSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { asc, eq, sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newSetupToken } from '../src/auth/accounts.ts';
import { backUp, restore } from '../src/backup/backup.ts';
import { verifyAll } from '../src/backup/verify.ts';
import { sha256Hex } from '../src/canonical-json.ts';
import type { Sql } from '../src/db/database.ts';
import { cases, history, trail } from '../src/db/schema.ts';
import { openLedger } from '../src/ledger/open-ledger.ts';
import { rotateKey } from '../src/ledger/rotate-key.ts';
import { plainHistoryHash, sealManifest } from '../src/ledger/seals.ts';
import { secretFor } from '../src/ledger/strands.ts';
import { openCore } from '../src/start-server.ts';
import { clientOf, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'leukoscope-ledger-'));
  server = await startTestServer({ work: { workers: 0 } });
}, 120_000);

afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
}, 120_000);

const make = async (number: string) =>
  (await server.client.createCase({ body: { number, patientReference: 'P' } })).id;
const conclude = async (id: string, conclusion: string) => {
  const { revision } = await server.client.getCase({ params: { id } });
  await server.client.changeCase({ params: { id }, body: { revision, conclusion } });
};
const verify = () => verifyAll(server.context);
const freely = (work: (tx: Sql) => Promise<unknown>) =>
  server.context.db.transaction(async (tx) => {
    await tx.execute(sql`set local session_replication_role = replica`);
    await work(tx);
  });

/** Make the database one from before the ledger: plain hashes, no lines. */
async function makeOld(): Promise<void> {
  await freely(async (tx) => {
    for (const name of ['ledger', 'ledger_heads', 'trail']) {
      await tx.execute(sql`delete from ${sql.identifier(name)}`);
    }
    for (const row of await tx.select().from(cases)) {
      let before = '';
      const entries = await tx
        .select()
        .from(history)
        .where(eq(history.caseId, row.id))
        .orderBy(asc(history.sequence));
      for (const { hash: _, ...entry } of entries) {
        before = plainHistoryHash(before, entry);
        await tx
          .update(history)
          .set({ hash: before, keyId: null, rows: null })
          .where(eq(history.id, entry.id));
      }
      await tx.update(cases).set({ historyHash: before }).where(eq(cases.id, row.id));
    }
  });
  rmSync(server.settings.keyFile);
}

test('a database from before the ledger is sealed as it is, once, and watched from then on', async () => {
  const id = await make('OLD');
  await conclude(id, 'normal');
  await makeOld();
  const { db } = server.context;
  const clock = () => new Date();
  const keys = await openLedger(db, server.settings.keyFile, { clock });
  const context = { ...server.context, keys };
  expect(await verifyAll(context)).toEqual([]);
  const entries = (await server.client.listHistory({ params: { id } })).items;
  expect(entries.map((entry) => entry.action)).toEqual([
    'case.created',
    'case.changed',
    'case.sealed',
  ]);
  // Twice is once.
  await openLedger(db, server.settings.keyFile, { clock });
  expect((await server.client.listHistory({ params: { id } })).items).toHaveLength(3);
  await freely((tx) => tx.execute(sql`update cases set conclusion = 'forged'`));
  expect((await verifyAll(context)).join()).toMatch(/case OLD .*its own facts/);
  await freely((tx) => tx.execute(sql`update cases set conclusion = 'normal'`));
  expect(await verifyAll(context)).toEqual([]);
  // Old entries were not sealed, but the one that sealed the case binds them.
  await freely(async (tx) => {
    const [first] = await tx.select().from(history).where(eq(history.sequence, 1));
    const { hash: _, ...forged } = { ...first!, reason: 'forged' };
    const hash = plainHistoryHash('', forged);
    await tx.update(history).set({ reason: 'forged', hash }).where(eq(history.id, first!.id));
  });
  expect((await verifyAll(context)).join()).toMatch(/case OLD .*history entry \S+ was changed/);
}, 120_000);

test('a new key seals from then on, in servers that run too; the old one still checks', async () => {
  const id = await make('ROTATED');
  const before = readFileSync(server.settings.keyFile, 'utf8');
  // Another process, with its own view of the file.
  const keys = await openLedger(server.context.db, server.settings.keyFile, {
    clock: server.context.clock,
  });
  const keyId = await rotateKey({ ...server.context, keys });
  await conclude(id, 'after');
  const rows = await server.context.db.sql.select().from(history).orderBy(asc(history.sequence));
  expect(rows.map((row) => row.keyId === keyId)).toEqual([false, true]);
  expect(await verify()).toEqual([]);
  expect(statSync(server.settings.keyFile).mode & 0o077).toBe(0);
  // Who had the old key cannot go on with it.
  await freely((tx) =>
    tx.execute(sql`update history set key_id = ${rows[0]!.keyId} where sequence = 2`),
  );
  expect((await verify()).join()).toMatch(/case ROTATED .*history entry 2 .*was changed/);
  await freely((tx) => tx.execute(sql`update history set key_id = ${keyId} where sequence = 2`));
  // Without the newest key nothing can be said, and nothing is.
  writeFileSync(server.settings.keyFile, before);
  await expect(
    openLedger(server.context.db, server.settings.keyFile, { clock: server.context.clock }),
  ).rejects.toMatchObject({ code: 'KEY_MISSING' });
}, 120_000);

test('after a key is lost for good everything is sealed anew, and the trail says so', async () => {
  const id = await make('LOST');
  await conclude(id, 'before');
  const { db, clock } = server.context;
  renameSync(server.settings.keyFile, `${server.settings.keyFile}.away`);
  const keys = await openLedger(db, server.settings.keyFile, { clock, acceptsLostKeys: true });
  const context = { ...server.context, keys };
  await rotateKey(context, { isLost: true });
  expect(await verifyAll(context)).toEqual([]);
  const [last] = await db.sql.select().from(trail).where(eq(trail.action, 'key.lost'));
  expect(last?.after).toMatchObject({ cases: 1 });
  await freely((tx) => tx.execute(sql`update history set reason = 'forged' where sequence = 1`));
  expect((await verifyAll(context)).join()).toMatch(/case LOST .*history entry .*was changed/);
}, 120_000);

test('a backup whose parts were exchanged or left out is refused, whatever its hashes say', async () => {
  await make('KEPT');
  await make('CUT');
  const backup = path.join(folder, 'backup');
  await backUp(server.context, backup);
  const manifestFile = path.join(backup, 'manifest.json');
  const manifest = JSON.parse(readFileSync(manifestFile, 'utf8'));
  const casesFile = path.join(backup, 'cases.jsonl');
  const whole = readFileSync(casesFile, 'utf8');
  const other = await startTestServer({ work: { workers: 0 } });
  const keyFile = server.settings.keyFile;
  const refusal = async (next: unknown) => {
    writeFileSync(manifestFile, JSON.stringify(next));
    return restore(other.context, backup, { keyFile }).catch((error: unknown) => error);
  };
  try {
    await expect(restore(other.context, backup)).rejects.toMatchObject({
      code: 'KEY_MISSING',
      message: expect.stringContaining('--key FILE'),
    });
    // A line less, with the hash that belongs to it: the manifest's seal does not.
    const cut = whole.split('\n').slice(1).join('\n');
    writeFileSync(casesFile, cut);
    const tables = { ...manifest.tables, cases: { rows: 1, sha256: sha256Hex(cut) } };
    expect(await refusal({ ...manifest, tables })).toMatchObject({ code: 'BACKUP_DAMAGED' });
    writeFileSync(casesFile, whole);
    const { cells: _, ...fewer } = manifest.tables;
    expect(await refusal({ ...manifest, tables: fewer })).toMatchObject({
      code: 'BACKUP_MANIFEST',
    });
    for (const name of ['../../etc/passwd', 'a'.repeat(63), '/etc/passwd']) {
      const files = [...manifest.files, name];
      expect(await refusal({ ...manifest, files })).toMatchObject({ code: 'BACKUP_MANIFEST' });
    }
    const elsewhere = { ...manifest.tables, '../x': { rows: 0, sha256: sha256Hex('') } };
    expect(await refusal({ ...manifest, tables: elsewhere })).toMatchObject({
      code: 'BACKUP_MANIFEST',
    });
    expect(await other.context.db.sql.select().from(cases)).toEqual([]);
    // One from before there were second factors comes without their table.
    const { second_factors: __, ...earlier } = manifest.tables;
    const { seal: ___, ...content } = { ...manifest, tables: earlier };
    const secret = secretFor(server.context.keys, manifest.keyId);
    const sealed = { ...content, seal: sealManifest(secret, content) };
    writeFileSync(manifestFile, JSON.stringify(sealed));
    await restore(other.context, backup, { keyFile });
    expect(await verifyAll(other.context)).toEqual([]);
    const [last] = await other.context.db.sql
      .select()
      .from(trail)
      .where(eq(trail.action, 'ledger.restored'));
    expect(last?.by.name).toBe('ledger');
  } finally {
    await other.close();
  }
}, 120_000);

test('what is not as it was stored is not backed up', async () => {
  await make('FORGED');
  await freely((tx) => tx.execute(sql`update cases set patient_reference = 'Q'`));
  await expect(backUp(server.context, path.join(folder, 'b'))).rejects.toMatchObject({
    code: 'BACKUP_UNSOUND',
    message: expect.stringMatching(/case FORGED .*its own facts/),
  });
}, 120_000);

test('changes at the same time, of cases that share a strand too, all find their place', async () => {
  const ids = await Promise.all(Array.from({ length: 40 }, (_, i) => make(`C-${i}`)));
  await Promise.all(ids.flatMap((id) => [conclude(id, 'x'), make(`D-${id.slice(-4)}`)]));
  expect(await verify()).toEqual([]);
}, 120_000);

test('accounts, keys, settings and sign-ins, refused ones too, stand in the trail for administrators', async () => {
  const site = await startTestServer({ mode: 'accounts', work: { workers: 0 } });
  try {
    const origin = { origin: 'http://localhost' };
    const password = 'correct horse battery staple';
    const token = (await newSetupToken(site.context))!;
    await clientOf(site.app, origin).setUp({
      body: { name: 'chief', displayName: 'The Chief', password, token },
    });
    const signIn = (name: string, given: string) =>
      site.app.inject({
        method: 'POST',
        url: '/api/session',
        headers: { host: 'localhost', ...origin },
        payload: { name, password: given },
        remoteAddress: '203.0.113.7',
      });
    expect((await signIn('chief', 'wrong')).statusCode).toBe(401);
    expect((await signIn('nobody', 'wrong')).statusCode).toBe(401);
    const answer = await signIn('chief', password);
    const cookie = String(answer.headers['set-cookie']).split(';')[0]!;
    const chief = clientOf(site.app, { ...origin, cookie });
    const ada = await chief.createUser({
      body: { name: 'ada', displayName: 'Ada', role: 'viewer', password },
    });
    await chief.changeUser({ params: { id: ada.id }, body: { revision: 0, role: 'signer' } });
    const key = await chief.createApiKey({ body: { name: 'analyser', role: 'viewer' } });
    await chief.revokeApiKey({ params: { id: key.id } });
    await chief.replaceSite({ body: { ...(await chief.getSite()), name: 'Laboratory' } });
    const { items } = await chief.listTrail({ query: { limit: 500 } });
    const told = items.map(({ action, subjectId, address }) => [action, subjectId, address]);
    const chiefId = items.find(({ action }) => action === 'session.began')!.subjectId;
    expect(told).toEqual([
      ['site.changed', null, '127.0.0.1'],
      ['api-key.revoked', key.id, '127.0.0.1'],
      ['api-key.created', key.id, '127.0.0.1'],
      ['account.changed', ada.id, '127.0.0.1'],
      ['account.created', ada.id, '127.0.0.1'],
      ['session.began', chiefId, '203.0.113.7'],
      ['session.refused', 'nobody', '203.0.113.7'],
      ['session.refused', 'chief', '203.0.113.7'],
      ['session.began', chiefId, '127.0.0.1'],
      ['account.created', chiefId, '127.0.0.1'],
      ['ledger.began', site.context.keys.ledger(), null],
    ]);
    expect(items[3]).toMatchObject({
      by: { name: 'The Chief' },
      before: { role: 'viewer' },
      after: { role: 'signer' },
    });
    expect(items[0]).toMatchObject({ before: { name: '' }, after: { name: 'Laboratory' } });
    // No secret, and no hash of one.
    expect(JSON.stringify(items)).not.toMatch(/scrypt|lk_|staple/);
    const older = await chief.listTrail({ query: { before: 3, limit: 1 } });
    expect(older.items.map((entry) => entry.sequence)).toEqual([2]);
    expect(await verifyAll(site.context)).toEqual([]);
  } finally {
    await site.close();
  }
}, 120_000);

test('a server that is started again goes on with the same ledger', async () => {
  await make('AGAIN');
  await server.stop();
  const core = await openCore(server.settings, { purpose: 'inspect' });
  try {
    expect(await verifyAll(core.context)).toEqual([]);
    const begun = await core.context.db.sql
      .select()
      .from(trail)
      .where(eq(trail.action, 'ledger.began'));
    expect(begun).toHaveLength(1);
  } finally {
    await core.close();
  }
  rmSync(server.folder, { recursive: true, force: true });
  server = await startTestServer({ work: { workers: 0 } });
}, 120_000);
