/** @file The states of a case in words. */
import type { CaseState } from '@leukoscope/contract';

/** What people read. */
export const stateNames: Readonly<Record<CaseState, string>> = {
  open: 'Open',
  'half-signed': 'Waits for the second signature',
  signed: 'Signed',
  discarded: 'Put away',
};

/** What the worklist can be narrowed to; `value` stands in the address. */
export const stateFilters: readonly {
  readonly value: string;
  readonly name: string;
  readonly state: CaseState | undefined;
}[] = [
  { value: 'open', name: 'Open', state: 'open' },
  { value: 'half-signed', name: 'Half-signed', state: 'half-signed' },
  { value: 'signed', name: 'Signed', state: 'signed' },
  { value: 'discarded', name: 'Put away', state: 'discarded' },
  { value: 'all', name: 'All', state: undefined },
];
