/** @file What the worklist can be narrowed to. */
import type { CaseState } from '@leukoscope/contract';
import { stateNames } from '../../state/case-words.ts';

/** Filters by state; `value` stands in the address. */
export const stateFilters: readonly {
  readonly value: string;
  readonly name: string;
  readonly state: CaseState | undefined;
}[] = [
  { value: 'open', name: stateNames.open, state: 'open' },
  { value: 'half-signed', name: stateNames['half-signed'], state: 'half-signed' },
  { value: 'signed', name: stateNames.signed, state: 'signed' },
  { value: 'discarded', name: stateNames.discarded, state: 'discarded' },
  { value: 'all', name: 'All', state: undefined },
];
