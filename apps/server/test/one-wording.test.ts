import { reportParts, reportSchema } from '@leukoscope/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readPdf } from './read-pdf.ts';
import { analysedCase, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
}, 240_000);

afterAll(() => server.close(), 240_000);

async function exported(id: string, format: string): Promise<Buffer> {
  const answer = await server.app.inject({
    url: `/api/cases/${id}/exports/${format}`,
    headers: { host: 'localhost' },
  });
  expect(answer.statusCode).toBe(200);
  return answer.rawPayload;
}

test('HTML and PDF have the same parts in the same order and words, HL7 and FHIR the same sentences', async () => {
  const { client } = server;
  const { id, cells } = await analysedCase(server, ['neutrophil', 'lymphocyte'], 'W-1');
  const params = { id };
  await client.createComment({ params, body: { text: 'for us alone' } });
  await client.createComment({ params, body: { text: 'about the case', isPrinted: true } });
  await client.createComment({
    params,
    body: { text: 'odd nucleus', cellId: cells[0]!.id, isPrinted: true },
  });
  await client.changeCase({
    params,
    body: { revision: 0, conclusion: 'Seen twice.', leukocytesE9PerLitre: 7 },
  });
  const json: unknown = JSON.parse((await exported(id, 'json')).toString());
  const parts = reportParts(reportSchema.parse(json));
  expect(parts.comments[0]).toMatch(/^about the case \(Local user, /);
  expect(parts.comments[1]).toMatch(
    /^On a cell \(segmented neutrophil, field 1, x 18, y 18\): odd nucleus/,
  );
  const html = (await exported(id, 'html')).toString();
  const hl7 = (await exported(id, 'hl7')).toString();
  const fhir = (await exported(id, 'fhir')).toString();
  const pdf = readPdf(await exported(id, 'pdf')).pages.join(' ');
  const plain = (text: string) => text.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, '');
  for (const text of [html, hl7, fhir, pdf]) expect(text).not.toContain('for us alone');
  // The time of asking differs by up to a second; it has no part in this.
  const sentences = [
    parts.title,
    parts.statusName,
    parts.researchUse,
    parts.facts[0]![1],
    'not reviewed by a person',
    parts.counted,
    ...parts.rows.map((row) => row.cells.slice(0, 7).join(' ')),
    parts.leftOut,
    'Flags',
    ...parts.flags.map((flag) => flag.message),
    'Conclusion',
    'Seen twice.',
    'Comments',
    'odd nucleus',
    'Signatures',
    'every figure may still change',
  ];
  const order = (text: string) => {
    let from = 0;
    return sentences.map((sentence) => {
      const place = text.indexOf(plain(sentence), from);
      expect(place, sentence).toBeGreaterThanOrEqual(from);
      from = place;
      return place;
    });
  };
  // The PDF writes its facts in two columns and the method below them: the order of reading is that of parts.
  order(plain(html.slice(html.indexOf('<h1>'))));
  order(plain(pdf));
  for (const sentence of [parts.counted, parts.leftOut, 'Seen twice.', 'odd nucleus']) {
    expect(hl7).toContain(sentence);
    expect(fhir).toContain(sentence);
  }
  for (const text of [html, hl7, fhir, pdf]) {
    expect(plain(text)).toContain(plain('not reviewed by a person'));
  }
}, 240_000);
