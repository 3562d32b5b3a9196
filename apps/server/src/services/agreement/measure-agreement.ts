/**
 * @file From counted cells of signed cases to agreement: per type, over all, and of the shares from case to case.
 *
 * Limits come from drawing cases again: cells of one patient are alike, so counting them one by one would promise too
 * much. Where cases happen to be alike that would promise certainty: limits of a share are never narrower than the exact
 * ones of independent cells. Below five cases there are none.
 */
import { type Agreement, type AgreementEstimate, type Bin, classOrder } from '@leukoscope/contract';
import {
  type CellClass,
  cellClasses,
  clopperPearson,
  coarsen,
  createRandom,
  isCellClass,
  isLeukocyte,
  LeukoscopeError,
} from '@leukoscope/core';
import {
  blandAltman,
  bootstrapInterval,
  cohenKappa,
  passingBablokRegression,
  type Statistic,
} from '@leukoscope/metrics';
import { setImmediate as everybodyElse } from 'node:timers/promises';
import { countAnswerPairs } from '../answer-pairs.ts';
import { type CountedCells, countCells, type SignedCase } from './signed-cells.ts';

/** Of all limits. */
export const confidence = 0.95;
const leastCases = 5;
const resamples = 400;
/** A regression over fewer cases says nothing. */
const leastShares = 3;
/** All pairs of cases make a slope each: the newest ones are enough. */
const mostLinePoints = 300;

/** Kinds that a healthy person's blood does not hold. */
const abnormalClasses = [
  'blast',
  'immature-granulocyte',
  'plasma-cell',
  'reactive-lymphocyte',
  'erythroblast',
] as const satisfies readonly CellClass[];

type Groups = readonly CountedCells[];
type Measured = Pick<
  Agreement,
  'cells' | 'found' | 'sameType' | 'kappa' | 'pairs' | 'types' | 'abnormal' | 'shares'
>;

/** Measure; everybody else has a turn after each type. */
export async function measureAgreement(cases: readonly SignedCase[]): Promise<Measured> {
  const judged = judgedCells(cases);
  const all = judged.flat();
  const seen = new Set(all.flatMap(({ people, model }) => [people, model]));
  const types = classOrder.filter((bin) => seen.has(bin));
  const ofTypes: Measured['types'] = [];
  const shares: Measured['shares'] = [];
  for (const bin of types) {
    const { name } = cellClasses[bin];
    ofTypes.push({ bin, name, ...typeAgreement(judged, (one) => one === bin) });
    if (isLeukocyte(bin)) shares.push(...shareAgreement(judged, bin));
    await everybodyElse();
  }
  return {
    cells: countCells(all, ({ people }) => people !== null),
    found: {
      both: countCells(all, ({ people, model }) => people !== null && model !== null),
      missed: countCells(all, ({ model }) => model === null),
      spurious: countCells(all, ({ people }) => people === null),
    },
    sameType: estimateRatio(
      judged,
      ({ people, model }) => people === model,
      ({ people, model }) => people !== null && model !== null,
    ),
    kappa: estimateKappa(judged),
    pairs: pairsOf(all),
    types: ofTypes,
    abnormal: {
      ...typeAgreement(judged, isAbnormal),
      unidentified: countCells(
        all,
        ({ people, model }) => isAbnormal(people) && model === 'unidentified',
      ),
    },
    shares,
  };
}

/** The cells that count: what people left out of the differential has no right answer. */
export function judgedCells(cases: readonly SignedCase[]): Groups[] {
  return cases.map(({ groups }) => groups.filter(({ people }) => people !== 'not-classed'));
}

