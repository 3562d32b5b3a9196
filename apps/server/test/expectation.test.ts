import { afterAll, beforeAll, expect, test } from 'vitest';
import { blobImage, jobsOver, startTestServer, type TestServer, upload } from './test-server.ts';

let server: TestServer;

beforeAll(async () => {
  const blobs = { behaviour: 'work', familiarLimit: 0.5 };
  server = await startTestServer({ models: { blobs } });
}, 240_000);

afterAll(() => server.close(), 240_000);

/** The model says monocyte of grey blobs, which ordinary blood is not expected to hold in its test prior. */
async function analysed(number: string, expectation?: 'ordinary-blood' | 'marrow' | null) {
  const { client } = server;
  const { id } = await client.createCase({
    body: { number, ...(expectation === undefined ? {} : { expectation }) },
  });
  await upload(client, id, await blobImage(['lymphocyte', 'unsure']));
  await jobsOver(client, id, 120_000);
  const [field] = (await client.listFields({ params: { id } })).items;
  const { items: cells } = await client.listCells({ params: { id } });
  return { id, field: field!, cells };
}

test('a kind that the case does not expect is unidentified, named as runner-up and flagged', async () => {
  const { client } = server;
  const { id, field, cells } = await analysed('E-1', 'ordinary-blood');
  expect(field.analysis).toMatchObject({ expectation: 'ordinary-blood' });
  const hidden = cells.find((cell) => cell.model?.unexpected !== undefined)!;
  expect(hidden).toMatchObject({
    bin: 'unidentified',
    isUnsure: true,
    model: {
      unexpected: { cellClass: 'monocyte', probability: 0.8 },
      runnerUp: { cellClass: 'monocyte', probability: 0.8 },
    },
  });
  expect(hidden.model!.cellClass).not.toBe('monocyte');
  const flagsNow = async () =>
    (await client.getDifferential({ params: { id } })).flags.filter(
      ({ code }) => code === 'unexpected-kind',
    );
  expect(await flagsNow()).toEqual([
    {
      code: 'unexpected-kind',
      severity: 'warning',
      message:
        '1 unidentified cell looks like a monocyte, which the specimen was not expected to hold',
    },
  ]);
  // A person has decided: nothing is left to look at.
  await client.createReview({
    params: { id },
    body: {
      action: {
        kind: 'reclassify',
        bin: 'monocyte',
        cells: [{ id: hidden.id, revision: hidden.revision }],
      },
    },
  });
  expect(await flagsNow()).toEqual([]);
}, 240_000);

test('nothing expected, or nothing that the model has a prior for, leaves its own types', async () => {
  for (const [number, expectation] of [
    ['E-2', undefined],
    ['E-3', 'marrow'],
  ] as const) {
    const { field, cells } = await analysed(number, expectation);
    expect(field.analysis).not.toHaveProperty('expectation');
    const grey = cells.find((cell) => cell.bin === 'unidentified')!;
    expect(grey.model).toMatchObject({ cellClass: 'monocyte' });
    expect(grey.model).not.toHaveProperty('unexpected');
  }
}, 240_000);

test('new cases take what the site expects, unless they say otherwise; a change stands in the history', async () => {
  const { client } = server;
  const site = await client.getSite();
  expect(site.expectation).toBeNull();
  await client.replaceSite({ body: { ...site, expectation: 'leukaemia' } });
  const body = { number: 'E-4' };
  const made = await client.createCase({ body });
  expect(made.expectation).toBe('leukaemia');
  expect(
    (await client.createCase({ body: { ...body, expectation: null } })).expectation,
  ).toBeNull();
  const marrow = await client.createCase({ body: { ...body, specimen: 'bone-marrow' } });
  expect(marrow.expectation).toBeNull();
  const params = { id: made.id };
  await client.changeCase({ params, body: { revision: 0, expectation: null } });
  expect((await client.listHistory({ params })).items.at(-1)).toMatchObject({
    action: 'case.changed',
    changes: [{ before: { expectation: 'leukaemia' }, after: { expectation: null } }],
  });
}, 240_000);

test('a case whose cells are unlike the training cells says so, over its fields together', async () => {
  const { client } = server;
  const { id } = await client.createCase({ body: { number: 'E-5' } });
  const params = { id };
  const signs = async () =>
    (await client.getDifferential({ params })).flags.filter(
      ({ code }) => code === 'unfamiliar-cells',
    );
  const six = Array.from({ length: 6 }, () => 'lymphocyte' as const);
  await upload(client, id, await blobImage(six));
  await jobsOver(client, id, 120_000);
  // Six cells say nothing about their laboratory.
  expect(await signs()).toEqual([]);
  const second = await upload(client, id, await blobImage(six, 1), 'second.png');
  await jobsOver(client, id, 120_000);
  // ln 0.8 and ln 0.1 around their mean: 1.386, -0.693, -0.693; mean square 0.961 less 1 / 12
  expect(await signs()).toEqual([
    {
      code: 'unfamiliar-cells',
      severity: 'warning',
      message: expect.stringContaining('distance 0.88, above 0.50'),
    },
  ]);
  const { revision } = (await client.listFields({ params })).items.find(
    (field) => field.id === second.id,
  )!;
  await client.removeField({ params: { id: second.id }, body: { revision } });
  expect(await signs()).toEqual([]);
}, 240_000);
