import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newSetupToken } from '../src/auth/accounts.ts';
import { backUp, restore } from '../src/backup/backup.ts';
import { verifyAll } from '../src/backup/verify.ts';
import {
  analysedCase,
  type Blob,
  blobImage,
  clientOf,
  jobsOver,
  signAsShown,
  startTestServer,
  type TestServer,
  upload,
} from './test-server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
}, 60_000);

afterAll(() => server.close(), 60_000);

const refs = (cells: readonly { id: string; revision: number }[]) =>
  cells.map(({ id, revision }) => ({ id, revision }));

const keysOf = ({ settings }: TestServer) => ({ keyFile: settings.keyFile });

async function readyCase(blobs: readonly Blob[], number: string) {
  const { client } = server;
  const { id, cells, field } = await analysedCase(server, blobs, number);
  await client.createReview({
    params: { id },
    body: { action: { kind: 'see', cells: refs(cells) } },
  });
  return { id, cells, field };
}

const revisionOf = async (id: string) => (await server.client.getCase({ params: { id } })).revision;

const sign = (id: string) => signAsShown(server.client, id);

async function exported(id: string, format: string, version?: number): Promise<string> {
  const query = version === undefined ? '' : `?version=${version}`;
  const response = await server.app.inject({
    url: `/api/cases/${id}/exports/${format}${query}`,
    headers: { host: 'localhost' },
  });
  expect(response.statusCode).toBe(200);
  return response.body;
}

test('signing is refused while cells are unseen or unidentified, and while fields wait', async () => {
  const { client } = server;
  const { id, cells } = await analysedCase(server, ['neutrophil', 'unsure'], 'S-blocked');
  const params = { id };
  const codes = async () => (await client.getSignOff({ params })).blockers.map((b) => b.code);
  expect(await codes()).toEqual(['CELLS_UNIDENTIFIED', 'CELLS_UNSEEN']);
  await expect(sign(id)).rejects.toMatchObject({ status: 409, code: 'SIGN_BLOCKED' });
  await client.createReview({ params, body: { action: { kind: 'see', cells: refs(cells) } } });
  expect(await codes()).toEqual(['CELLS_UNIDENTIFIED']);
  const { items } = await client.listCells({ params, query: { bin: 'unidentified' } });
  await client.createReview({
    params,
    body: { action: { kind: 'reclassify', cells: refs(items), bin: 'not-classed' } },
  });
  expect(await client.getSignOff({ params })).toMatchObject({ canSign: true, blockers: [] });
  const signed = await sign(id);
  expect(signed.state).toBe('signed');
});

test('an empty case cannot be signed', async () => {
  const { id } = await server.client.createCase({ body: { number: 'S-empty' } });
  await expect(sign(id)).rejects.toMatchObject({ code: 'SIGN_BLOCKED' });
});

test('a signed case is locked; an amendment is a new version beside the old one', async () => {
  const { client } = server;
  const { id, cells } = await readyCase(['neutrophil', 'lymphocyte'], 'S-amend');
  const params = { id };
  await sign(id);
  const again = () =>
    client.createReview({
      params,
      body: {
        action: { kind: 'reclassify', cells: [{ id: cells[0]!.id, revision: 1 }], bin: 'blast' },
      },
    });
  await expect(again()).rejects.toMatchObject({ status: 409, code: 'CASE_NOT_OPEN' });
  await expect(client.createComment({ params, body: { text: 'late' } })).rejects.toMatchObject({
    code: 'CASE_NOT_OPEN',
  });
  await expect(
    client.changeCase({ params, body: { revision: await revisionOf(id), conclusion: 'x' } }),
  ).rejects.toMatchObject({ code: 'CASE_NOT_OPEN' });
  const opened = await client.amendCase({
    params,
    body: { revision: await revisionOf(id), reason: 'Blast overlooked' },
  });
  expect(opened).toMatchObject({ state: 'open', version: 2 });
  await again();
  await sign(id);
  const { items } = await client.listVersions({ params });
  expect(items.map((version) => [version.version, version.amendmentReason])).toEqual([
    [1, null],
    [2, 'Blast overlooked'],
  ]);
  const blasts = items.map(
    (v) => v.differential.rows.find((row) => row.cellClass === 'blast')?.count ?? 0,
  );
  expect(blasts).toEqual([0, 1]);
  expect(await exported(id, 'html', 1)).toContain('>Final<');
  expect(await exported(id, 'html')).toContain('>Corrected<');
  await expect(
    client.discardCase({ params, body: { revision: await revisionOf(id) } }),
  ).rejects.toMatchObject({ code: 'CASE_NOT_OPEN' });
});

test('two signers must be two people; a first signature can be withdrawn', async () => {
  const { client } = server;
  const { id } = await readyCase(['neutrophil'], 'S-two');
  const params = { id };
  await client.changeCase({ params, body: { revision: 0, signersNeeded: 2 } });
  expect((await sign(id)).state).toBe('half-signed');
  expect((await client.getSignOff({ params })).blockers).toMatchObject([
    { code: 'ALREADY_SIGNED_BY_YOU' },
  ]);
  await expect(sign(id)).rejects.toMatchObject({ code: 'SIGN_BLOCKED' });
  expect((await client.listVersions({ params })).items).toEqual([]);
  const open = await client.withdrawSignature({
    params,
    body: { revision: await revisionOf(id), reason: 'Wrong slide' },
  });
  expect(open.state).toBe('open');
  expect((await client.getSignOff({ params })).signatures).toEqual([]);
});

