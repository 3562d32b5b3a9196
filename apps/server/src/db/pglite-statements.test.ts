import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { keepStatements, type StatementClient } from './pglite-statements.ts';

let client: PGlite;
let kept: StatementClient;

beforeAll(async () => {
  client = await PGlite.create();
}, 60_000);

beforeEach(async () => {
  kept = keepStatements(client, 3);
  await client.exec('drop table if exists t; create table t (n int primary key, x jsonb)');
});

afterAll(() => client.close());

const everyType = `select $1::int a, $2::text b, $3::jsonb c, $4::timestamptz d, $5::boolean e,
  $6::bigint f, $7::float8 g, $8::bytea h, $9::text[] i, $10::uuid j, $11::text k, now() - now() l`;
const values = [
  1,
  'ü',
  { a: [1, null] },
  new Date(1e12),
  true,
  2 ** 40,
  0.1,
  Uint8Array.of(0, 255),
  ['a', 'b,"c'],
  '0190a5d0-0000-7000-8000-00000000000a',
  null,
];

test.each(['array', 'object'] as const)(
  'answers as PGlite itself does, the first time and again, as %s',
  async (rowMode) => {
    const options = { rowMode, parsers: { 1184: (text: string) => `parsed ${text}` } };
    const wanted = await client.query(everyType, values, options);
    expect(await kept.query(everyType, values, options)).toEqual(wanted);
    expect(await kept.query(everyType, values, options)).toEqual(wanted);
    expect(await kept.query('insert into t values (1, null), (2, $1)', ['[]'])).toMatchObject({
      affectedRows: 2,
      rows: [],
    });
    expect(await kept.query('select * from t where n > 5')).toMatchObject({ rows: [] });
  },
);

test('keeps a text as one statement, and no more of them than it may', async () => {
  const names = async () =>
    (await client.query<{ statement: string }>('select statement from pg_prepared_statements')).rows
      .map((row) => row.statement)
      .sort();
  const before = await names();
  for (let i = 0; i < 3; i++) await kept.query('select 1');
  for (const text of ['select 2', 'select 3', 'select 1', 'select 4']) await kept.query(text);
  expect((await names()).filter((name) => !before.includes(name))).toEqual([
    'select 1',
    'select 3',
    'select 4',
  ]);
});

test('throws what PostgreSQL says, in and outside of transactions, and goes on', async () => {
  const twice = async (run: StatementClient['query']) => {
    await run('insert into t values ($1, null)', [1]);
    await run('insert into t values ($1, null)', [1]);
  };
  await expect(kept.transaction((tx) => twice(tx.query))).rejects.toMatchObject({ code: '23505' });
  expect((await kept.query('select * from t')).rows).toEqual([]);
  await expect(twice(kept.query)).rejects.toMatchObject({
    code: '23505',
    constraint: 't_pkey',
    query: 'insert into t values ($1, null)',
  });
  await expect(kept.query('select nothing from t')).rejects.toMatchObject({ code: '42703' });
  await expect(kept.query('select $1::int', ['x'])).rejects.toMatchObject({ code: '22P02' });
  expect((await kept.query('select n from t')).rows).toEqual([{ n: 1 }]);
});

test('makes a statement anew whose table has changed', async () => {
  await kept.query('select * from t');
  await client.exec('alter table t add column y int default 5');
  // PostgreSQL refuses the old plan once; outside of transactions nothing is lost by asking again.
  await kept.query('insert into t (n) values (1)');
  const answer = await kept.query('select * from t').catch(() => kept.query('select * from t'));
  expect(answer.rows).toEqual([{ n: 1, x: null, y: 5 }]);
});

test('keeps transactions apart from everything else that runs at the same time', async () => {
  const inTransaction = kept.transaction(async (tx) => {
    await tx.query('insert into t values (1, null)');
    await new Promise((resolve) => setTimeout(resolve, 30));
    await tx.query('insert into t values (2, null)');
    throw new Error('never mind');
  });
  const beside = kept.query('insert into t values (3, null)');
  const direct = client.query('insert into t values (4, null)');
  await expect(inTransaction).rejects.toThrow('never mind');
  await Promise.all([beside, direct]);
  expect((await kept.query('select n from t order by n')).rows).toEqual([{ n: 3 }, { n: 4 }]);
});

test('a transaction that is over takes no more queries', async () => {
  let late: StatementClient['query'] | undefined;
  await kept.transaction(async (tx) => {
    late = tx.query;
  });
  await expect(late!('select 1')).rejects.toThrow('closed');
});
