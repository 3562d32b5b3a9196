/**
 * @file The table of familiar cells (a model's description holds it) from cells that trained, and how well a case's distance tells
 * laboratories that trained from others.
 */
import {
  type CellClass,
  createRandom,
  type Finding,
  judgeFamiliarity,
  probabilityByRow,
} from '@leukoscope/core';
import { centredLogits, type FamiliarCells } from '@leukoscope/models';
import { measureFamiliarity } from '@leukoscope/pipeline';
import type { FoundCell } from './collected-cells.ts';

/** What the table is made for. */
export interface FamiliarModel {
  readonly classes: readonly CellClass[];
  readonly temperature: number;
}

/** Make the table; each laboratory counts alike, whatever its number of cells. */
export function familiarTable(
  laboratories: readonly (readonly FoundCell[])[],
  { classes, temperature }: FamiliarModel,
): Omit<FamiliarCells, 'limit'> {
  const K = classes.length;
  const cells = laboratories.flatMap((own) =>
    own.map(({ probabilities }) => ({
      z: centredLogits(probabilities, temperature),
      type: typeOf({ probabilities }),
      weight: 1 / own.length,
    })),
  );
  const means = classes.map((_, type) => {
    const own = cells.filter((cell) => cell.type === type);
    const total = own.reduce((sum, { weight }) => sum + weight, 0);
    return Array.from({ length: K }, (__, k) =>
      total === 0 ? 0 : own.reduce((sum, { z, weight }) => sum + (weight * z[k]!) / total, 0),
    );
  });
  const total = cells.reduce((sum, { weight }) => sum + weight, 0);
  const deviations = classes.map((_, k) =>
    Math.sqrt(
      cells.reduce(
        (sum, { z, type, weight }) => sum + weight * (z[k]! - means[type]![k]!) ** 2,
        0,
      ) / total,
    ),
  );
  const short = (value: number) => Number(value.toFixed(3));
  return { means: means.map((row) => row.map(short)), deviations: deviations.map(short) };
}

/** A number that tells unlike cases. */
export type CaseMeasure = (cells: readonly FoundCell[]) => number;

/** The distance that ships. */
export function distanceBy(
  table: FamiliarCells,
  { classes, temperature }: FamiliarModel,
): CaseMeasure {
  const facts = { classes, familiar: { ...table, temperature } };
  return (cells) => {
    const findings = cells.map((cell) => findingOf(cell, classes));
    return judgeFamiliarity([measureFamiliarity(findings, facts)!])?.distance ?? Number.NaN;
  };
}

/** What distances were compared with: the mean doubt of five-type rows, and their mean entropy. */
export function plainMeasures({ classes }: FamiliarModel): Readonly<Record<string, CaseMeasure>> {
  const meanOf = (measure: (rows: readonly number[]) => number): CaseMeasure => {
    return (cells) =>
      cells.reduce((sum, { probabilities }) => {
        const rows = [...probabilityByRow(probabilities, classes, 'five').values()];
        return sum + measure(rows) / cells.length;
      }, 0);
  };
  return {
    'mean doubt': meanOf((rows) => 1 - Math.max(...rows)),
    'mean entropy': meanOf((rows) => rows.reduce((sum, p) => sum - p * Math.log(p + 1e-12), 0)),
  };
}

const [cases, size] = [200, 20];

/**
 * Measure cases of 20 cells drawn from one laboratory: at random, or `uneven` as smears are: a share of each case, any from none to all,
 * is of one type (as the model gives it), so that what a laboratory does to one type alone is seen.
 */
export function drawCases(
  cells: readonly FoundCell[],
  measure: CaseMeasure,
  mixture: 'random' | 'uneven',
): number[] {
  const random = createRandom(7);
  const byType = new Map<number, FoundCell[]>();
  for (const cell of cells) byType.set(typeOf(cell), [...(byType.get(typeOf(cell)) ?? []), cell]);
  const types = [...byType.values()];
  return Array.from({ length: cases }, () => {
    const share = mixture === 'random' ? 0 : random.next();
    const own = random.shuffle(random.pick(types)).slice(0, Math.round(size * share));
    const taken = new Set(own);
    const rest = random.shuffle(cells.filter((cell) => !taken.has(cell)));
    return measure([...own, ...rest.slice(0, size - own.length)]);
  }).filter((value) => !Number.isNaN(value));
}

/** Probability that a distance of the second list is above one of the first. */
export function areaUnderCurve(below: readonly number[], above: readonly number[]): number {
  let wins = 0;
  for (const b of above) for (const a of below) wins += b > a ? 1 : b === a ? 0.5 : 0;
  return wins / (below.length * above.length);
}

function findingOf({ score, probabilities }: FoundCell, classes: readonly CellClass[]): Finding {
  const classIndex = typeOf({ probabilities });
  return {
    box: { x1: 0, y1: 0, x2: 1, y2: 1 },
    score,
    classIndex,
    cellClass: classes[classIndex]!,
    probabilities,
    isUnsure: false,
    isIncomplete: false,
  };
}

function typeOf({ probabilities }: Pick<FoundCell, 'probabilities'>): number {
  return probabilities.indexOf(Math.max(...probabilities));
}
