import { afterAll, beforeAll, expect, test } from 'vitest';
import { analysedCase, signAsShown, startTestServer, type TestServer } from './test-server.ts';
import { readPdf } from './read-pdf.ts';

let server: TestServer;
const now = new Date('2026-11-20T12:00:00Z');

beforeAll(async () => {
  server = await startTestServer({ clock: () => now });
}, 240_000);

afterAll(() => server.close(), 240_000);

async function exported(id: string, format: string, query = ''): Promise<Buffer> {
  const answer = await server.app.inject({
    url: `/api/cases/${id}/exports/${format}${query}`,
    headers: { host: 'localhost' },
  });
  expect(answer.statusCode).toBe(200);
  if (format === 'pdf') {
    expect(answer.headers['content-type']).toBe('application/pdf');
    expect(answer.headers['content-disposition']).toMatch(/^inline; filename\*=UTF-8''.*\.pdf$/);
  }
  return answer.rawPayload;
}

async function signedCase(number: string) {
  const { client } = server;
  const made = await analysedCase(server, ['neutrophil', 'neutrophil', 'lymphocyte'], number);
  const params = { id: made.id };
  const cells = made.cells.map(({ id, revision }) => ({ id, revision }));
  await client.createReview({ params, body: { action: { kind: 'see', cells } } });
  await client.changeCase({
    params,
    body: {
      revision: 0,
      patientReference: 'Łukasz Žižka, Ελένη, Жанна, 漢',
      leukocytesE9PerLitre: 9,
      conclusion: 'Two lines\nof a comment.',
    },
  });
  await signAsShown(client, params.id);
  return params;
}

test('the PDF says everything that a reader of the result needs', async () => {
  const params = await signedCase('PDF-1');
  const [version] = (await server.client.listVersions({ params })).items;
  const { pages, pictures } = readPdf(await exported(params.id, 'pdf'));
  expect(pages.length).toBeLessThanOrEqual(2);
  const text = pages.join(' ');
  for (const part of [
    'Final',
    'For research use only. Not for use in diagnostic procedures.',
    'PDF-1',
    'Łukasz Žižka, Ελένη, Жанна,',
    '漢',
    '3 leukocytes counted (aim 200)',
    '(from the analyser)',
    'Two lines',
    'of a comment.',
    'by Local user, 2026-11-20 12:00:00 UTC',
    `SHA-256 of everything that was signed: ${version!.sha256}`,
    'preclassified by blobs',
    'Segmented neutrophil (2)',
    'Lymphocyte (1)',
  ]) {
    expect(text).toContain(part);
  }
  // 2 of 3: exact limits 9.4 to 99.2 %; 2/3 of 9 is 6.00; the site's reference 45 to 79 %.
  expect(text).toMatch(/Segmented neutrophil 2 66\.7 9\.4–99\.2 45–79 6\.00 1\.8–7\.8 2 /);
  expect(pictures).toBe(3);
  for (const [i, page] of pages.entries()) {
    expect(page).toContain(`Page ${i + 1} of ${pages.length}`);
    expect(page).toContain('For research use only');
  }
});

test('the same signed version gives the same bytes, and goes into FHIR', async () => {
  const params = await signedCase('PDF-2');
  const first = await exported(params.id, 'pdf', '?version=1');
  expect(await exported(params.id, 'pdf', '?version=1')).toEqual(first);
  const bundle = JSON.parse((await exported(params.id, 'fhir')).toString());
  const [form] = bundle.entry[0].resource.presentedForm;
  expect(form).toMatchObject({
    contentType: 'application/pdf',
    size: first.length,
    title: 'PDF-2, version 1',
    creation: now.toISOString(),
  });
  expect(Buffer.from(form.data, 'base64')).toEqual(first);
});

test('an open case is printed as preliminary, and an amended one with what it replaces', async () => {
  const { client } = server;
  const params = await signedCase('PDF-3');
  const [first] = (await client.listVersions({ params })).items;
  await client.amendCase({ params, body: { revision: 2, reason: 'Wrong patient' } });
  const open = readPdf(await exported(params.id, 'pdf')).pages.join(' ');
  expect(open).toContain('Preliminary: not signed');
  expect(open).toContain('Not signed. As of 2026-11-20 12:00 UTC; every figure may still change.');
  expect(open).not.toContain('Local user, 2026');
  await signAsShown(client, params.id, { meaning: 'amended', reason: 'Patient corrected' });
  const amended = readPdf(await exported(params.id, 'pdf')).pages.join(' ');
  expect(amended).toContain('Corrected');
  expect(amended).toContain('This version replaces version 1. Reason: Wrong patient');
  expect(amended).toContain(`Version 1, signed 2026-11-20 12:00 UTC, SHA-256 ${first!.sha256}`);
});

test('a long comment flows to further pages, all of them numbered', async () => {
  const { client } = server;
  const { id } = await analysedCase(server, ['neutrophil'], 'PDF-4');
  const lines = Array.from({ length: 200 }, (_, i) => `Line ${i + 1} of the comment.`);
  await client.changeCase({
    params: { id },
    body: { revision: 0, conclusion: lines.join('\n') },
  });
  const { pages } = readPdf(await exported(id, 'pdf'));
  expect(pages.length).toBeGreaterThan(2);
  const text = pages.join(' ');
  for (const line of lines) expect(text).toContain(line);
  for (const [i, page] of pages.entries()) {
    expect(page).toContain(`Page ${i + 1} of ${pages.length}`);
  }
});

test('a Chinese case of an Arabic patient is printed with every letter', async () => {
  const { client } = server;
  const { id } = await analysedCase(server, ['neutrophil'], '病例-王小明');
  await client.changeCase({
    params: { id },
    body: { revision: 0, patientReference: 'محمد (12)', conclusion: 'ตรวจแล้ว क्षत्रिय 10⁹' },
  });
  const bytes = await exported(id, 'pdf');
  const text = readPdf(bytes).pages.join(' ').replaceAll(' ', '');
  expect(text).toContain('病例-王小明');
  // As the eye meets it from left to right: the paragraph runs from right to left, digits do not.
  expect(text).toContain('(12)دمحم');
  expect(text).toContain('10⁹');
  expect(text).not.toContain('?');
});

test('letters that no font has are refused by name, in the PDF and where it is carried', async () => {
  const { client } = server;
  const { id } = await analysedCase(server, ['neutrophil'], 'PDF-6');
  await client.changeCase({ params: { id }, body: { revision: 0, conclusion: 'an owl: 𓅓' } });
  for (const format of ['pdf', 'fhir']) {
    const answer = await server.app.inject({
      url: `/api/cases/${id}/exports/${format}`,
      headers: { host: 'localhost' },
    });
    expect(answer.statusCode).toBe(422);
    expect(answer.json().error).toMatchObject({
      code: 'REPORT_LETTERS',
      message: expect.stringContaining('𓅓 (U+13153)'),
    });
  }
});
