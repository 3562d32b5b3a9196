/**
 * @file A report as the parts that people read, in their one order. Screen, print, PDF and the HTML page
 * lay these out; FHIR and HL7 carry the same sentences. None of them words anything anew.
 */
import type { CellClass } from '@leukoscope/core';
import type { DifferentialRow, Range } from '../differential.ts';
import type { Flag } from '../field.ts';
import type { Report } from './report.ts';
import { rangesOf, resultsPer100 } from './report-results.ts';
import {
  absoluteWords,
  boundWords,
  counted,
  methodWords,
  percent,
  percentLimits,
  type ReportStatus,
  rangeWords,
  reportTime,
  researchUse,
  signatureSentence,
  specimenNames,
  statusNames,
} from './report-words.ts';

/** A row of the differential in words. */
export interface ReportRow {
  readonly cellClass: CellClass;
  /** One text for each of `columns`. */
  readonly cells: readonly string[];
  readonly isOut: boolean;
  readonly isZero: boolean;
}

/** The parts of a report, from top to bottom. */
export interface ReportParts {
  readonly title: string;
  /** Name and address of the site; empty: not set. */
  readonly place: string;
  readonly status: ReportStatus;
  readonly statusName: string;
  readonly researchUse: string;
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly counted: string;
  readonly columns: readonly string[];
  readonly rows: readonly ReportRow[];
  readonly legend: string;
  /** Cells beside the leukocytes that are results, a sentence each. */
  readonly others: readonly string[];
  /** What is in no count. */
  readonly leftOut: string;
  readonly flags: readonly Flag[];
  readonly conclusion: string;
  /** Comments that are marked to be printed. */
  readonly comments: readonly string[];
  /** A sentence, and what it binds; empty without signatures. */
  readonly signatures: readonly (readonly [sentence: string, bound: string])[];
  /** Stands in place of signatures; null with them. */
  readonly unsigned: string | null;
  /** Which versions this one replaces, and why. */
  readonly amendments: readonly string[];
}

/** `preliminary` until signed, then `final`, and `corrected` for later versions. */
export function statusOf(report: Pick<Report, 'signatures' | 'snapshot'>): ReportStatus {
  if (report.signatures.length === 0) return 'preliminary';
  return report.snapshot.case.version > 1 ? 'corrected' : 'final';
}

/** Write a report's parts. */
export function reportParts(report: Report): ReportParts {
  const { snapshot } = report;
  const { differential, site } = snapshot;
  const status = statusOf(report);
  const { specimen } = snapshot.case;
  return {
    title: 'Leukocyte differential',
    place: [site.name, site.address.replaceAll(/\s*\n\s*/g, ', ')]
      .filter((text) => text !== '')
      .join(', '),
    status,
    statusName: statusNames[status],
    researchUse,
    facts: factsOf(report),
    counted: `${counted(differential.leukocytes, 'leukocyte')} counted (aim ${differential.targetCells})`,
    columns: [
      'Type',
      'Count',
      '%',
      `${Math.round(differential.confidence * 100)} % limits`,
      'Reference %',
      '10⁹/L',
      'Reference 10⁹/L',
      'Model',
    ],
    rows: differential.rows.map((row) =>
      rowOf(row, rangesOf(site, specimen, row.cellClass).absolute, differential.leukocytes > 0),
    ),
    legend: `${referenceWords[specimen === 'peripheral-blood' ? 'blood' : 'other']} Limits: exact (Clopper-Pearson). Model: what the model alone had counted.`,
    others: resultsPer100(differential)
      .filter((row) => row.count > 0)
      .map(
        ({ name, count, per100 }) =>
          `${name}: ${count}${per100 === null ? '' : ` (${per100.toFixed(1)} per 100 leukocytes)`}`,
      ),
    leftOut: `Unidentified: ${differential.unidentified}. Not classed: ${differential.notClassed}.`,
    flags: [...differential.flags].sort((a, b) => rankOf(a) - rankOf(b)),
    conclusion: snapshot.case.conclusion,
    comments: commentsOf(report),
    signatures: report.signatures.map((one) => [signatureSentence(one), boundWords(one)] as const),
    unsigned:
      report.signatures.length > 0
        ? null
        : `Not signed. As of ${reportTime(report.at)}; every figure may still change.`,
    amendments: amendmentsOf(report),
  };
}