test('history and versions can only be added to, and a change behind the back is found', async () => {
  const { id } = await readyCase(['neutrophil'], 'S-chain');
  await sign(id);
  const { db } = server.context;
  expect(await verifyAll(server.context)).toEqual([]);
  const refusal = { cause: { message: expect.stringMatching(/append-only/) } };
  await expect(db.sql.execute(sql`update history set reason = 'x'`)).rejects.toMatchObject(refusal);
  await expect(db.sql.execute(sql`delete from versions`)).rejects.toMatchObject(refusal);
  // Who owns the tables can switch the trigger off; the chain of hashes remains.
  const other = await startTestServer();
  try {
    const made = await other.client.createCase({ body: { number: 'S-9' } });
    await other.client.changeCase({
      params: { id: made.id },
      body: { revision: 0, conclusion: 'a' },
    });
    const otherDb = other.context.db.sql;
    await otherDb.execute(sql`alter table history disable trigger user`);
    await otherDb.execute(sql`update history set reason = 'forged' where sequence = 1`);
    expect(await verifyAll(other.context)).toEqual([
      expect.stringMatching(/entry 1 \(case.created\) was changed/),
    ]);
    await otherDb.execute(sql`delete from history where sequence = 2`);
    await otherDb.execute(sql`update history set reason = null`);
    expect((await verifyAll(other.context)).join()).toMatch(/history entry 2 is missing/);
  } finally {
    await other.close();
  }
});

test('a backup restored on an empty machine is the same and works on', async () => {
  const { id } = await readyCase(['neutrophil', 'lymphocyte'], 'S-backup');
  await sign(id);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'leukoscope-backup-'));
  const before = await backUp(server.context, folder);
  await expect(backUp(server.context, folder)).rejects.toMatchObject({ code: 'BACKUP_FOLDER' });
  const other = await startTestServer();
  try {
    expect(await restore(other.context, folder, keysOf(server))).toEqual(before);
    const params = { id };
    expect(await other.client.getCase({ params })).toEqual(await server.client.getCase({ params }));
    expect(await other.client.listCells({ params })).toEqual(
      await server.client.listCells({ params }),
    );
    expect(await other.client.listHistory({ params })).toEqual(
      await server.client.listHistory({ params }),
    );
    expect(await verifyAll(other.context)).toEqual([]);
    const field = await upload(
      other.client,
      (await other.client.createCase({ body: { number: 'new' } })).id,
      await blobImage(['neutrophil'], 7),
    );
    expect((await jobsOver(other.client, field.caseId))[0]!.state).toBe('completed');
    await expect(restore(other.context, folder)).rejects.toMatchObject({
      code: 'RESTORE_NOT_EMPTY',
    });
  } finally {
    await other.close();
    await rm(folder, { recursive: true });
  }
});

test('a backup that is damaged is refused with the file that is, and nothing of it is kept', async () => {
  await readyCase(['neutrophil'], 'S-damage');
  const folder = mkdtempSync(path.join(os.tmpdir(), 'leukoscope-backup-'));
  await backUp(server.context, folder);
  const other = await startTestServer({ work: { workers: 0 } });
  const faultAfter = async (change: (file: string) => void, name: string) => {
    const file = path.join(folder, name);
    const whole = readFileSync(file);
    change(file);
    const fault = await restore(other.context, folder, keysOf(server)).catch(
      (error: unknown) => error,
    );
    writeFileSync(file, whole);
    return fault;
  };
  try {
    const [picture] = readdirSync(path.join(folder, 'files'));
    const flip = (file: string) => {
      const bytes = readFileSync(file);
      bytes[bytes.length >> 1]! ^= 1;
      writeFileSync(file, bytes);
    };
    const gone = (file: string) => rmSync(file);
    for (const name of ['cases.jsonl', `files/${picture}`]) {
      expect(await faultAfter(flip, name)).toMatchObject({
        code: 'BACKUP_DAMAGED',
        message: expect.stringContaining(`${name} with another hash`),
      });
      expect(await faultAfter(gone, name)).toMatchObject({
        code: 'BACKUP_DAMAGED',
        message: expect.stringContaining(`${name} which cannot be read`),
      });
    }
    for (const change of [gone, (file: string) => writeFileSync(file, '{"format":')]) {
      expect(await faultAfter(change, 'manifest.json')).toMatchObject({ code: 'BACKUP_MANIFEST' });
    }
    expect((await other.client.listCases({ query: {} })).items).toEqual([]);
    await restore(other.context, folder, keysOf(server));
    expect(await verifyAll(other.context)).toEqual([]);
  } finally {
    await other.close();
    await rm(folder, { recursive: true });
  }
});

test('a backup is not restored beside accounts that are there already', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'leukoscope-backup-'));
  await backUp(server.context, folder);
  const other = await startTestServer({ mode: 'accounts', work: { workers: 0 } });
  try {
    const token = (await newSetupToken(other.context))!;
    const chief = { name: 'chief', displayName: 'C', password: 'correct horse battery staple' };
    await clientOf(other.app, { origin: 'http://localhost' }).setUp({ body: { ...chief, token } });
    await expect(restore(other.context, folder)).rejects.toMatchObject({
      code: 'RESTORE_NOT_EMPTY',
      message: expect.stringContaining('rows in "users"'),
    });
  } finally {
    await other.close();
    await rm(folder, { recursive: true });
  }
});
