/** @file Counting alone: what a program needs that reads no pictures. */
export { type CaseFlag, type CaseFlagCode, caseFlags } from './differential/case-flags.ts';
export {
  type AccompanyingRow,
  type CountedCell,
  countOf,
  type Differential,
  type DifferentialOptions,
  type DifferentialRow,
  differential,
  type RangeCheck,
} from './differential/differential.ts';
export {
  parseReferenceRanges,
  type ReferenceRange,
  type ReferenceRanges,
  referenceRanges,
} from './differential/reference-ranges.ts';
export { unexpectedFlags } from './differential/unexpected-flags.ts';
export { unfamiliarFlags } from './differential/unfamiliar-flags.ts';
