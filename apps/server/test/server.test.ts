import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { endpoints, type ServerEvent } from '@leukoscope/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  analysedCase,
  blobImage,
  startTestServer,
  type TestServer,
  upload,
} from './test-server.ts';

let server: TestServer;
let address: string;
const host = { host: 'localhost' };

beforeAll(async () => {
  const webFolder = mkdtempSync(path.join(os.tmpdir(), 'leukoscope-web-'));
  writeFileSync(path.join(webFolder, 'index.html'), '<!doctype html><title>Leukoscope</title>');
  server = await startTestServer({ webFolder });
  address = await server.app.listen({ host: '127.0.0.1', port: 0 });
}, 60_000);

afterAll(() => server.close(), 60_000);

/** Read a stream until `enough` events have come. */
async function follow(
  query: string,
  enough: (events: ServerEvent[]) => boolean,
  act: () => Promise<void>,
): Promise<ServerEvent[]> {
  const stop = new AbortController();
  const answer = await fetch(`${address}/api/events${query}`, { signal: stop.signal });
  expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const events: ServerEvent[] = [];
  let text = '';
  const acting = act();
  for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const parts = text.split('\n\n');
    text = parts.pop()!;
    for (const part of parts) {
      const data = part.split('\n').find((line) => line.startsWith('data: '));
      if (data !== undefined) events.push(JSON.parse(data.slice(6)));
    }
    if (enough(events)) break;
  }
  await acting;
  stop.abort();
  return events;
}

describe('events', () => {
  test('tell of a field from its upload to its cells, after which the cells are there', async () => {
    const { client } = server;
    const made = await client.createCase({ body: { number: 'E-1' } });
    const events = await follow(
      '',
      (seen) => seen.some((e) => e.type === 'field.changed' && e.state === 'analysed'),
      async () => {
        await upload(client, made.id, await blobImage(['neutrophil'], 1));
      },
    );
    expect(events[0]).toEqual({ type: 'hello', version: 'test' });
    const states = events.flatMap((e) => (e.type === 'job.changed' ? [e.state] : []));
    expect(states[0]).toBe('queued');
    expect(states).toContain('active');
    const changes = events.flatMap((e) => (e.type === 'case.changed' ? [e.sequence] : []));
    expect(changes).toEqual([2, 3]);
    const since = await client.listCells({ params: { id: made.id }, query: { since: 2 } });
    expect(since.items).toHaveLength(1);
  });

  test('of one case leave others out', async () => {
    const { client } = server;
    const one = await client.createCase({ body: { number: 'E-2' } });
    const two = await client.createCase({ body: { number: 'E-3' } });
    const change = (id: string) =>
      client.changeCase({ params: { id }, body: { revision: 0, conclusion: 'x' } });
    const events = await follow(
      `?caseId=${two.id}`,
      (seen) => seen.length >= 2,
      async () => {
        await change(one.id);
        await change(two.id);
      },
    );
    expect(events[1]).toEqual({ type: 'case.changed', caseId: two.id, sequence: 2 });
  });
});

describe('lists', () => {
  test('of cases come in pages, newest first, and are searched literally', async () => {
    const { client } = server;
    for (let i = 0; i < 5; i++)
      await client.createCase({ body: { number: `P_${i}`, patientReference: 'pages%' } });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await client.listCases({
        query: { search: 's%', limit: 2, ...(cursor === undefined ? {} : { cursor }) },
      });
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map((one) => one.number));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect([...seen].sort()).toEqual(['P_0', 'P_1', 'P_2', 'P_3', 'P_4']);
    expect((await client.listCases({ query: { search: 'P%' } })).items).toEqual([]);
    await expect(client.listCases({ query: { cursor: 'nonsense' } })).rejects.toMatchObject({
      status: 400,
      code: 'CURSOR',
    });
  });

  test('of cells come in pages without gaps or twins', async () => {
    const { client } = server;
    const { id, cells } = await analysedCase(
      server,
      ['neutrophil', 'lymphocyte', 'unsure', 'neutrophil', 'lymphocyte'],
      'C-pages',
    );
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await client.listCells({
        params: { id },
        query: { limit: 2, ...(cursor === undefined ? {} : { cursor }) },
      });
      seen.push(...page.items.map((cell) => cell.id));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(cells.map((cell) => cell.id));
  });
});

