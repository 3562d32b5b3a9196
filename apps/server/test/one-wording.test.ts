import { reportParts } from '@leukoscope/contract';
import { expect, test } from 'vitest';
import { toFhir } from '../src/exports/fhir.ts';
import { toHl7 } from '../src/exports/hl7.ts';
import { toHtml } from '../src/exports/html.ts';
import { writePdf } from '../src/exports/pdf/write-pdf.ts';
import { fhirFaults } from './fhir-faults.ts';
import { readPdf } from './read-pdf.ts';
import { sampleCell, sampleComment, sampleReport } from './sample-report.ts';

/** What is read, whatever the line breaks and marks around it. */
const plain = (text: string) => text.replaceAll(/<[^>]*>/g, '').replaceAll(/\s+/g, '');

test('HTML and PDF have the same parts in the same order and words, HL7 and FHIR the same sentences', async () => {
  const cells = [sampleCell('segmented-neutrophil', true), sampleCell('lymphocyte', false, 2)];
  const comments = [
    sampleComment('for us alone', {}),
    sampleComment('about the case', { isPrinted: true }),
    sampleComment('odd nucleus', { isPrinted: true, cellId: cells[1]!.id }),
  ];
  const report = sampleReport({ number: 'W-1' }, { cells, comments });
  const parts = reportParts(report);
  expect(parts.comments).toEqual([
    'about the case (Ann, 2026-11-20 12:00 UTC)',
    'On a cell (lymphocyte, field 1, x 18, y 18): odd nucleus (Ann, 2026-11-20 12:00 UTC)',
  ]);
  expect(parts.facts.at(-1)![1]).toMatch(/, 1 of 2 cells reviewed by a person$/);
  const bytes = await writePdf(report, []);
  const html = plain(toHtml(report).slice(toHtml(report).indexOf('<h1>')));
  const pdf = plain(readPdf(bytes).pages.join(' '));
  const hl7 = toHl7(report);
  const fhir = toFhir(report, bytes);
  const sentences = [
    parts.title,
    parts.statusName,
    parts.researchUse,
    ...parts.facts.map(([, value]) => value),
    parts.counted,
    ...parts.columns,
    ...parts.rows.flatMap((row) => row.cells),
    parts.legend,
    ...parts.others,
    parts.leftOut,
    'Flags',
    ...parts.flags.map((flag) => flag.message),
    'Conclusion',
    parts.conclusion.split('\n')[0]!,
    'Comments',
    ...parts.comments,
    'Signatures',
    ...parts.signatures.flat(),
  ];
  for (const text of [html, pdf]) {
    let from = 0;
    for (const sentence of sentences) {
      const place = text.indexOf(plain(escaped(sentence, text === html)), from);
      expect(place, sentence).toBeGreaterThanOrEqual(from);
      from = place;
    }
  }
  for (const sentence of [parts.counted, ...parts.others, ...parts.comments, parts.leftOut]) {
    expect(hl7).toContain(sentence);
    expect(fhir).toContain(sentence);
  }
  for (const text of [html, pdf, plain(hl7), plain(fhir)]) {
    expect(text).toContain(plain('1 of 2 cells reviewed by a person'));
    expect(text).not.toContain(plain('for us alone'));
    expect(text).not.toMatch(/Artefact|Platelet/);
  }
  expect(fhirFaults(JSON.parse(fhir))).toEqual([]);
}, 120_000);

test('no report judges marrow by the ranges of blood', async () => {
  const rows = sampleReport().snapshot.differential.rows;
  // As the server makes it: the ranges of shares are gone, those of absolute counts stand in the site.
  const marrow = sampleReport({ specimen: 'bone-marrow' });
  Object.assign(marrow.snapshot.differential, {
    rows: rows.map((row) => ({ ...row, reference: null, interpretation: null })),
  });
  const parts = reportParts(marrow);
  for (const { cells } of parts.rows) expect([cells[4], cells[6]]).toEqual(['', '']);
  expect(parts.legend).toMatch(/^No reference ranges: those of the site are of blood\./);
  expect(toFhir(marrow, new Uint8Array())).not.toContain('referenceRange');
  expect(reportParts(sampleReport()).rows[0]!.cells[6]).not.toBe('');
  expect(toFhir(sampleReport(), new Uint8Array())).toContain('referenceRange');
});

test('FHIR has the specimen, absolute counts with codes of their own, and no codes of blood for marrow', () => {
  const bundle = toFhir(sampleReport(), new Uint8Array());
  for (const part of ['26505-8', '26474-7', '10*9/L', '"Specimen"', 'Peripheral blood']) {
    expect(bundle).toContain(part);
  }
  const marrow = toFhir(sampleReport({ specimen: 'bone-marrow' }), new Uint8Array());
  expect(marrow).not.toContain('http://loinc.org');
  expect(marrow).toContain('Bone marrow');
});

function escaped(text: string, isHtml: boolean): string {
  return isHtml ? text.replaceAll('&', '&amp;') : text;
}
