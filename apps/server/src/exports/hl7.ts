/**
 * @file A case as an HL7 v2.5.1 message ORU^R01: MSH, PID, OBR for the panel, OBX for each type, NTE.
 *
 * Segments end with CR, as the standard says; text is escaped (`|` is `\F\`, and so on).
 */
import type { Signature } from '@leukoscope/contract';
import { methodOf, type Report, researchUse, round, statusOf } from './report-facts.ts';
import { boundWords, signatureSentence } from './signature-words.ts';

const abnormal = { low: 'L', normal: 'N', high: 'H' } as const;
const statusSign = { preliminary: 'P', final: 'F', corrected: 'C' } as const;

/** Write a case as ORU^R01. */
export function toHl7(report: Report): string {
  const { snapshot } = report;
  const status = statusSign[statusOf(report)];
  const at = timeOf(report.at);
  const classes = new Map(snapshot.site.classes.map((c) => [c.cellClass, c]));
  const observed = timeOf(snapshot.case.collectedAt ?? report.at);
  const signer = report.signatures.at(-1);
  const code = (cellClass: string, name: string, loinc: string | null | undefined) =>
    loinc === null || loinc === undefined
      ? `${escapeHl7(cellClass)}^${escapeHl7(name)}^99LEUKOSCOPE`
      : `${escapeHl7(loinc)}^${escapeHl7(name)}^LN`;
  const values = [
    ...snapshot.differential.rows.map((row) => {
      const range =
        row.reference === null
          ? ''
          : `${row.reference.low === null ? '' : round(row.reference.low * 100, 1)}-${row.reference.high === null ? '' : round(row.reference.high * 100, 1)}`;
      return {
        code: code(row.cellClass, row.name, classes.get(row.cellClass)?.loinc),
        value: round(row.share * 100, 1),
        unit: '%^percent^UCUM',
        range,
        flag: row.interpretation === null ? '' : abnormal[row.interpretation],
      };
    }),
    ...snapshot.differential.nonLeukocytes
      .filter((row) => row.per100 !== null)
      .map((row) => ({
        code: code(
          row.cellClass,
          `${row.name} per 100 leukocytes`,
          classes.get(row.cellClass)?.loinc,
        ),
        value: round(row.per100 ?? 0, 1),
        unit: '/100{WBCs}^per 100 leukocytes^UCUM',
        range: '',
        flag: '',
      })),
  ];
  const notes = [
    methodOf(snapshot),
    `${snapshot.differential.leukocytes} leukocytes counted.`,
    ...snapshot.differential.flags.map((flag) => flag.message),
    ...snapshot.case.conclusion.split('\n').filter((line) => line !== ''),
    ...(report.amendmentReason === null ? [] : [`Amended: ${report.amendmentReason}`]),
    ...report.signatures.flatMap((one) => [signatureSentence(one), boundWords(one)]),
    researchUse,
  ];
  const id = `${snapshot.case.id}-${snapshot.case.version}`;
  const segments = [
    `MSH|^~\\&|LEUKOSCOPE|${escapeHl7(snapshot.site.name)}|||${at}||ORU^R01^ORU_R01|${id}|P|2.5.1||||||UNICODE UTF-8`,
    `PID|1||${escapeHl7(snapshot.case.patientReference)}`,
    `OBR|1||${escapeHl7(snapshot.case.number)}|DIFF^Leukocyte differential from digital images^99LEUKOSCOPE|||${observed}||||||||||||||${''}|${at}||HM|${status}|||||||${signer === undefined ? '' : nameAndAccount(signer)}`,
    ...values.map(
      ({ code: what, value, unit, range, flag }, i) =>
        `OBX|${i + 1}|NM|${what}||${value}|${unit}|${range}|${flag}|||${status}|||${observed}`,
    ),
    ...notes.map((text, i) => `NTE|${i + 1}|L|${escapeHl7(text)}`),
  ];
  return `${segments.join('\r')}\r`;
}

/** Who signed as OBR-32 has it (NDL): the account's identifier and the name, parts of its first component. */
function nameAndAccount({ account, by }: Signature): string {
  return `${escapeHl7(account ?? '')}&${escapeHl7(by.name)}`;
}

/** `YYYYMMDDHHMMSS+0000`. */
function timeOf(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}+0000`;
}

const escapes: Readonly<Record<string, string>> = {
  '|': '\\F\\',
  '^': '\\S\\',
  '&': '\\T\\',
  '~': '\\R\\',
  '\\': '\\E\\',
  '\r': ' ',
  '\n': ' ',
};

function escapeHl7(text: string): string {
  return text.replaceAll(/[|^&~\\\r\n]/g, (sign) => escapes[sign]!);
}
