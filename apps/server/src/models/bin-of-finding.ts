/** @file Where a model's finding goes: to its class, or to Unidentified when there is doubt. */
import type { Bin } from '@leukoscope/contract';
import type { FindingJson } from './analysis-protocol.ts';

/** Choose the bin of a finding. */
export function binOf(finding: FindingJson, scoreThreshold: number): Bin {
  const isSure = !finding.isUnsure && finding.score >= scoreThreshold;
  return isSure ? finding.cellClass : 'unidentified';
}
