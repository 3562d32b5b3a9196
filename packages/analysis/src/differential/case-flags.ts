/**
 * @file What a reader of a differential must not miss: immature and abnormal cells, too few cells,
 * unidentified cells, values that are outside their range for certain.
 *
 * `warning` asks for a look at the smear, `note` only qualifies the figures.
 */
import type { CellClass } from '@leukoscope/core';
import { countOf, type Differential } from './differential.ts';

/** Everything that can be flagged. */
export type CaseFlagCode =
  | 'blasts'
  | 'immature-granulocytes'
  | 'left-shift'
  | 'erythroblasts'
  | 'plasma-cells'
  | 'reactive-lymphocytes'
  | 'smudge-cells'
  | 'out-of-range'
  | 'no-leukocytes'
  | 'too-few-cells'
  | 'unexpected-kind'
  | 'unfamiliar-cells'
  | 'unidentified';

/** One thing to look at. */
export interface CaseFlag {
  readonly code: CaseFlagCode;
  readonly severity: 'warning' | 'note';
  readonly text: string;
}

/** Smudge cells per 100 leukocytes that are more than an accident of smearing (ICSH 2015). */
const mostSmudges = 10;

/** Find what must not be missed. */
export function caseFlags(table: Differential): CaseFlag[] {
  const flags: CaseFlag[] = [];
  const add = (code: CaseFlagCode, severity: CaseFlag['severity'], text: string) =>
    flags.push({ code, severity, text });
  const count = (...classes: CellClass[]) => countOf(table, classes);
  if (table.total + table.unidentified === 0) {
    add('no-leukocytes', 'warning', 'No leukocyte was found.');
    return flags;
  }
  const warnOf = (code: CaseFlagCode, found: number, one: string, many: string) => {
    if (found > 0) add(code, 'warning', `${found} ${found === 1 ? one : many}`);
  };
  warnOf('blasts', count('blast'), 'blast', 'blasts');
  warnOf(
    'immature-granulocytes',
    count('immature-granulocyte'),
    'immature granulocyte',
    'immature granulocytes',
  );
  const bands = table.rows.find(({ cellClass }) => cellClass === 'band-neutrophil')?.check;
  if (bands?.position === 'above') {
    add('left-shift', 'warning', `Left shift: bands above ${bands.range.high} %`);
  }
  warnOf('erythroblasts', count('erythroblast'), 'erythroblast', 'erythroblasts');
  warnOf('plasma-cells', count('plasma-cell'), 'plasma cell', 'plasma cells');
  warnOf(
    'reactive-lymphocytes',
    count('reactive-lymphocyte'),
    'reactive lymphocyte',
    'reactive lymphocytes',
  );
  const smudges = table.accompanying.find(({ cellClass }) => cellClass === 'smudge-cell');
  if ((smudges?.per100 ?? 0) > mostSmudges) {
    add('smudge-cells', 'note', `${Math.round(smudges!.per100!)} smudge cells per 100 leukocytes`);
  }
  for (const { name, check, cellClass } of table.rows) {
    if (check === null || check.position === 'within' || !check.isCertain) continue;
    if (cellClass === 'band-neutrophil') continue; // already told as left shift
    const border = check.position === 'above' ? check.range.high : check.range.low;
    add('out-of-range', 'warning', `${name} ${check.position} ${border} %, beyond chance`);
  }
  if (table.unidentified > 0) {
    const noun = table.unidentified === 1 ? 'leukocyte is' : 'leukocytes are';
    // One severity whatever the share: each of them must be decided before anybody signs.
    add('unidentified', 'warning', `${table.unidentified} ${noun} unidentified`);
  }
  if (table.total < table.target) {
    add('too-few-cells', 'note', `${table.total} of ${table.target} cells to count`);
  }
  return flags;
}
