/** @file Where a reason against signing is put right. */
import type { Blocker } from '@leukoscope/contract';

/** An address and what to do there. */
export interface BlockerLink {
  readonly to: string;
  readonly words: string;
}

/** Return where to go for a blocker; undefined where no page can help. */
export function blockerLink(caseId: string, code: Blocker['code']): BlockerLink | undefined {
  const base = `/cases/${caseId}`;
  switch (code) {
    case 'CELLS_UNIDENTIFIED':
      return { to: `${base}?filter=unidentified`, words: 'Decide them' };
    case 'CELLS_UNSEEN':
      return { to: `${base}?filter=unseen`, words: 'Look at them' };
    case 'FILES_MISSING':
      return { to: '/', words: 'See the uploads' };
    case 'FIELDS_FAILED':
      return { to: `${base}/field`, words: 'See the fields' };
    case 'FIELDS_PENDING':
      return { to: `${base}/field`, words: 'See the fields' };
    case 'NO_LEUKOCYTES':
      return { to: base, words: 'See the gallery' };
    case 'ALREADY_SIGNED_BY_YOU':
    case 'NOT_OPEN':
      return undefined;
  }
}
