/** @file The states of a case in words. */
import type { CaseState } from '@leukoscope/contract';

/** What people read. */
export const stateNames: Readonly<Record<CaseState, string>> = {
  open: 'Open',
  'half-signed': 'Signed once',
  signed: 'Signed',
  discarded: 'Discarded',
};

/** What the worklist can be narrowed to; `value` stands in the address. */
export const stateFilters: readonly {
  readonly value: string;
  readonly name: string;
  readonly state: CaseState | undefined;
}[] = [
  { value: 'open', name: 'Open', state: 'open' },
  { value: 'half-signed', name: 'Signed once', state: 'half-signed' },
  { value: 'signed', name: 'Signed', state: 'signed' },
  { value: 'discarded', name: 'Discarded', state: 'discarded' },
  { value: 'all', name: 'All', state: undefined },
];
