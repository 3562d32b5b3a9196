import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { verifyAll } from '../src/backup/verify.ts';
import {
  analysedCase,
  type Blob,
  blobImage,
  jobsOver,
  signAsShown,
  startTestServer,
  type TestServer,
  upload,
} from './test-server.ts';

let server: TestServer;
let count = 0;
let salt = 0;

beforeAll(async () => {
  server = await startTestServer();
}, 120_000);

afterAll(() => server.close(), 120_000);

beforeEach(() => {
  count++;
});

const refs = (cells: readonly { id: string; revision: number }[]) =>
  cells.map(({ id, revision }) => ({ id, revision }));

/** A case that can be signed, and what its signer's screen shows. */
async function readCase(blobs: readonly Blob[] = Array(8).fill('neutrophil')) {
  const { client } = server;
  const made = await analysedCase(server, blobs, `B-${count}`);
  const params = { id: made.id };
  await client.createReview({
    params,
    body: { action: { kind: 'see', cells: refs(made.cells) } },
  });
  const { items: cells } = await client.listCells({ params });
  return { ...made, params, cells, shown: await client.getSigning({ params }) };
}

const approve = (params: { id: string }, sha256: string) =>
  server.client.signCase({
    params,
    body: { sha256, meaning: 'approved', acceptsFewer: true },
  });

test('six cells moved between reading and signing are not signed for', async () => {
  const { client } = server;
  const { params, cells, shown } = await readCase();
  expect(shown.differential.rows.find((row) => row.cellClass === 'blast')).toBeUndefined();
  const { revision } = await client.getCase({ params });
  await client.createReview({
    params,
    body: { action: { kind: 'reclassify', cells: refs(cells.slice(0, 6)), bin: 'blast' } },
  });
  // The moves raise no revision of the case, which is why that is not what signatures are bound to.
  expect((await client.getCase({ params })).revision).toBe(revision);
  const now = await client.getSigning({ params });
  await expect(approve(params, shown.sha256)).rejects.toMatchObject({
    status: 409,
    code: 'SIGN_CHANGED',
    body: { details: { sequence: now.sequence, sha256: now.sha256 } },
  });
  expect(await client.getSignOff({ params })).toMatchObject({ signatures: [] });
  // What changed since the screen was filled, the history tells by its sequence.
  const { items } = await client.listHistory({ params, query: { after: shown.sequence } });
  expect(items.map((entry) => [entry.action, entry.changes.length])).toEqual([
    ['cells.reclassified', 6],
  ]);
  expect(now.differential.rows.find((row) => row.cellClass === 'blast')?.count).toBe(6);
  expect((await approve(params, now.sha256)).state).toBe('signed');
  const [version] = (await client.listVersions({ params })).items;
  expect(version!.sha256).toBe(now.sha256);
  expect(version!.signatures[0]!.sha256).toBe(now.sha256);
  expect(version!.differential).toEqual(now.differential);
  expect(await verifyAll(server.context)).toEqual([]);
});

test('a move that is on its way while the signature arrives is in what is signed, or refuses it', async () => {
  const { client } = server;
  const { params, cells, shown } = await readCase();
  const [signed, moved] = await Promise.allSettled([
    approve(params, shown.sha256),
    client.createReview({
      params,
      body: { action: { kind: 'reclassify', cells: refs(cells.slice(0, 6)), bin: 'blast' } },
    }),
  ]);
  // One of them is refused, never both taken.
  expect([signed.status, moved.status].sort()).toEqual(['fulfilled', 'rejected']);
  if (signed.status !== 'fulfilled') return;
  const [version] = (await client.listVersions({ params })).items;
  expect(version!.differential).toEqual(shown.differential);
});

const changes: [string, (made: Awaited<ReturnType<typeof readCase>>) => Promise<unknown>][] = [
  [
    'a cell drawn anew',
    ({ params, cells: [cell] }) =>
      server.client.createReview({
        params,
        body: {
          action: {
            kind: 'redraw',
            cells: refs([cell!]),
            box: { ...cell!.box, x2: cell!.box.x2 - 1 },
            mask: null,
          },
        },
      }),
  ],
  [
    'a cell deleted',
    ({ params, cells }) =>
      server.client.createReview({
        params,
        body: { action: { kind: 'delete', cells: refs(cells.slice(0, 1)) } },
      }),
  ],
  [
    'a comment',
    ({ params }) => server.client.createComment({ params, body: { text: 'Look again.' } }),
  ],
  [
    'a field more',
    async ({ id }) => {
      salt++;
      await upload(server.client, id, await blobImage(['neutrophil'], salt));
      await jobsOver(server.client, id);
      const { items } = await server.client.listCells({ params: { id } });
      const unseen = items.filter((cell) => cell.seen === null);
      await server.client.createReview({
        params: { id },
        body: { action: { kind: 'see', cells: refs(unseen) } },
      });
    },
  ],
  [
    'another conclusion',
    ({ params }) =>
      server.client.changeCase({ params, body: { revision: 0, conclusion: 'Blasts.' } }),
  ],
  [
    "the site's other ranges",
    async () => {
      const site = await server.client.getSite();
      const classes = site.classes.map((one) =>
        one.cellClass === 'segmented-neutrophil' ? { ...one, share: { low: 0, high: 0.1 } } : one,
      );
      await server.client.replaceSite({ body: { ...site, classes } });
      // Undone for the tests after this one, as another change that is counted.
      const { revision } = await server.client.getSite();
      return () => server.client.replaceSite({ body: { ...site, revision } });
    },
  ],
];

