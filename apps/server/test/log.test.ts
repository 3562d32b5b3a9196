import { PassThrough } from 'node:stream';
import { sql } from 'drizzle-orm';
import fastify from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { faultWords } from '../src/fault-words.ts';
import { HttpError } from '../src/http-error.ts';
import { answerError } from '../src/http/error-answer.ts';
import { logOptions } from '../src/http/log-options.ts';
import { startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ work: { workers: 0 } });
}, 60_000);

afterAll(() => server.close(), 60_000);

/** A query that the database refuses, with something private in it. */
const refused = () =>
  server.context.db.sql.execute(
    sql`insert into comments (text) select ${'Mrs Smith of ward 7'}::text`,
  );

test('a failed query is logged with its text and its cause, without its values', async () => {
  const lines = new PassThrough();
  const app = fastify({ logger: { ...logOptions('error'), stream: lines } });
  app.setErrorHandler(answerError);
  app.get('/fail', refused);
  expect((await app.inject('/fail')).statusCode).toBe(500);
  await app.close();
  const log = String(lines.read());
  expect(JSON.parse(log.split('\n')[0]!)).toMatchObject({
    msg: 'request failed',
    err: {
      type: 'DrizzleQueryError',
      message: expect.stringContaining('insert into comments'),
      stack: expect.stringContaining(' at '),
      cause: { code: expect.any(String) },
    },
  });
  expect(log).not.toContain('Smith');
});

test('people are told the reason of a refused query, not the query', async () => {
  const words = faultWords(await refused().catch((error: unknown) => error));
  expect(words).toMatch(/^the database refused a query: /);
  expect(words).not.toMatch(/Smith|insert into/);
});

test('a refused request is a warning with who, from where and why, without what was sent', async () => {
  const lines = new PassThrough();
  const app = fastify({ logger: { ...logOptions('warn'), stream: lines } });
  app.setErrorHandler(answerError);
  app.post('/api/keys', () => {
    throw new HttpError(403, 'ROLE', 'caller must be administrator.');
  });
  app.get('/api/none', () => {
    throw new HttpError(404, 'CASE_MISSING', 'case must exist.');
  });
  await app.inject({ method: 'POST', url: '/api/keys?name=Smith', payload: { name: 'Smith' } });
  await app.inject('/api/none');
  await app.close();
  const logged = String(lines.read())
    .split('\n')
    .filter((line) => line.includes('request refused'));
  expect(logged).toHaveLength(1);
  expect(JSON.parse(logged[0]!)).toMatchObject({
    level: 40,
    method: 'POST',
    path: '/api/keys',
    status: 403,
    code: 'ROLE',
    from: '127.0.0.1',
  });
  expect(logged[0]).not.toContain('Smith');
});