function isAbnormal(bin: Bin | null): boolean {
  return bin !== null && isCellClass(bin) && coarsen(bin, abnormalClasses) !== undefined;
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

/** Of the cells of `whole`, how many `part` takes too; limits from cases drawn again. */
function estimateRatio(
  cases: readonly Groups[],
  part: (group: CountedCells) => boolean,
  whole: (group: CountedCells) => boolean,
): AgreementEstimate | null {
  const parts = cases.map((groups) => countCells(groups, (group) => whole(group) && part(group)));
  const wholes = cases.map((groups) => countCells(groups, whole));
  const drawn = estimate(cases.length, (items) => {
    let [hits, count] = [0, 0];
    for (const i of items) {
      hits += parts[i]!;
      count += wholes[i]!;
    }
    return count === 0 ? null : hits / count;
  });
  if (drawn === null || drawn.low === null || drawn.high === null) return drawn;
  const exact = clopperPearson(total(parts), total(wholes), { confidence });
  return {
    value: drawn.value,
    low: Math.min(drawn.low, exact.low),
    high: Math.max(drawn.high, exact.high),
  };
}

function total(values: readonly number[]): number {
  return values.reduce((sumSoFar, value) => sumSoFar + value, 0);
}

/** Cohen's kappa of the cells that both found. */
function estimateKappa(cases: readonly Groups[]): AgreementEstimate | null {
  const both = cases.map((groups) =>
    groups.filter(({ people, model }) => people !== null && model !== null),
  );
  const classNames = [...new Set(both.flat().flatMap(({ people, model }) => [people!, model!]))];
  if (classNames.length === 0) return null;
  const entries = both.map((groups) =>
    groups.map(({ people, model, count }) => ({
      row: classNames.indexOf(people!),
      column: classNames.indexOf(model!),
      count,
    })),
  );
  const drawn = estimate(cases.length, (items) => {
    const counts = classNames.map(() => classNames.map(() => 0));
    for (const i of items) {
      for (const { row, column, count } of entries[i]!) counts[row]![column]! += count;
    }
    return cohenKappa({ classNames, counts })?.kappa ?? null;
  });
  if (drawn === null || drawn.low !== drawn.high) return drawn;
  // Cases that are all alike tell nothing of how others differ.
  return { value: drawn.value, low: null, high: null };
}

function estimate(cases: number, statistic: Statistic): AgreementEstimate | null {
  const value = statistic(Int32Array.from({ length: cases }, (_, i) => i));
  if (value === null) return null;
  if (cases < leastCases) return { value, low: null, high: null };
  const random = createRandom(1);
  const options = { random, resamples, confidence, method: 'percentile' } as const;
  const { low, high } = bootstrapInterval(cases, statistic, options);
  return { value, low, high };
}

function pairsOf(groups: Groups): Agreement['pairs'] {
  const answers = groups.map(({ people, model, count }) => ({
    first: people,
    second: model,
    count,
  }));
  return countAnswerPairs(answers).map(({ first, second, count }) => ({
    people: first,
    model: second,
    count,
  }));
}

function typeAgreement(cases: readonly Groups[], takes: (bin: Bin | null) => boolean) {
  const all = cases.flat();
  const byPeople = ({ people }: CountedCells) => takes(people);
  const byModel = ({ model }: CountedCells) => takes(model);
  return {
    people: countCells(all, byPeople),
    model: countCells(all, byModel),
    both: countCells(all, (group) => byPeople(group) && byModel(group)),
    sensitivity: estimateRatio(cases, byModel, byPeople),
    specificity: estimateRatio(
      cases,
      (group) => !byModel(group),
      (group) => !byPeople(group),
    ),
    predictive: estimateRatio(cases, byPeople, byModel),
  };
}

/** Shares in percent, in cases in which both counted leukocytes. */
export function sharesOf(cases: readonly Groups[], type: CellClass) {
  const leukocytes = (bin: Bin | null) => bin !== null && isCellClass(bin) && isLeukocyte(bin);
  return cases.flatMap((groups) => {
    const [people, model] = (['people', 'model'] as const).map((who) =>
      ratio(
        countCells(groups, (group) => group[who] === type),
        countCells(groups, (group) => leukocytes(group[who])),
      ),
    );
    return people == null || model == null ? [] : [{ people: 100 * people, model: 100 * model }];
  });
}

function shareAgreement(cases: readonly Groups[], type: CellClass): Agreement['shares'] {
  const points = sharesOf(cases, type);
  if (points.length < leastShares) return [];
  const people = points.map((point) => point.people);
  const model = points.map((point) => point.model);
  const { bias, lowerLimit, upperLimit } = blandAltman(people, model, { confidence });
  const line = lineOf(people.slice(0, mostLinePoints), model.slice(0, mostLinePoints));
  return [
    {
      cellClass: type,
      name: cellClasses[type].name,
      cases: points.length,
      bias,
      lowerLimit,
      upperLimit,
      slope: line?.slope ?? null,
      intercept: line?.intercept ?? null,
    },
  ];
}

/** Passing-Bablok's line, where the cases allow one with limits. */
function lineOf(people: readonly number[], model: readonly number[]) {
  try {
    const line = passingBablokRegression(people, model, { confidence });
    const all = [line.slope, line.intercept].flatMap(({ value, low, high }) => [value, low, high]);
    return all.every(Number.isFinite) ? line : undefined;
  } catch (error) {
    if (error instanceof LeukoscopeError && error.code === 'METRICS_NO_LINE') return undefined;
    throw error;
  }
}
