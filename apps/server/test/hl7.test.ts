import { afterAll, beforeAll, expect, test } from 'vitest';
import { at, parseOrder } from './parse-hl7.ts';
import {
  analysedCase,
  type Blob,
  signAsShown,
  startTestServer,
  type TestServer,
} from './test-server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
}, 240_000);

afterAll(() => server.close(), 240_000);

async function exported(id: string): Promise<string> {
  const response = await server.app.inject({
    url: `/api/cases/${id}/exports/hl7`,
    headers: { host: 'localhost' },
  });
  expect(response.statusCode).toBe(200);
  return response.body;
}

async function reviewed(
  blobs: readonly Blob[],
  number: string,
  facts: Omit<Parameters<TestServer['client']['changeCase']>[0]['body'], 'revision'> = {},
) {
  const { client } = server;
  const made = await analysedCase(server, blobs, number);
  const params = { id: made.id };
  const cells = made.cells.map(({ id, revision }) => ({ id, revision }));
  await client.createReview({ params, body: { action: { kind: 'see', cells } } });
  await client.changeCase({ params, body: { revision: 0, ...facts } });
  return { id: made.id, params };
}

const orderOf = async (id: string) => parseOrder(await exported(id));

test('a parser of others finds every segment in its place', async () => {
  const { id } = await reviewed(['neutrophil', 'neutrophil', 'lymphocyte', 'lymphocyte'], 'A|B&C', {
    patientReference: 'P-1',
    leukocytesE9PerLitre: 8,
    collectedAt: '2026-11-20T10:00:00.000Z',
    conclusion: 'left ^ shift\nsecond line',
  });
  await signAsShown(server.client, id);
  const { header, patient, order, observations, notes } = await orderOf(id);
  expect(String(at(header, 10))).toMatch(/^[0-9A-Z]{20}$/);
  expect(JSON.stringify(at(patient, 3))).toContain('P-1');
  expect(JSON.stringify(at(patient, 5))).toContain('U');
  expect(at(order, 'ORC', 1)).toBe('RE');
  expect(JSON.stringify(at(order, 'ORC', 3))).toContain('A|B&C');
  expect(at(order, 'OBR', 25)).toBe('F');
  expect(JSON.stringify(at(order, 'SPECIMEN'))).toContain('Whole blood');
  expect(JSON.stringify(at(order, 'SPECIMEN'))).toContain('20261120100000+0000');
  const codes = observations.map((one) => at(one, 'OBX', 3, 1));
  // 2 of 4 of 8 are 4.00: shares and absolute counts have codes of their own.
  expect(codes.slice(0, 2)).toEqual(['26505-8', 'segmented-neutrophil-absolute']);
  expect(codes).toContain('26478-8');
  expect(codes).toContain('26474-7');
  expect(new Set(codes).size).toBe(codes.length);
  const obx = at(observations[1], 'OBX');
  expect(at(obx, 5)).toEqual(expect.anything());
  expect(JSON.stringify(at(obx, 5))).toContain('4');
  expect(JSON.stringify(at(obx, 6))).toContain('10*9/L');
  expect(JSON.stringify(at(obx, 7))).toContain('1.8-7.8');
  expect(JSON.stringify(at(obx, 14))).toContain('20261120100000');
  expect(JSON.stringify(at(obx, 17))).toContain('all 4 cells reviewed by a person');
  expect(JSON.stringify(at(obx, 18))).toContain('blobs');
  expect(notes.join()).toContain('left ^ shift');
  expect(notes.at(-1)).toMatch(/research use only/);
  // What is said of one result stands with it, and not of the last one.
  expect(JSON.stringify(at(observations[0], 'NTE'))).toContain('2 of 4 leukocytes');
  expect(JSON.stringify(at(observations.at(-1), 'NTE') ?? '')).not.toContain('research use');
});

test('bytes that frame messages on the wire never stand in a text', async () => {
  const { id } = await reviewed(['neutrophil'], 'H-frame', {
    conclusion: `ends here ${'\u001c'}\r${'\u000b'}MSH|^~\\&|EVIL`,
  });
  const text = await exported(id);
  expect(text).not.toMatch(/[\u0000-\u000c\u000e-\u001f\u007f]/);
  expect(text).toContain('ends here \\X1C\\');
  expect(text.match(/^MSH/gm)).toHaveLength(1);
  const { order } = await orderOf(id);
  expect(JSON.stringify(at(order, 'NTE'))).toContain('EVIL');
});

test('codes of blood do not go out for marrow, and what nobody counts is no result', async () => {
  const { client } = server;
  const { id, params } = await reviewed(['neutrophil', 'lymphocyte', 'lymphocyte'], 'H-marrow', {
    specimen: 'bone-marrow',
  });
  const { items } = await client.listCells({ params });
  for (const [i, bin] of (['artefact', 'erythroblast'] as const).entries()) {
    const cells = [items.filter((cell) => cell.bin === 'lymphocyte')[i]!];
    await client.createReview({ params, body: { action: { kind: 'reclassify', cells, bin } } });
  }
  const { order, observations } = await orderOf(id);
  expect(JSON.stringify(order)).not.toMatch(/"LN"/);
  expect(observations.map((one) => at(one, 'OBX', 3, 1))).toEqual([
    'segmented-neutrophil',
    'lymphocyte',
    'erythroblast',
  ]);
  expect(JSON.stringify(at(order, 'SPECIMEN'))).toContain('Marrow');
});
