import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
let webFolder: string;

beforeAll(async () => {
  webFolder = mkdtempSync(path.join(os.tmpdir(), 'leukoscope-web-'));
  mkdirSync(path.join(webFolder, 'assets'));
  writeFileSync(path.join(webFolder, 'index.html'), '<!doctype html><title>Leukoscope</title>');
  writeFileSync(path.join(webFolder, 'assets', 'index-abc123.js'), 'export {};');
  server = await startTestServer({ webFolder, work: { workers: 0 } });
}, 60_000);

afterAll(async () => {
  await server.close();
  rmSync(webFolder, { recursive: true });
}, 60_000);

const get = (url: string, accept = 'text/html') =>
  server.app.inject({ url, headers: { host: 'localhost', accept } });

test('hashed files are kept for ever, the page is asked for each time', async () => {
  const script = await get('/assets/index-abc123.js', '*/*');
  expect(script.headers).toMatchObject({
    'cache-control': 'public, max-age=31536000, immutable',
    'content-type': expect.stringContaining('javascript'),
  });
  const page = await get('/');
  expect(page.headers['cache-control']).toBe('no-cache');
  const again = await server.app.inject({
    url: '/',
    headers: { host: 'localhost', 'if-none-match': String(page.headers['etag']) },
  });
  expect(again.statusCode).toBe(304);
});

test('addresses of the application’s own pages give the page, also uncached', async () => {
  for (const url of ['/cases/0190a5d0-0000-7000-8000-000000000001/review', '/models', '/setup']) {
    const page = await get(url);
    expect([url, page.statusCode, page.headers['cache-control']]).toEqual([url, 200, 'no-cache']);
    expect(page.body).toContain('<title>Leukoscope</title>');
  }
});

test('a file that is gone is an error and not the page', async () => {
  // After an update an open page asks for scripts of the version before.
  const script = await get('/assets/index-old.js', '*/*');
  expect(script.statusCode).toBe(404);
  expect(script.json().error.code).toBe('ROUTE');
  for (const url of ['/assets/index-old.js', '/api/cases/x/y', '/api']) {
    expect([url, (await get(url)).statusCode]).toEqual([url, 404]);
  }
  const post = await server.app.inject({
    method: 'POST',
    url: '/cases',
    headers: { host: 'localhost', accept: 'text/html' },
  });
  expect(post.statusCode).toBe(404);
});

test('the page may use only what comes from the server itself, and blobs', async () => {
  const policy = String((await get('/')).headers['content-security-policy']);
  const rules = Object.fromEntries(
    policy.split(';').map((rule) => {
      const [name, ...sources] = rule.trim().split(' ');
      return [name, sources.join(' ')];
    }),
  );
  expect(rules).toMatchObject({
    'default-src': "'self'",
    'script-src': "'self' 'wasm-unsafe-eval'",
    'script-src-attr': "'none'",
    'img-src': "'self' data: blob:",
    'font-src': "'self'",
    'worker-src': "'self' blob:",
    'frame-ancestors': "'none'",
    'object-src': "'none'",
  });
  expect(rules['connect-src'] ?? rules['default-src']).toBe("'self'");
});