test('a case is discarded and restored, from its newest revision only', async () => {
  const { client } = server;
  const { id } = await client.createCase({ body: { number: 'D' } });
  const params = { id };
  await expect(client.discardCase({ params, body: { revision: 5 } })).rejects.toMatchObject({
    status: 409,
    code: 'REVISION_STALE',
  });
  expect(await client.discardCase({ params, body: { revision: 0, reason: 'Test' } })).toMatchObject(
    { state: 'discarded' },
  );
  await expect(
    client.changeCase({ params, body: { revision: 1, conclusion: 'x' } }),
  ).rejects.toMatchObject({ code: 'CASE_NOT_OPEN' });
  expect(await client.restoreCase({ params, body: { revision: 1 } })).toMatchObject({
    state: 'open',
  });
});

test('comments are withdrawn by their author and stay in the history', async () => {
  const { client } = server;
  const { id } = await client.createCase({ body: { number: 'Com' } });
  const made = await client.createComment({ params: { id }, body: { text: ' Look here ' } });
  expect(made).toMatchObject({ text: 'Look here', cellId: null });
  await client.withdrawComment({ params: { id: made.id } });
  expect((await client.listComments({ params: { id } })).items).toEqual([]);
  const { items } = await client.listHistory({ params: { id } });
  expect(items.at(-1)).toMatchObject({
    action: 'comment.withdrawn',
    changes: [{ before: { text: 'Look here' }, after: null }],
  });
});

test('site settings are replaced as a whole, from their newest revision', async () => {
  const { client } = server;
  const site = await client.getSite();
  const saved = await client.replaceSite({ body: { ...site, name: 'Lab', targetCells: 400 } });
  expect(saved).toMatchObject({ name: 'Lab', revision: site.revision + 1 });
  await expect(client.replaceSite({ body: site })).rejects.toMatchObject({
    code: 'REVISION_STALE',
  });
  expect(await client.createCase({ body: { number: 'by site' } })).toMatchObject({
    targetCells: 400,
  });
});

test('models are described with their cards', async () => {
  expect((await server.client.listModels()).items).toEqual([
    {
      id: 'blobs',
      name: 'Blobs',
      sha256: 'b'.repeat(64),
      sizeBytes: expect.any(Number),
      classes: ['segmented-neutrophil', 'lymphocyte', 'monocyte'],
      reader: 'blobs',
      parent: null,
      card: '# Blobs\n',
      isDefault: true,
      isAdded: false,
    },
  ]);
});

