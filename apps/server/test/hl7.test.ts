import { expect, test } from 'vitest';
import { toHl7 } from '../src/exports/hl7.ts';
import { at, list, parseOrder } from './parse-hl7.ts';
import { sampleReport } from './sample-report.ts';

const words = (value: unknown) => JSON.stringify(value);

test('a parser of others finds every segment in its place', () => {
  const { header, patient, order, observations, notes } = parseOrder(toHl7(sampleReport()));
  expect(words(at(header, 10))).toMatch(/"[0-9A-Z]{20}"/);
  expect(words(at(patient, 3))).toContain('P-1');
  expect(words(at(patient, 5))).toContain('"U"');
  expect(words(at(order, 'ORC', 1))).toContain('RE');
  expect(words(at(order, 'ORC', 3))).toContain('A|B&C');
  expect(words(at(order, 'OBR', 25))).toContain('F');
  expect(words(at(order, 'OBR', 32))).toContain('Ann');
  const specimen = words(at(order, 'SPECIMEN'));
  expect(specimen).toContain('Whole blood');
  expect(specimen).toContain('20261120100000+0000');
  const obx = observations.map((one) => at(one, 'OBX'));
  // Shares and absolute counts (half of 8 each) have codes of their own; what nobody counts has none.
  expect(obx.map((one) => [at(one, 3, 1), at(one, 3, 3)])).toEqual([
    ['26505-8', 'LN'],
    ['segmented-neutrophil-absolute', '99LEUKOSCOPE'],
    ['26478-8', 'LN'],
    ['26474-7', 'LN'],
    ['19048-8', 'LN'],
  ]);
  expect(words(at(obx[3], 5))).toContain('4');
  expect(words(at(obx[3], 6))).toContain('10*9/L');
  expect(words(at(obx[3], 7))).toContain('1-4.8');
  expect(words(at(obx[3], 8))).toContain('N');
  expect(words(at(obx[3], 14))).toContain('20261120100000');
  expect(words(at(obx[3], 17))).toContain('all 2 cells reviewed by a person');
  expect(words(at(obx[3], 18))).toContain('blobs');
  expect(notes.join()).toContain('left ^ shift');
  expect(notes.at(-1)).toContain('For research use only');
  // What is said of one result stands with it, and what is said of all not with the last.
  expect(words(at(observations[0], 'NTE'))).toContain('2 of 4 leukocytes');
  expect(list(at(observations.at(-1), 'NTE'))).toEqual([]);
});

test('bytes that frame messages on the wire never stand in a text', () => {
  const conclusion = `ends here \u001c\r\u000bMSH|^~\\&|EVIL`;
  const text = toHl7(sampleReport({ conclusion, number: 'A\u000bB' }));
  expect(text.replaceAll('\r', '')).not.toMatch(/\p{Cc}/u);
  expect(text).toContain('ends here \\X1C\\');
  expect(text.match(/(^|\r)MSH/g)).toHaveLength(1);
  expect(parseOrder(text).notes.join()).toContain('EVIL');
});

test('codes of blood do not go out for marrow', () => {
  const text = toHl7(sampleReport({ specimen: 'bone-marrow' }));
  expect(text).not.toContain('^LN');
  expect(text).toContain('MAR^Marrow^HL70487');
  const codes = parseOrder(text).observations.map((one) => at(one, 'OBX', 3, 1));
  expect(codes).toContain('erythroblast');
});

test('each state of a case has a message identifier of its own, the same state always the same', () => {
  const idOf = (text: string) => text.split('|')[9];
  const signed = sampleReport();
  expect(idOf(toHl7(signed))).toBe(idOf(toHl7(sampleReport())));
  expect(idOf(toHl7({ ...signed, signatures: [] }))).not.toBe(idOf(toHl7(signed)));
  expect(idOf(toHl7(sampleReport({ version: 2 })))).not.toBe(idOf(toHl7(signed)));
});
