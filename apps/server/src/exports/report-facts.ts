/** @file What the exports of a report share: whether it is signed, by whom, when, and in which words. */
import type { Signature } from '@leukoscope/contract';
import type { Snapshot } from '../services/snapshot-form.ts';

/** Stands wherever a result is read. */
export const researchUse = 'For research use only. Not for use in diagnostic procedures.';

/** A case to be exported. */
export interface Report {
  readonly snapshot: Snapshot;
  /** Empty: preliminary. */
  readonly signatures: readonly Signature[];
  readonly amendmentReason: string | null;
  /** When it was signed, or now. */
  readonly at: string;
  /** Of everything that was signed; null: preliminary. */
  readonly sha256: string | null;
  /** Versions signed before this one, oldest first. */
  readonly earlier: readonly {
    readonly version: number;
    readonly signedAt: string;
    readonly sha256: string;
  }[];
}

/** `preliminary` until signed, then `final`, and `corrected` for later versions. */
export function statusOf(report: Report): 'preliminary' | 'final' | 'corrected' {
  if (report.signatures.length === 0) return 'preliminary';
  return report.snapshot.case.version > 1 ? 'corrected' : 'final';
}

/** How the result was found, in words: a method that is neither automated count nor classic manual. */
export function methodOf(snapshot: Snapshot): string {
  const models = new Set(
    snapshot.fields.flatMap((field) =>
      field.analysis === null
        ? []
        : [`${field.analysis.modelId} (sha256 ${field.analysis.modelSha256.slice(0, 12)})`],
    ),
  );
  const isReviewed = snapshot.cells.every((cell) => cell.seen !== null);
  const review = isReviewed ? 'reviewed by a person' : 'review by a person not finished';
  return `Digital image analysis, preclassified by ${[...models].join(', ') || 'nobody'}, ${review}`;
}

/** Round to some digits without trailing zeros. */
export function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
