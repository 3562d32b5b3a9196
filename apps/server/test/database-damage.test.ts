import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
  closeSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { backUp } from '../src/backup/backup.ts';
import { findDamagedPages } from '../src/backup/page-checksums.ts';
import { verifyAll } from '../src/backup/verify.ts';
import { type Core, openCore } from '../src/start-server.ts';
import { analysedCase, startTestServer, type TestServer, testSettings } from './test-server.ts';

const inspect = { purpose: 'inspect' } as const;
let whole: TestServer;
/** The largest table's and an index's file. */
let table: string;
let index: string;
let copy: string;

beforeAll(async () => {
  const umask = process.umask(0);
  try {
    whole = await startTestServer();
    await analysedCase(whole, ['neutrophil', 'lymphocyte', 'neutrophil'], 'WHOLE');
    const nameOf = async (relation: string) => {
      const { rows } = (await whole.context.db.sql.execute(
        `select pg_relation_filepath('${relation}') as file`,
      )) as unknown as { rows: { file: string }[] };
      return rows[0]!.file;
    };
    table = await nameOf('cells');
    index = await nameOf('history_by_sequence');
    await whole.stop();
  } finally {
    process.umask(umask);
  }
}, 300_000);

afterAll(() => rmSync(whole.folder, { recursive: true, force: true }));

beforeEach(() => {
  copy = mkdtempSync(path.join(os.tmpdir(), 'leukoscope-damage-'));
  cpSync(whole.settings.dataFolder, path.join(copy, 'data'), { recursive: true });
  return () => rmSync(copy, { recursive: true, force: true });
});

const settingsOf = (dataFolder: string) => ({
  ...whole.settings,
  dataFolder,
  database: { folder: dataFolder },
  keyFile: path.join(dataFolder, 'ledger.key'),
  storage: { folder: path.join(dataFolder, 'files') },
});
const data = () => path.join(copy, 'data');
const inData = (file: string) => path.join(data(), 'postgres', file);

async function withCore<T>(work: (core: Core) => Promise<T>): Promise<T> {
  const core = await openCore(settingsOf(data()), inspect);
  try {
    return await work(core);
  } finally {
    await core.close();
  }
}

const listOf = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder, { recursive: true }).map(String).sort() : ['(none)'];

test('a whole database has no damaged page, and is found whole', async () => {
  expect(findDamagedPages(path.join(data(), 'postgres'))).toEqual([]);
  expect(await withCore((core) => verifyAll(core.context))).toEqual([]);
}, 120_000);

test.each([
  ['zeros in a page’s head', (file: string) => overwrite(file, 0, Buffer.alloc(24))],
  ['one bit of a page', (file: string) => overwrite(file, 5000, Buffer.of(0x55))],
  ['the last page cut in half', (file: string) => truncateSync(file, statSync(file).size - 4096)],
])(
  'page damage is found in tables and indexes, and nothing is backed up: %s',
  async (_, damage) => {
    for (const file of [table, index]) damage(inData(file));
    await withCore(async ({ context }) => {
      const findings = (await verifyAll(context)).join('\n');
      for (const file of [table, index]) expect(findings).toContain(`database file ${file}`);
      const backup = path.join(copy, 'backup');
      await expect(backUp(context, backup)).rejects.toMatchObject({ code: 'BACKUP_UNSOUND' });
      expect(existsSync(backup)).toBe(false);
    });
  },
  120_000,
);

test('a table’s file cut off at a page is found by the indexes and by the history', async () => {
  truncateSync(inData(table), 0);
  const findings = (await withCore((core) => verifyAll(core.context))).join('\n');
  expect(findings).toMatch(/index cells_by_case of public.cells/);
  expect(findings).toMatch(/case WHOLE .*cell \S+ is missing/);
}, 120_000);