test.each(changes)('%s after reading refuses the signature', async (_, change) => {
  const made = await readCase(['neutrophil', 'lymphocyte']);
  const restore = await change(made);
  await expect(approve(made.params, made.shown.sha256)).rejects.toMatchObject({
    code: 'SIGN_CHANGED',
  });
  const { sha256 } = await server.client.getSigning({ params: made.params });
  expect((await approve(made.params, sha256)).state).toBe('signed');
  if (typeof restore === 'function') await restore();
});

test('a field taken out after reading refuses the signature', async () => {
  const { client } = server;
  const { id, params } = await readCase(['neutrophil']);
  salt++;
  const field = await upload(client, id, await blobImage(['lymphocyte'], salt));
  await jobsOver(client, id);
  const { items } = await client.listCells({ params });
  await client.createReview({
    params,
    body: { action: { kind: 'see', cells: refs(items.filter((cell) => cell.seen === null)) } },
  });
  const shown = await client.getSigning({ params });
  const { revision } = await client.getField({ params: { id: field.id } });
  await client.removeField({ params: { id: field.id }, body: { revision } });
  await expect(approve(params, shown.sha256)).rejects.toMatchObject({ code: 'SIGN_CHANGED' });
});

test('what is shown to be signed is the same text each time, and reading it changes nothing', async () => {
  const { params, shown } = await readCase(['neutrophil', 'lymphocyte', 'neutrophil']);
  for (let i = 0; i < 3; i++) {
    expect(await server.client.getSigning({ params })).toEqual(shown);
  }
});

test('below the target a signer has to accept the number that is counted', async () => {
  const { client } = server;
  const { params, shown } = await readCase(['neutrophil', 'lymphocyte']);
  const body = { sha256: shown.sha256, meaning: 'approved' as const };
  for (const acceptsFewer of [undefined, false]) {
    await expect(
      client.signCase({ params, body: { ...body, acceptsFewer } }),
    ).rejects.toMatchObject({
      status: 409,
      code: 'SIGN_FEWER',
      message: expect.stringContaining('2 of 200'),
      body: { details: { leukocytes: 2, targetCells: 200 } },
    });
  }
  expect((await client.signCase({ params, body: { ...body, acceptsFewer: true } })).state).toBe(
    'signed',
  );
});

test('a signature says what it means and why; "amended" is of a later version, with its reason', async () => {
  const { client } = server;
  const { id, params, shown } = await readCase(['neutrophil']);
  const body = { sha256: shown.sha256, meaning: 'amended' as const, acceptsFewer: true };
  await expect(
    client.signCase({ params, body: { ...body, reason: 'No version before' } }),
  ).rejects.toMatchObject({ status: 422, code: 'SIGN_MEANING' });
  await signAsShown(client, id, { meaning: 'reviewed', reason: 'Second look of the week' });
  const { revision } = await client.getCase({ params });
  await client.amendCase({ params, body: { revision, reason: 'Blast overlooked' } });
  expect((await client.getSigning({ params })).amendmentReason).toBe('Blast overlooked');
  await expect(signAsShown(client, id, { meaning: 'amended' })).rejects.toMatchObject({
    code: 'SIGN_MEANING',
  });
  await signAsShown(client, id, { meaning: 'amended', reason: 'Blast overlooked' });
  const { items } = await client.listVersions({ params });
  expect(items.map(({ signatures: [one] }) => [one!.meaning, one!.reason])).toEqual([
    ['reviewed', 'Second look of the week'],
    ['amended', 'Blast overlooked'],
  ]);
  const history = await client.listHistory({ params });
  const signed = history.items.filter((entry) => entry.action === 'case.signed');
  expect(signed.map((entry) => [entry.reason, entry.changes[0]!.after])).toEqual(
    items.map(({ version, sha256, signatures: [one] }) => [
      one!.reason,
      { version, sha256, account: null, meaning: one!.meaning, reason: one!.reason },
    ]),
  );
});

test('a version of an older server says of its signatures only what it knows', async () => {
  const { id, params } = await readCase(['neutrophil']);
  await signAsShown(server.client, id);
  const { sql: handle } = server.context.db;
  await handle.execute(sql`alter table versions disable trigger user`);
  await handle.execute(
    sql`update versions set signatures = jsonb_build_array((signatures -> 0) - '{account,meaning,reason,sha256}'::text[]) where case_id = ${id}`,
  );
  await handle.execute(sql`alter table versions enable trigger user`);
  const [version] = (await server.client.listVersions({ params })).items;
  expect(version!.signatures).toMatchObject([
    { by: { name: 'Local user' }, account: null, meaning: null, reason: null, sha256: null },
  ]);
  for (const format of ['html', 'hl7', 'fhir', 'pdf', 'json']) {
    const answer = await server.app.inject({
      url: `/api/cases/${id}/exports/${format}`,
      headers: { host: 'localhost' },
    });
    expect(answer.statusCode, format).toBe(200);
  }
});
