/** @file What the label audit found of the errors that were planted, for the reproduction page. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** How many of the planted errors the audit proposed. */
export function auditFigure(): string {
  const file = path.join(import.meta.dirname, '../experiments/label-audit/results.json');
  const { proposals, foundAmongFirst150 } = JSON.parse(readFileSync(file, 'utf8'));
  return `${foundAmongFirst150.total} of 100 planted errors in ${proposals} proposals: [experiments/label-audit](../experiments/label-audit/README.md)`;
}
