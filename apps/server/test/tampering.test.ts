import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { eq, type SQL, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { canonicalJson, sha256Hex } from '../src/canonical-json.ts';
import { verifyAll } from '../src/backup/verify.ts';
import type { Sql } from '../src/db/database.ts';
import { fields, versions } from '../src/db/schema.ts';
import { newId } from '../src/new-id.ts';
import { findingsAfter, forgeEverything, makeScene, type Scene } from './tamper-scene.ts';

let scene: Scene;

beforeAll(async () => {
  scene = await makeScene();
}, 300_000);

afterAll(() => scene.server.close(), 120_000);

const run =
  (...statements: readonly ((s: Scene) => SQL)[]) =>
  async (tx: Sql, s: Scene) => {
    for (const statement of statements) await tx.execute(statement(s));
  };
const someone = sql`'{"kind":"user","id":"0190a5d0-0000-7000-8000-0000000000ff","name":"Mallory"}'::jsonb`;
const later = sql`interval '1 hour'`;
const ofCase = (id: string) => sql`case_id = ${id}::uuid`;
const lastOf = (id: string) =>
  sql`${ofCase(id)} and sequence = (select max(sequence) from history where ${ofCase(id)})`;

/** What is done, and the name under which a check must tell of it. */
const tamperings: readonly [string, (tx: Sql, s: Scene) => Promise<void>, RegExp][] = [
  [
    'a cell’s bin, open case',
    run((s) => sql`update cells set bin = 'blast' where ${ofCase(s.open)} and model_ordinal = 0`),
    /case OPEN .*cell \S+ was changed/,
  ],
  [
    'a cell’s bin, signed case',
    run((s) => sql`update cells set bin = 'blast' where ${ofCase(s.signed)} and model_ordinal = 0`),
    /case SIGNED .*cell \S+ was changed/,
  ],
  [
    'who saw a cell and when',
    run(
      (s) =>
        sql`update cells set seen_by = ${someone}, seen_at = seen_at - ${later} where ${ofCase(s.open)}`,
    ),
    /case OPEN .*cell \S+ was changed/,
  ],
  [
    'cells deleted',
    run((s) => sql`delete from cells where ${ofCase(s.open)} and model_ordinal = 1`),
    /case OPEN .*cell \S+ is missing/,
  ],
  [
    'a history entry’s changes',
    run(
      (s) => sql`update history set changes = '[]'::jsonb where ${ofCase(s.open)} and sequence = 4`,
    ),
    /case OPEN .*history entry 4 .*was changed/,
  ],
  [
    'its actor',
    run((s) => sql`update history set by = ${someone} where ${ofCase(s.open)} and sequence = 4`),
    /case OPEN .*history entry 4 .*was changed/,
  ],
  [
    'its time',
    run((s) => sql`update history set at = at - ${later} where ${ofCase(s.open)} and sequence = 4`),
    /case OPEN .*history entry 4 .*was changed/,
  ],
  [
    'a middle entry deleted',
    run((s) => sql`delete from history where ${ofCase(s.open)} and sequence = 4`),
    /case OPEN .*history entry 4 is missing/,
  ],
  [
    'the last entry deleted',
    run((s) => sql`delete from history where ${lastOf(s.open)}`),
    /case OPEN .*history entry \d+ is missing/,
  ],
  [
    'the last entry deleted, chain and case row as they were before it, ledger cut too',
    run(
      (s) => sql`delete from history where ${lastOf(s.open)}`,
      (s) => sql`delete from ledger where ${ofCase(s.open)} and case_sequence =
        (select max(case_sequence) from ledger where ${ofCase(s.open)})`,
      (s) => sql`update cases set sequence = sequence - 1, history_hash =
        (select hash from history where ${lastOf(s.open)}) where id = ${s.open}::uuid`,
      (s) =>
        sql`update cells set seen_by = null, seen_at = null, revision = 0 where ${ofCase(s.open)} and model_ordinal = 1`,
    ),
    /ledger: (line \d+ of strand \d+ is missing|strand \d+: its end is missing)/,
  ],
  [
    'actors of all entries changed, chain recomputed',
    async (tx, s) => {
      await tx.execute(sql`update history set by = ${someone} where ${ofCase(s.open)}`);
      await forgeEverything(tx);
    },
    /case OPEN .*history entry 1 .*was changed/,
  ],
  [
    'a version’s snapshot',
    run(
      (s) =>
        sql`update versions set snapshot = jsonb_set(snapshot, '{case,conclusion}', '"forged"') where ${ofCase(s.signed)}`,
    ),
    /case SIGNED .*signed version 1 has another snapshot/,
  ],
  [
    'the same, its hash recomputed',
    async (tx, s) => {
      await tx.execute(
        sql`update versions set snapshot = jsonb_set(snapshot, '{case,conclusion}', '"forged"') where ${ofCase(s.signed)}`,
      );
      await rehash(tx, s.signed);
    },
    /case SIGNED .*signed version 1 was changed/,
  ],
  [
    'a version’s signer exchanged',
    run(
      (s) =>
        sql`update versions set signatures = jsonb_set(signatures, '{0,by,name}', '"Mallory"') where ${ofCase(s.signed)}`,
    ),
    /case SIGNED .*signed version 1 was changed/,
  ],
  [
    'its time of signing',
    run((s) => sql`update versions set signed_at = signed_at - ${later} where ${ofCase(s.signed)}`),
    /case SIGNED .*signed version 1 was changed/,
  ],
  [
    'the reason of an amendment',
    run(
      (s) =>
        sql`update versions set amendment_reason = 'typing error' where ${ofCase(s.amended)} and version = 2`,
    ),
    /case AMENDED .*signed version 2 was changed/,
  ],
  [
    'a version’s row deleted',
    run((s) => sql`delete from versions where ${ofCase(s.amended)} and version = 1`),
    /case AMENDED .*signed version 1 is missing/,
  ],
  [
    'a signature’s person',
    run((s) => sql`update signatures set by = ${someone} where ${ofCase(s.signed)}`),
    /case SIGNED .*signature \S+ was changed/,
  ],
  [
    'conclusion and patient of a signed case',
    run(
      (s) =>
        sql`update cases set conclusion = 'well', patient_reference = 'P-2' where id = ${s.signed}::uuid`,
    ),
    /case SIGNED .*its own facts .*were changed/,
  ],
  [
    'state signed -> open',
    run((s) => sql`update cases set state = 'open' where id = ${s.signed}::uuid`),
    /case SIGNED .*its own facts .*were changed/,
  ],
  [
    'a whole case deleted, all its rows',
    run(
      ...[
        'cells',
        'comments',
        'signatures',
        'versions',
        'history',
        'jobs',
        'uploads',
        'fields',
      ].map(
        (table) => (s: Scene) =>
          sql`delete from ${sql.identifier(table)} where ${ofCase(s.signed)}`,
      ),
      (s) => sql`delete from cases where id = ${s.signed}::uuid`,
    ),
    /case .*it is missing/,
  ],
  [
    'a comment put in under somebody’s name',
    run(
      (s) => sql`insert into comments (id, case_id, text, by, at, is_withdrawn)
        select ${newId(new Date())}::uuid, case_id, 'sign this', by, at, false from comments where ${ofCase(s.open)}`,
    ),
    /case OPEN .*comment \S+ was put in/,
  ],
  [
    'a field’s file name, pixel size, flags',
    run(
      (s) =>
        sql`update fields set file_name = 'other.png', pixel_size_um = 1, flags = '[]'::jsonb where ${ofCase(s.open)}`,
    ),
    /case OPEN .*field \S+ \(other.png\) was changed/,
  ],
  [
    'a field pointed to another stored image',
    run(
      (s) => sql`update fields set sha256 = other.sha256, display_sha256 = other.display_sha256
      from fields other where fields.case_id = ${s.open}::uuid and other.case_id = ${s.signed}::uuid`,
    ),
    /case OPEN .*field .*was changed/,
  ],
  [
    'a field marked as removed',
    run((s) => sql`update fields set is_removed = true where ${ofCase(s.open)}`),
    /case OPEN .*field .*was changed/,
  ],
  [
    'site settings',
    run(() => sql`update site set settings = jsonb_set(settings, '{targetCells}', '100')`),
    /settings .*was changed/,
  ],
  [
    'a role raised',
    run((s) => sql`update users set role = 'administrator' where id = ${s.userId}::uuid`),
    /account \S+ \(ada\) was changed/,
  ],
  // Beyond the list.
  [
    'a password exchanged',
    run(
      (s) =>
        sql`update users set password_hash = (select password_hash from users where name = 'chief') where id = ${s.userId}::uuid`,
    ),
    /account \S+ \(ada\) was changed/,
  ],
  [
    'an account put in',
    run(
      () => sql`insert into users (id, name, display_name, role, password_hash, is_disabled, revision, created_at)
      select ${newId(new Date())}::uuid, 'mallory', 'Mallory', 'signer', password_hash, false, 0, created_at from users limit 1`,
    ),
    /account \S+ \(mallory\) was put in/,
  ],
  [
    'an account deleted',
    run((s) => sql`delete from users where id = ${s.userId}::uuid`),
    /account \S+ is missing/,
  ],
  [
    'a second factor deleted',
    run(() => sql`delete from second_factors where kind = 'totp'`),
    /second factor \S+ is missing/,
  ],
  [
    'a second factor marked as removed',
    run(() => sql`update second_factors set is_removed = true where kind = 'totp'`),
    /second factor \S+ \(Phone\) was changed/,
  ],
  [
    'a second factor put in',
    run(
      (
        s,
      ) => sql`insert into second_factors (id, user_id, kind, name, secret, created_at, is_removed)
      select gen_random_uuid(), ${s.userId}::uuid, kind, 'Other', secret, created_at, false from second_factors where kind = 'totp'`,
    ),
    /second factor \S+ \(Other\) was put in/,
  ],
  [
    'an API key’s role and its end',
    run(() => sql`update api_keys set role = 'administrator', expires_at = null`),
    /API key \S+ \(analyser\) was changed/,
  ],
  [
    'a session that nobody began',
    run(
      (
        s,
      ) => sql`insert into sessions (token_hash, id, user_id, created_at, last_seen_at, expires_at, address, user_agent)
      select 'ab', gen_random_uuid(), ${s.userId}::uuid, created_at, last_seen_at, expires_at, address, user_agent from sessions limit 1`,
    ),
    /session ab was put in/,
  ],
  [
    'an entry of the trail changed',
    run(() => sql`update trail set by = ${someone} where action = 'account.created'`),
    /trail: entry \d+ was changed/,
  ],
  [
    'the end of the trail cut off',
    run(() => sql`delete from trail where sequence = (select max(sequence) from trail)`),
    /trail: its end is missing: 1 of \d+/,
  ],
  [
    'a case put in with a history of its own',
    run(
      (
        s,
      ) => sql`insert into cases select (jsonb_populate_record(c, jsonb_build_object('id', ${newId(new Date())}::text, 'number', 'FORGED'))).*
        from cases c where id = ${s.open}::uuid`,
    ),
    /case FORGED .*the ledger does not know it/,
  ],
  [
    'the head of a strand set back',
    run(
      (s) =>
        sql`update ledger_heads set sequence = sequence - 1 where strand = 0 and ${s.open} <> ''`,
    ),
    /trail: its head was changed/,
  ],
  [
    'a head deleted',
    run(() => sql`delete from ledger_heads where strand = 3`),
    /strand 3: its head is missing/,
  ],
  [
    'everything of the ledger deleted',
    run(
      () => sql`delete from ledger`,
      () => sql`delete from ledger_heads`,
      () => sql`delete from trail`,
    ),
    /case OPEN .*the ledger does not know it/,
  ],
];

test('the scene is as it was stored', async () => {
  expect(await verifyAll(scene.server.context)).toEqual([]);
  expect(await findingsAfter(scene, async () => {})).toEqual([]);
}, 120_000);

test.each(tamperings)(
  'noticed: %s',
  async (_, tamper, name) => {
    const findings = await findingsAfter(scene, (tx) => tamper(tx, scene));
    expect(findings.join('\n')).toMatch(name);
  },
  120_000,
);

test.each(tamperings)(
  'noticed when everything is made to fit without the key: %s',
  async (_, tamper) => {
    const findings = await findingsAfter(scene, async (tx) => {
      await tamper(tx, scene);
      await forgeEverything(tx);
    });
    expect(findings.length).toBeGreaterThan(0);
  },
  120_000,
);

test('noticed: many things at once, each by its name', async () => {
  const findings = await findingsAfter(scene, async (tx) => {
    for (const i of [0, 4, 17, 21, 26]) await tamperings[i]![1](tx, scene);
  });
  for (const i of [0, 4, 17, 21, 26]) expect(findings.join('\n')).toMatch(tamperings[i]![2]);
}, 120_000);

test('noticed: one byte of an image, and an image that is gone', async () => {
  const { context, settings } = scene.server;
  const [field] = await context.db.sql.select().from(fields).where(eq(fields.caseId, scene.open));
  const { sha256 } = field!;
  if (!('folder' in settings.storage)) throw new Error('images must lie in a folder');
  const file = path.join(settings.storage.folder, sha256.slice(0, 2), sha256);
  const whole = readFileSync(file);
  const flipped = Buffer.from(whole);
  flipped[100]! ^= 1;
  writeFileSync(file, flipped);
  expect((await verifyAll(context)).join()).toMatch(
    /field .*field.png\): file must have the content/,
  );
  writeFileSync(file, whole);
  renameSync(file, `${file}.away`);
  expect((await verifyAll(context)).join()).toMatch(
    /field .*field.png\): file must be in the store/,
  );
  renameSync(`${file}.away`, file);
}, 120_000);

async function rehash(tx: Sql, caseId: string): Promise<void> {
  for (const version of await tx.select().from(versions).where(eq(versions.caseId, caseId))) {
    const sha256 = sha256Hex(canonicalJson(version.snapshot));
    await tx.update(versions).set({ sha256 }).where(eq(versions.caseId, caseId));
  }
}
