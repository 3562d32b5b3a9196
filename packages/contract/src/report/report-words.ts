/** @file The words of reports: status, method, times, shares. Screen, print, PDF, FHIR and HL7 use these and no others. */
import { expectationNames } from '@leukoscope/core';
import type { Case } from '../case.ts';
import { needsReview } from '../bins.ts';
import type { Cell } from '../cell.ts';
import type { DifferentialRow, Range } from '../differential.ts';
import type { Field } from '../field.ts';
import type { Signature } from '../sign-off.ts';

/** Stands wherever a result is read. */
export const researchUse = 'For research use only. Not for use in diagnostic procedures.';

/** `preliminary` until signed, then `final`, and `corrected` for later versions. */
export type ReportStatus = 'preliminary' | 'final' | 'corrected';

/** Statuses as people read them. */
export const statusNames: Readonly<Record<ReportStatus, string>> = {
  preliminary: 'Preliminary: not signed',
  final: 'Final',
  corrected: 'Corrected',
};

/** Specimens as people read them. */
export const specimenNames: Readonly<Record<Case['specimen'], string>> = {
  'peripheral-blood': 'Peripheral blood',
  'bone-marrow': 'Bone marrow',
  'body-fluid': 'Body fluid',
  other: 'Other',
};

/** Return the models that cells are from, each once. */
export function modelsOf(
  fields: readonly Pick<Field, 'analysis'>[],
): { id: string; sha256: string }[] {
  const models = new Map<string, { id: string; sha256: string }>();
  for (const { analysis } of fields) {
    if (analysis === null) continue;
    const { modelId: id, modelSha256: sha256 } = analysis;
    models.set(`${id} ${sha256}`, { id, sha256 });
  }
  return [...models.values()];
}

/**
 * Say how the result was found: neither an automated count nor a classic manual one. What people did is
 * counted, not supposed; red cells and platelets, which nobody has to look at, are left out of it.
 */
export function methodWords(
  fields: readonly Pick<Field, 'analysis'>[],
  cells: readonly Pick<Cell, 'bin' | 'seen'>[],
): string {
  const models = modelsOf(fields).map(({ id, sha256 }) => `${id} (sha256 ${sha256.slice(0, 12)})`);
  const found =
    models.length === 0
      ? 'without a model'
      : `preclassified by ${models.join(', ')}${expectedWords(fields)}`;
  const reviewed = cells.filter(({ bin }) => needsReview(bin));
  return `Digital image analysis, ${found}, ${reviewWords(reviewed)}`;
}

/** What the model was told to expect; fields of one case may differ, where that was changed between them. */
function expectedWords(fields: readonly Pick<Field, 'analysis'>[]): string {
  const analyses = fields.flatMap(({ analysis }) => analysis ?? []);
  const found = new Set(analyses.map(({ expectation }) => expectation));
  if ([...found].every((one) => one === undefined)) return '';
  const names = [...found].map((one) =>
    one === undefined ? 'nothing in particular' : expectationNames[one].toLowerCase(),
  );
  return `, expecting ${names.join(' or ')}`;
}

function reviewWords(cells: readonly Pick<Cell, 'seen'>[]): string {
  const seen = cells.filter((cell) => cell.seen !== null).length;
  if (cells.length === 0) return 'no cells to review';
  if (seen === 0) return 'not reviewed by a person';
  if (seen < cells.length)
    return `${seen} of ${counted(cells.length, 'cell')} reviewed by a person`;
  return `${cells.length === 1 ? 'the one cell' : `all ${cells.length} cells`} reviewed by a person`;
}

/** Write a count with its noun: "1 cell", "2 cells". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Write a time on a report: the same at every reader's place. `2026-11-20 17:04 UTC`. */
export function reportTime(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** Write who signed: the display name, and the account's own where there are accounts. */
export function signerName({ by, account }: Pick<Signature, 'by' | 'account'>): string {
  return account === null ? by.name : `${by.name} (${account})`;
}

/** Write what the signer did: "Approved by Ann Miller (ann)". */
export function signatureWords(signature: Pick<Signature, 'by' | 'account' | 'meaning'>): string {
  const { meaning } = signature;
  const did = meaning === null ? 'Signed' : `${meaning[0]!.toUpperCase()}${meaning.slice(1)}`;
  return `${did} by ${signerName(signature)}`;
}

/** Write a signature: "Approved by Ann Miller (ann), 2026-11-20 17:04:05 UTC. Reason: ...". */
export function signatureSentence(signature: Signature): string {
  const { at, reason } = signature;
  const time = `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  const why = reason === null ? '' : `. Reason: ${reason}`;
  return `${signatureWords(signature)}, ${time}${why}`;
}

/** Write what a signature binds. */
export function boundWords({ sha256 }: Pick<Signature, 'sha256'>): string {
  return sha256 === null
    ? 'Given before signatures named what they bind.'
    : `SHA-256 of everything that was signed: ${sha256}`;
}

/** Write a share (0..1) in percent without the sign. */
export function percent(share: number): string {
  return (share * 100).toFixed(1);
}

/** Write limits of a share in percent. */
export function percentLimits({ low, high }: Pick<DifferentialRow, 'low' | 'high'>): string {
  return `${percent(low)}–${percent(high)}`;
}

/** Write a reference range, open sides with a sign; empty without one. `scale` 100: shares in percent. */
export function rangeWords(range: Range | null, scale = 1): string {
  if (range === null) return '';
  const { low, high } = range;
  // 0.45 * 100 = 45.00000000000001 without the rounding.
  const short = (value: number) => String(Number((value * scale).toFixed(2)));
  if (low !== null && low === high) return short(low);
  if (low !== null && high !== null) return `${short(low)}–${short(high)}`;
  if (low !== null) return `≥ ${short(low)}`;
  return high === null ? '' : `≤ ${short(high)}`;
}

/** Write an absolute count in 10^9 per litre; empty without one. */
export function absoluteWords(value: number | null): string {
  return value === null ? '' : value.toFixed(2);
}
