/** @file The facts of a case as texts of a form, and what a person changed of them. */
import type { Case } from '@leukoscope/contract';

/** The form. */
export interface FactsDraft {
  readonly number: string;
  readonly patientReference: string;
  readonly specimen: Case['specimen'];
  readonly expectation: Case['expectation'];
  /** As `datetime-local` has it, in the reader's own zone; empty: not given. */
  readonly collectedAt: string;
  readonly leukocytes: string;
  readonly reason: string;
}

type Change = Partial<
  Pick<
    Case,
    | 'number'
    | 'patientReference'
    | 'specimen'
    | 'expectation'
    | 'collectedAt'
    | 'leukocytesE9PerLitre'
  >
> & { readonly reason?: string };

/** Write the facts into a form. */
export function factsDraft(facts: Case): FactsDraft {
  const { number, patientReference, specimen, expectation, collectedAt, leukocytesE9PerLitre } =
    facts;
  return {
    number,
    patientReference,
    specimen,
    expectation,
    collectedAt: collectedAt === null ? '' : localMinute(collectedAt),
    leukocytes: leukocytesE9PerLitre === null ? '' : String(leukocytesE9PerLitre),
    reason: '',
  };
}

/** Return what was changed, or why it cannot be. What was not touched is left as it is, to the second. */
export function factsChange(
  facts: Case,
  draft: FactsDraft,
): { readonly change: Change; readonly fault: string | undefined } {
  const before = factsDraft(facts);
  const number = draft.number.trim();
  const leukocytes = draft.leukocytes.trim().replace(',', '.');
  const count = leukocytes === '' ? null : Number(leukocytes);
  const fault =
    number === ''
      ? 'A case must have a number. Write that of the sample.'
      : count !== null && !(count >= 0 && count <= 2000)
        ? `Leukocytes must be 0 to 2000 in 10⁹ per litre. Received "${leukocytes}". Write for example 6.4.`
        : undefined;
  const reason = draft.reason.trim();
  return {
    fault,
    change: {
      ...(number !== before.number && { number }),
      ...(draft.patientReference.trim() !== before.patientReference && {
        patientReference: draft.patientReference.trim(),
      }),
      ...(draft.specimen !== before.specimen && { specimen: draft.specimen }),
      ...(draft.expectation !== before.expectation && { expectation: draft.expectation }),
      ...(draft.collectedAt !== before.collectedAt && {
        collectedAt: draft.collectedAt === '' ? null : new Date(draft.collectedAt).toISOString(),
      }),
      ...(count !== facts.leukocytesE9PerLitre && { leukocytesE9PerLitre: count }),
      ...(reason !== '' && { reason }),
    },
  };
}

function localMinute(iso: string): string {
  const at = new Date(iso);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}
