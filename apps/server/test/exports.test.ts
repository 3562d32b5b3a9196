import { afterAll, beforeAll, expect, test } from 'vitest';
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
}, 60_000);

afterAll(() => server.close(), 60_000);

async function readyCase(blobs: readonly Blob[], number: string) {
  const { id, cells } = await analysedCase(server, blobs, number);
  const refs = cells.map((cell) => ({ id: cell.id, revision: cell.revision }));
  await server.client.createReview({
    params: { id },
    body: { action: { kind: 'see', cells: refs } },
  });
  return { id, cells };
}

async function exported(id: string, format: string): Promise<string> {
  const response = await server.app.inject({
    url: `/api/cases/${id}/exports/${format}`,
    headers: { host: 'localhost' },
  });
  expect(response.statusCode).toBe(200);
  return response.body;
}

test('CSV has a line a cell, quotes what needs it and starts no formula', async () => {
  const { id } = await readyCase(['neutrophil', 'lymphocyte'], '=HYPERLINK("x")');
  const lines = (await exported(id, 'csv')).trimEnd().split('\r\n');
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatch(/^case_number,version,field,file_name,cell_id,type/);
  expect(lines[1]).toMatch(/^"'=HYPERLINK\(""x""\)",1,1,field.png,/);
});

test('COCO has the boxes, masks and classes of the cells', async () => {
  const { id, cells } = await readyCase(['neutrophil', 'unsure'], 'S-coco');
  const coco = JSON.parse(await exported(id, 'coco'));
  expect(coco.images).toMatchObject([{ id: 1, file_name: 'field.png', width: 100, height: 60 }]);
  expect(coco.annotations).toHaveLength(1);
  const [annotation] = coco.annotations;
  expect(annotation.bbox).toEqual([18, 18, 25, 25]);
  expect(annotation.segmentation).toEqual({ size: [60, 100], counts: cells[0]!.mask!.counts });
  // Pixels with x^2 + y^2 <= 12^2
  let area = 0;
  for (let y = -12; y <= 12; y++) for (let x = -12; x <= 12; x++) if (x * x + y * y <= 144) area++;
  expect(annotation.area).toBe(area);
  const names = new Map(coco.categories.map((c: { id: number; name: string }) => [c.id, c.name]));
  expect(names.get(annotation.category_id)).toBe('segmented-neutrophil');
});

test('FHIR has a report with an observation per type, preliminary until signed', async () => {
  const { id } = await readyCase(
    ['neutrophil', 'neutrophil', 'neutrophil', 'lymphocyte'],
    'S-fhir',
  );
  const read = async () => JSON.parse(await exported(id, 'fhir'));
  const of = (
    bundle: { entry: { fullUrl: string; resource: Record<string, unknown> }[] },
    type: string,
  ) => bundle.entry.filter((entry) => entry.resource['resourceType'] === type);
  expect(of(await read(), 'DiagnosticReport')[0]!.resource['status']).toBe('preliminary');
  await signAsShown(server.client, id);
  const bundle = await read();
  expect(bundle).toMatchObject({ resourceType: 'Bundle', type: 'collection' });
  const [report] = of(bundle, 'DiagnosticReport');
  expect(report!.resource).toMatchObject({
    status: 'final',
    category: [{ coding: [{ code: 'LAB' }] }],
  });
  const observations = of(bundle, 'Observation');
  expect(report!.resource['result']).toEqual(
    observations.map(({ fullUrl }) => ({ reference: fullUrl })),
  );
  expect(observations[0]!.resource).toMatchObject({
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: '26505-8' }] },
    valueQuantity: { value: 75, code: '%', system: 'http://unitsofmeasure.org' },
    interpretation: [{ coding: [{ code: 'N' }] }],
    referenceRange: [{ low: { value: 45 }, high: { value: 79 } }],
  });
  const [provenance] = of(bundle, 'Provenance');
  expect(provenance!.resource).toMatchObject({
    target: [{ reference: report!.fullUrl }],
    agent: [{ who: { display: 'Local user' } }],
  });
  expect(JSON.stringify(await read())).toBe(JSON.stringify(bundle));
}, 120_000);

test('HTML shows the counts and runs nothing that people wrote', async () => {
  const { client } = server;
  const { id } = await readyCase(['neutrophil'], '<script>alert(1)</script>');
  await client.createComment({
    params: { id },
    body: { text: '<img src=x onerror=alert(1)>', isPrinted: true },
  });
  const response = await server.app.inject({
    url: `/api/cases/${id}/exports/html`,
    headers: { host: 'localhost' },
  });
  expect(response.body).not.toContain('<script>');
  expect(response.body).not.toContain('<img');
  expect(response.body).toContain('&lt;script&gt;');
  expect(response.body).toContain('For research use only');
  expect(response.headers['content-security-policy']).toContain("default-src 'none'");
});
