/**
 * @file A case as an HL7 v2.5.1 message ORU^R01: MSH, PID, ORC, OBR for the panel with its NTE, OBX for each
 * result with its NTE, SPM. Segments end with CR, as the standard says.
 *
 * Patients are known by what the case says of them, which need not be a name: it is the identifier (PID-3),
 * and the name (PID-5), which must be there, is one of unspecified type. `""` is HL7's word for "none".
 */
import { modelsOf, type Range, reportParts, type Signature, statusOf } from '@leukoscope/contract';
import { hl7Id, hl7Text, hl7Time } from './hl7-text.ts';
import type { Report } from './report-facts.ts';
import { type ReportValue, valuesOf } from './report-values.ts';

const abnormal = { low: 'L', normal: 'N', high: 'H' } as const;
const statusSign = { preliminary: 'P', final: 'F', corrected: 'C' } as const;
/** Table 0487. */
const specimens = {
  'peripheral-blood': 'BLD^Whole blood^HL70487',
  'bone-marrow': 'MAR^Marrow^HL70487',
  'body-fluid': 'FLU^Body fluid, unsp^HL70487',
  other: 'OTH^Other^HL70487',
} as const;

/** Write a case as ORU^R01. */
export function toHl7(report: Report): string {
  const { case: facts, site, fields } = report.snapshot;
  const status = statusSign[statusOf(report)];
  const at = hl7Time(report.at);
  const observed = hl7Time(facts.collectedAt ?? report.at);
  const parts = reportParts(report);
  const method = parts.facts.at(-1)![1];
  const number = hl7Text(facts.number);
  const signer = report.signatures.at(-1);
  // The same report gives the same message; another state of the case, or a later look at it, another.
  const id = hl7Id(`${facts.id}/${facts.version}/${status}/${report.at}`);
  const devices = modelsOf(fields).map(({ id: model, sha256 }) =>
    [hl7Text(model), 'LEUKOSCOPE', sha256.slice(0, 12), 'L'].join('^'),
  );
  const segments = [
    segment('MSH', {
      2: '^~\\&',
      3: 'LEUKOSCOPE',
      4: hl7Text(site.name),
      7: at,
      9: 'ORU^R01^ORU_R01',
      10: id,
      11: 'P',
      12: '2.5.1',
      18: 'UNICODE UTF-8',
    }),
    segment('PID', {
      1: '1',
      3: facts.patientReference === '' ? '""' : `${hl7Text(facts.patientReference)}^^^LEUKOSCOPE`,
      5: '^^^^^^U',
    }),
    segment('ORC', { 1: 'RE', 3: number, 5: status === 'P' ? 'IP' : 'CM' }),
    segment('OBR', {
      1: '1',
      3: number,
      4: 'DIFF^Leukocyte differential from digital images^99LEUKOSCOPE',
      7: observed,
      22: at,
      24: 'HM',
      25: status,
      32: signer === undefined ? '' : nameAndAccount(signer),
    }),
    ...notes([
      ...parts.facts.slice(2).map(([name, value]) => `${name}: ${value}`),
      parts.counted,
      ...parts.others,
      parts.leftOut,
      ...parts.flags.map(({ severity, message }) =>
        severity === 'warning' ? `Warning: ${message}` : message,
      ),
      ...parts.conclusion.split('\n').filter((line) => line !== ''),
      ...parts.comments,
      ...(parts.unsigned === null ? parts.signatures.flat() : [parts.unsigned]),
      ...parts.amendments,
      parts.researchUse,
    ]),
    ...valuesOf(report).flatMap((value, i) => [
      segment('OBX', {
        1: String(i + 1),
        2: 'NM',
        3: codeOf(value),
        5: String(value.value),
        6: `${hl7Text(value.unit.code)}^${hl7Text(value.unit.name)}^UCUM`,
        7: rangeOf(value.reference),
        8: value.interpretation === null ? '' : abnormal[value.interpretation],
        11: status,
        14: observed,
        17: `^${hl7Text(method)}^99LEUKOSCOPE`,
        18: devices.join('~'),
      }),
      ...notes(value.note === null ? [] : [value.note]),
    ]),
    segment('SPM', {
      1: '1',
      2: `^${number}`,
      4: specimens[facts.specimen],
      17: facts.collectedAt === null ? '' : observed,
    }),
  ];
  return `${segments.join('\r')}\r`;
}

/** A segment of fields by their numbers. MSH-1 is the separator itself. */
function segment(name: string, fields: Readonly<Record<number, string>>): string {
  const last = Math.max(...Object.keys(fields).map(Number));
  const first = name === 'MSH' ? 2 : 1;
  const texts = Array.from({ length: last - first + 1 }, (_, i) => fields[first + i] ?? '');
  return [name, ...texts].join('|');
}

function notes(texts: readonly string[]): string[] {
  return texts.map((text, i) => segment('NTE', { 1: String(i + 1), 2: 'L', 3: hl7Text(text) }));
}

function codeOf({ loinc, key, name }: ReportValue): string {
  return loinc === null
    ? `${hl7Text(key)}^${hl7Text(name)}^99LEUKOSCOPE`
    : `${hl7Text(loinc)}^${hl7Text(name)}^LN`;
}

/** `low-high`, and `>low` or `<high` where one side is open (OBX-7). */
function rangeOf(range: Range | null): string {
  if (range === null) return '';
  const { low, high } = range;
  if (low !== null && high !== null) return `${low}-${high}`;
  if (low !== null) return `>${low}`;
  return high === null ? '' : `<${high}`;
}

/** Who signed as OBR-32 has it (NDL): the account's identifier and the name, parts of its first component. */
function nameAndAccount({ account, by }: Signature): string {
  return `${hl7Text(account ?? '')}&${hl7Text(by.name)}`;
}
