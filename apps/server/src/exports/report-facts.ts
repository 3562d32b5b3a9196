/** @file What the exports of a case are written from: its snapshot, with the signatures that bind it. */
import type { Report as ReportJson } from '@leukoscope/contract';
import type { Snapshot } from '../services/snapshot-form.ts';

/** A case to be exported: a report with its whole snapshot. */
export interface Report extends Omit<ReportJson, 'snapshot'> {
  readonly snapshot: Snapshot;
}

/** Round to some digits without trailing zeros. */
export function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
