/** @file What two models say of the same cells: which differ, and how often which answer meets which. */
import type { Bin, ComparedCell, ComparisonDetail } from '@leukoscope/contract';
import { binOrder } from '../../state/bins.ts';

/** How a cell's two answers lie to each other. */
export type Difference = 'same' | 'type' | 'only-first' | 'only-second';

/** Which differences are listed. */
export const differenceFilters = {
  all: 'All differences',
  type: 'Another type',
  'only-first': 'Found by the first only',
  'only-second': 'Found by the second only',
} as const;

/** Return how a cell's answers differ. A cell that people drew, which neither model found, is the same. */
export function differenceOf(cell: Pick<ComparedCell, 'first' | 'second'>): Difference {
  const { first, second } = cell;
  if (first === null) return second === null ? 'same' : 'only-second';
  if (second === null) return 'only-first';
  return first.bin === second.bin && first.cellClass === second.cellClass ? 'same' : 'type';
}

/** List the cells whose answers differ, the surest contradictions first. */
export function disagreements(
  cells: readonly ComparedCell[],
  filter: keyof typeof differenceFilters,
): ComparedCell[] {
  return cells
    .filter((cell) => {
      const difference = differenceOf(cell);
      return difference !== 'same' && (filter === 'all' || filter === difference);
    })
    .sort((a, b) => weight(b) - weight(a));
}

/** Both sure of different things is what a person should look at first. */
function weight({ first, second }: ComparedCell): number {
  return (
    (first?.score ?? 0) * (second?.score ?? 0) || (first?.score ?? 0) + (second?.score ?? 0) - 2
  );
}

/** An answer of one model: a bin, or that it found no cell. */
export type Answer = Bin | null;

/** How often an answer of the first model met an answer of the second. */
export interface AgreementTable {
  readonly rows: readonly Answer[];
  readonly columns: readonly Answer[];
  count(first: Answer, second: Answer): number;
}

/** Lay the pairs of answers out as a table; answers that never occur are left out. */
export function agreementTable(agreement: ComparisonDetail['agreement']): AgreementTable {
  const counts = new Map(agreement.map((pair) => [`${pair.first} ${pair.second}`, pair.count]));
  const order: readonly Answer[] = [...binOrder, null];
  const among = (answers: readonly Answer[]) => order.filter((answer) => answers.includes(answer));
  const met = agreement.filter((pair) => pair.count > 0);
  return {
    rows: among(met.map((pair) => pair.first)),
    columns: among(met.map((pair) => pair.second)),
    count: (first, second) => counts.get(`${first} ${second}`) ?? 0,
  };
}
