/** @file What a validation report is made of: the agreement, and the shares of case after case that its figures draw. */
import type { Agreement } from '@leukoscope/contract';
import type { CellClass } from '@leukoscope/core';

/** What a report is made of. */
export interface AgreementSource {
  readonly agreement: Agreement;
  /** Percent of the leukocytes, in cases in which both counted any. */
  readonly shares: readonly {
    readonly cellClass: CellClass;
    readonly points: readonly { readonly people: number; readonly model: number }[];
  }[];
  readonly siteName: string;
  readonly at: string;
}