test('opening and checking make nothing: no PG_VERSION, a damaged one, an empty and a mistyped folder', async () => {
  const empty = path.join(copy, 'empty');
  mkdirSync(empty);
  const fileOf = inData('PG_VERSION');
  const cases: [string, string, () => void][] = [
    [empty, 'DATA_FOLDER', () => {}],
    [path.join(copy, 'mistyped'), 'DATA_FOLDER', () => {}],
    [data(), 'DATABASE_DAMAGED', () => writeFileSync(fileOf, 'x')],
    [data(), 'DATABASE_DAMAGED', () => rmSync(fileOf)],
    [data(), 'DATA_FOLDER', () => rmSync(path.join(data(), 'postgres'), { recursive: true })],
  ];
  for (const [folder, code, damage] of cases) {
    damage();
    const before = listOf(folder);
    await expect(openCore(settingsOf(folder), inspect)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(/nothing was made or changed/),
    });
    const after = listOf(folder).filter((name) => name !== '.lock');
    expect(after).toEqual(before);
    // Serving makes only what is new, never over what is left.
    if (folder !== data()) continue;
    await expect(openCore(settingsOf(folder))).rejects.toMatchObject({ code });
  }
}, 120_000);

test('a first start that was broken off is done again', async () => {
  const folder = path.join(copy, 'new');
  mkdirSync(path.join(folder, 'postgres'), { recursive: true });
  writeFileSync(path.join(folder, 'postgres.making'), '');
  writeFileSync(path.join(folder, 'postgres', 'PG_VERSION'), '18\n');
  const core = await openCore(settingsOf(folder));
  expect(await verifyAll(core.context)).toEqual([]);
  await core.close();
  expect(existsSync(path.join(folder, 'postgres.making'))).toBe(false);
}, 120_000);

test('the ledger begins once: a database whose ledger was emptied is not sealed anew', async () => {
  await withCore(async ({ context }) => {
    await context.db.transaction(async (tx) => {
      await tx.execute(`set local session_replication_role = replica`);
      for (const name of ['ledger', 'ledger_heads', 'trail'])
        await tx.execute(`delete from ${name}`);
    });
  });
  await expect(openCore(settingsOf(data()))).rejects.toMatchObject({ code: 'LEDGER_GONE' });
  rmSync(path.join(data(), 'ledger.key'));
  await expect(openCore(settingsOf(data()))).rejects.toMatchObject({ code: 'LEDGER_GONE' });
}, 120_000);

test('without the key nothing is opened, and the cure is named', async () => {
  const file = path.join(data(), 'ledger.key');
  const key = readFileSync(file);
  rmSync(file);
  for (const purpose of ['serve', 'inspect'] as const) {
    await expect(openCore(settingsOf(data()), { purpose })).rejects.toMatchObject({
      code: 'KEY_MISSING',
      message: expect.stringContaining('LEUKOSCOPE_KEY_FILE'),
    });
  }
  writeFileSync(file, key.subarray(0, 40));
  await expect(openCore(settingsOf(data()))).rejects.toMatchObject({ code: 'KEY_FILE' });
}, 120_000);

test.skipIf(process.platform === 'win32')(
  'only the owner may read data folder and backup, whatever the umask',
  async () => {
    const umask = process.umask(0);
    try {
      // A whole first start, by PGlite's own hands.
      const settings = await testSettings();
      const fresh = path.join(settings.folder, 'fresh');
      const core = await openCore(settingsOf(fresh));
      const backup = path.join(settings.folder, 'backup');
      await backUp(core.context, backup);
      await core.close();
      for (const root of [fresh, backup, whole.settings.dataFolder])
        expect(openTo(root)).toEqual([]);
      rmSync(settings.folder, { recursive: true, force: true });
    } finally {
      process.umask(umask);
    }
  },
  120_000,
);

/** Everything in a folder that group or others may do anything with. */
function openTo(root: string): string[] {
  return ['', ...listOf(root)]
    .filter((name) => !name.endsWith('.lock'))
    .filter((name) => (lstatSync(path.join(root, name)).mode & 0o077) !== 0);
}

function overwrite(file: string, at: number, bytes: Buffer): void {
  const handle = openSync(file, 'r+');
  try {
    writeSync(handle, bytes, 0, bytes.length, at);
  } finally {
    closeSync(handle);
  }
}