const referenceWords = {
  blood: 'L, H: below or above the reference range of the share.',
  other: 'No reference ranges: those of the site are of blood.',
} as const;

function factsOf(report: Report): [string, string][] {
  const { case: facts, fields, cells } = report.snapshot;
  const given = (text: string) => (text === '' ? 'not given' : text);
  const wbc = facts.leukocytesE9PerLitre;
  return [
    ['Case', facts.number],
    ['Patient', given(facts.patientReference)],
    ['Specimen', specimenNames[facts.specimen]],
    ['Collected', facts.collectedAt === null ? 'not given' : reportTime(facts.collectedAt)],
    ['Leukocytes', wbc === null ? 'not given' : `${wbc} × 10⁹/L (from the analyser)`],
    ['Fields', `${counted(fields.length, 'image')}, ${counted(cells.length, 'cell')}`],
    ['Version', `${facts.version}, ${reportTime(report.at)}`],
    ['Method', methodWords(fields, cells)],
  ];
}

function rowOf(row: DifferentialRow, absolute: Range | null, isCounted: boolean): ReportRow {
  const mark = { low: ' L', normal: '', high: ' H' } as const;
  const sign = row.interpretation === null ? '' : mark[row.interpretation];
  return {
    cellClass: row.cellClass,
    cells: [
      row.name,
      String(row.count),
      isCounted ? `${percent(row.share)}${sign}` : '–',
      isCounted ? percentLimits(row) : '–',
      rangeWords(row.reference, 100),
      absoluteWords(row.absoluteE9PerLitre),
      rangeWords(absolute),
      String(row.modelCount),
    ],
    isOut: isCounted && (row.interpretation === 'low' || row.interpretation === 'high'),
    isZero: row.count === 0,
  };
}

/** With the cell that a comment is about: its number in the report's own list of cells, its type and field. */
function commentsOf({ snapshot }: Report): string[] {
  const positions = new Map(snapshot.fields.map((field) => [field.id, field.position]));
  const names = new Map(
    [...snapshot.differential.rows, ...snapshot.differential.nonLeukocytes].map((row) => [
      row.cellClass as string,
      row.name,
    ]),
  );
  return snapshot.comments
    .filter((comment) => comment.isPrinted)
    .map(({ cellId, text, by, at }) => {
      const signed = `(${by.name}, ${reportTime(at)})`;
      if (cellId === null) return `${text} ${signed}`;
      const cell = snapshot.cells.find((one) => one.id === cellId);
      if (cell === undefined) return `On a cell that was deleted: ${text} ${signed}`;
      const { x1, y1 } = cell.box;
      const name = names.get(cell.bin) ?? cell.bin.replaceAll('-', ' ');
      const place = `field ${positions.get(cell.fieldId) ?? '?'}, x ${Math.round(x1)}, y ${Math.round(y1)}`;
      return `On a cell (${name.toLowerCase()}, ${place}): ${text} ${signed}`;
    });
}

function amendmentsOf({ earlier, amendmentReason }: Report): string[] {
  if (earlier.length === 0) return [];
  return [
    `This version replaces version ${earlier.at(-1)!.version}. Reason: ${amendmentReason ?? 'not given'}`,
    ...earlier.map(
      ({ version, signedAt, sha256 }) =>
        `Version ${version}, signed ${reportTime(signedAt)}, SHA-256 ${sha256}`,
    ),
  ];
}

function rankOf(flag: Flag): number {
  return flag.severity === 'warning' ? 0 : 1;
}
