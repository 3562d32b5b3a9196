/** @file The results of a case as values with codes and units, in the order of the report: what FHIR and HL7 carry. */
import {
  type DifferentialRow,
  loincOf,
  percentLimits,
  type Range,
  rangesOf,
  resultsPer100,
} from '@leukoscope/contract';
import { type Report, round } from './report-facts.ts';

/** A unit of UCUM with the words that people read. */
export interface Unit {
  readonly code: string;
  readonly name: string;
}

/** A result. */
export interface ReportValue {
  /** Names it inside a report: no two have the same. */
  readonly key: string;
  readonly name: string;
  readonly loinc: string | null;
  readonly value: number;
  readonly unit: Unit;
  readonly reference: Range | null;
  readonly interpretation: DifferentialRow['interpretation'];
  /** How sure it is, in words; null: says nothing more. */
  readonly note: string | null;
}

const percent: Unit = { code: '%', name: '%' };
const per100: Unit = { code: '/100{WBCs}', name: '/100 leukocytes' };
const absolute: Unit = { code: '10*9/L', name: '10^9/L' };

/** List the results: shares, absolute counts where the white count is known, cells per 100 leukocytes. */
export function valuesOf({ snapshot }: Report): ReportValue[] {
  const { differential, site } = snapshot;
  const { specimen } = snapshot.case;
  // Without leukocytes there is no share of them.
  if (differential.leukocytes === 0) return [];
  const counted = differential.rows.flatMap((row): ReportValue[] => {
    const codes = loincOf(site, specimen, row.cellClass);
    const share: ReportValue = {
      key: row.cellClass,
      name: row.name,
      loinc: codes.share,
      value: round(row.share * 100, 1),
      unit: percent,
      reference: scaled(row.reference, 100),
      interpretation: row.interpretation,
      note: `${row.count} of ${differential.leukocytes} leukocytes; exact ${Math.round(differential.confidence * 100)} % limits ${percentLimits(row)} %`,
    };
    if (row.absoluteE9PerLitre === null) return [share];
    const range = rangesOf(site, specimen, row.cellClass).absolute;
    const value = round(row.absoluteE9PerLitre, 2);
    return [
      share,
      {
        key: `${row.cellClass}-absolute`,
        name: `${row.name}, absolute`,
        loinc: codes.absolute,
        value,
        unit: absolute,
        reference: range,
        interpretation: range === null ? null : sideOf(value, range),
        note: null,
      },
    ];
  });
  const others = resultsPer100(differential).flatMap((row): ReportValue[] =>
    row.per100 === null
      ? []
      : [
          {
            key: row.cellClass,
            name: `${row.name} per 100 leukocytes`,
            loinc: loincOf(site, specimen, row.cellClass).share,
            value: round(row.per100, 1),
            unit: per100,
            reference: null,
            interpretation: null,
            note: null,
          },
        ],
  );
  return [...counted, ...others];
}

function scaled(range: Range | null, scale: number): Range | null {
  if (range === null) return null;
  const bound = (value: number | null) => (value === null ? null : round(value * scale, 2));
  return { low: bound(range.low), high: bound(range.high) };
}

function sideOf(value: number, { low, high }: Range): 'low' | 'normal' | 'high' {
  if (low !== null && value < low) return 'low';
  return high !== null && value > high ? 'high' : 'normal';
}