describe('the server', () => {
  test('describes every endpoint in its OpenAPI document and shows it at /docs', async () => {
    const document = (await server.app.inject({ url: '/docs/json', headers: host })).json();
    expect(document.openapi).toBe('3.1.0');
    for (const endpoint of Object.values(endpoints)) {
      const url = endpoint.path.replaceAll(/:([a-zA-Z]+)/g, '{$1}');
      expect(document.paths[url]?.[endpoint.method.toLowerCase()]?.summary).toBe(endpoint.summary);
    }
    const page = await server.app.inject({ url: '/docs/', headers: host });
    // Its library's own policy would let pictures, fonts and styles come from elsewhere.
    expect(page.headers['content-security-policy']).toMatch(/img-src 'self' data: blob:;/);
    expect(page.headers['content-security-policy']).not.toContain('http');
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('swagger-ui');
  });

  test('is healthy and ready, and says how it does in figures', async () => {
    expect(await server.client.getHealth()).toEqual({ status: 'ok', version: 'test' });
    expect(await server.client.getReady()).toEqual({
      isReady: true,
      checks: { database: true, storage: true, queue: true },
    });
    const { body } = await server.app.inject({ url: '/metrics', headers: host });
    expect(body).toMatch(/leukoscope_requests_total\{route="GET \/health",status="200"\} [1-9]/);
    expect(body).toMatch(
      /leukoscope_request_seconds_bucket\{route="GET \/health",le="\+Inf"\} [1-9]/,
    );
    expect(body).toMatch(/^leukoscope_jobs\{state="waiting"\} \d/m);
  });

  test('sends the headers that keep pages safe', async () => {
    const { headers } = await server.app.inject({ url: '/', headers: host });
    const policy = String(headers['content-security-policy']);
    for (const rule of [
      "default-src 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "object-src 'none'",
    ]) {
      expect(policy).toContain(rule);
    }
    expect(policy).not.toMatch(/script-src[^;]*unsafe-inline/);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
    });
    expect(headers['strict-transport-security']).toBeUndefined();
    expect(
      (await server.app.inject({ url: '/api/cases', headers: host })).headers['cache-control'],
    ).toBe('no-store');
  });

  test('gives the web application for its pages, and an error for addresses of the API', async () => {
    const page = await server.app.inject({
      url: '/cases/1',
      headers: { ...host, accept: 'text/html' },
    });
    expect(page.body).toContain('<title>Leukoscope</title>');
    const missing = await server.app.inject({
      url: '/api/nothing',
      headers: { ...host, accept: 'text/html' },
    });
    expect(missing.json().error).toMatchObject({
      code: 'ROUTE',
      status: 404,
      requestId: expect.any(String),
    });
    const outside = await server.app.inject({ url: '/..%2f..%2fetc/passwd', headers: host });
    expect([400, 403, 404]).toContain(outside.statusCode);
  });

  test('answers only to names of this machine in local mode, and to no other site', async () => {
    const strange = await server.app.inject({
      url: '/api/cases',
      headers: { host: 'evil.example' },
    });
    expect(strange.json().error.code).toBe('HOST_UNKNOWN');
    const foreign = await server.app.inject({
      method: 'POST',
      url: '/api/cases',
      headers: { ...host, origin: 'http://evil.example' },
      payload: { number: 'x' },
    });
    expect(foreign.json().error.code).toBe('ORIGIN_FOREIGN');
    const own = await server.app.inject({
      method: 'POST',
      url: '/api/cases',
      headers: { ...host, origin: 'http://localhost' },
      payload: { number: 'x' },
    });
    expect(own.statusCode).toBe(201);
  });

  test('says what is wrong with a request, field by field', async () => {
    const answer = await server.app.inject({
      method: 'POST',
      url: '/api/cases',
      headers: host,
      payload: { number: '', targetCells: 7 },
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error).toMatchObject({
      code: 'REQUEST',
      issues: [{ path: 'body/number' }, { path: 'body/targetCells' }],
    });
    for (const [payload, status, code] of [
      ['{"__proto__":{}}', 400, 'BODY_JSON'],
      ['{', 400, 'BODY_JSON'],
      ['', 400, 'BODY_JSON'],
      [JSON.stringify({ number: 'x'.repeat(5_000_000) }), 413, 'BODY_TOO_LARGE'],
    ] as const) {
      const refused = await server.app.inject({
        method: 'POST',
        url: '/api/cases',
        headers: { ...host, 'content-type': 'application/json' },
        payload,
      });
      expect(refused.statusCode).toBe(status);
      expect(refused.json().error).toMatchObject({ status, code });
      expect(refused.json().error.message).toMatch(/must .* Received /);
    }
    const form = await server.app.inject({
      method: 'POST',
      url: '/api/cases',
      headers: { ...host, 'content-type': 'text/plain' },
      payload: 'x',
    });
    expect(form.statusCode).toBe(415);
    expect(form.json().error.code).toBe('MEDIA_TYPE');
    const broken = await server.app.inject({
      method: 'GET',
      url: '/api/cases/%zz',
      headers: host,
    });
    expect(broken.statusCode).toBe(400);
    expect(broken.json().error).toMatchObject({ status: 400, code: 'ADDRESS' });
  });

  test('does not let a body set what is not its to set', async () => {
    const answer = await server.app.inject({
      method: 'POST',
      url: '/api/cases',
      headers: host,
      payload: {
        number: 'F',
        state: 'signed',
        version: 9,
        createdBy: { kind: 'system', id: null, name: 'x' },
      },
    });
    expect(answer.json()).toMatchObject({
      state: 'open',
      version: 1,
      createdBy: { name: 'Local user' },
    });
  });
});

test('requests are limited', async () => {
  const small = await startTestServer({ limits: { requestsPerMinute: 3 }, work: { workers: 0 } });
  try {
    const statuses = [];
    for (let i = 0; i < 4; i++)
      statuses.push((await small.app.inject({ url: '/api/cases', headers: host })).statusCode);
    expect(statuses).toEqual([200, 200, 200, 429]);
  } finally {
    await small.close();
  }
});
