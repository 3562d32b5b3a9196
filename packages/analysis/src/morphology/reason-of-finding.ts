/** @file What can be seen of a finding, as core's words take it. */
import type { CellReason, Finding } from '@leukoscope/core';
import { cellMorphology } from './cell-morphology.ts';

/** Return nucleus and attributes of a finding. */
export function reasonOf(finding: Finding): CellReason {
  const { nucleus, attributes } = finding;
  const share = nucleus === undefined ? undefined : cellMorphology(finding)?.nucleusToCell;
  return {
    ...(nucleus === undefined || share === undefined
      ? {}
      : { nucleus: { lobes: nucleus.lobes, share } }),
    ...(attributes === undefined ? {} : { attributes }),
  };
}
