/**
 * @file Whether variants differ by more than chance: each against the reference, test picture by test picture
 * where a measure is told of each, else run by run of the same fold and seed (Wilcoxon's signed ranks and the
 * paired t test), corrected for the number of comparisons (Holm).
 */
import { holm, mean, pairedT, standardDeviation, wilcoxonSignedRanks } from '@leukoscope/metrics';
import type { RunResult } from './experiment-results-node.ts';

/** One variant's numbers of one measure. */
export interface VariantMeasure {
  readonly variant: string;
  readonly measure: string;
  /** Of the finished runs. */
  readonly values: readonly number[];
  readonly mean: number;
  /** 0 for a single run. */
  readonly deviation: number;
}

/** One variant against the reference. */
export interface Comparison {
  readonly variant: string;
  readonly measure: string;
  /** What was paired. */
  readonly unit: 'pictures' | 'runs';
  readonly pairs: number;
  /** Mean of variant minus reference. */
  readonly difference: number;
  /** Corrected over all variants of a measure. */
  readonly wilcoxonP: number;
  readonly pairedTP: number;
}

/** Fewer pairs cannot tell anything from chance: with four, the least P of the ranks is .125. */
export const leastPairs = 3;

/** Gather a measure of every variant. */
export function gatherMeasures(
  results: readonly RunResult[],
  variants: readonly string[],
  measures: readonly string[],
): VariantMeasure[] {
  return variants.flatMap((variant) =>
    measures.flatMap((measure): VariantMeasure[] => {
      const values = finished(results, variant).flatMap(({ measures: own }) =>
        numberOf(own, measure),
      );
      if (values.length === 0) return [];
      const deviation = values.length === 1 ? 0 : standardDeviation(values);
      return [{ variant, measure, values, mean: mean(values), deviation }];
    }),
  );
}

/** Compare every other variant with the reference. */
export function compareVariants(
  results: readonly RunResult[],
  variants: readonly string[],
  measures: readonly string[],
  reference: string,
): Comparison[] {
  return measures.flatMap((measure) => {
    const raw = variants
      .filter((variant) => variant !== reference)
      .flatMap((variant) => {
        const byPicture = picturePairs(results, variant, reference, measure);
        const unit = byPicture.length > 0 ? ('pictures' as const) : ('runs' as const);
        const pairs =
          unit === 'pictures' ? byPicture : runPairs(results, variant, reference, measure);
        if (pairs.length < leastPairs) return [];
        const [a, b] = [pairs.map(([own]) => own), pairs.map(([, other]) => other)];
        const difference = mean(a) - mean(b);
        const [ranks, t] = [wilcoxonSignedRanks(a, b).pValue, pairedT(a, b).pValue];
        return [{ variant, measure, unit, pairs: pairs.length, difference, ranks, t }];
      });
    const ranks = holm(raw.map((one) => one.ranks));
    const ts = holm(raw.map((one) => one.t));
    return raw.map(({ ranks: _, t: __, ...one }, i) => ({
      ...one,
      wilcoxonP: ranks[i]!,
      pairedTP: ts[i]!,
    }));
  });
}

/** Values of the same picture in runs of the same fold and seed. */
function picturePairs(
  results: readonly RunResult[],
  variant: string,
  reference: string,
  measure: string,
): (readonly [number, number])[] {
  const others = finished(results, reference);
  return finished(results, variant).flatMap(({ run, tested }) => {
    const other = others.find((one) => one.run.fold === run.fold && one.run.seed === run.seed);
    const known = pictureValues(other?.tested, measure);
    return [...pictureValues(tested, measure)].flatMap(([picture, a]) => {
      const b = known.get(picture);
      return b === undefined ? [] : [[a, b] as const];
    });
  });
}

/** A measure by picture; the mean over its cells, where a picture holds several that are measured by themselves. */
export function pictureValues(
  tested: RunResult['tested'],
  measure: string,
): ReadonlyMap<string, number> {
  const values = (tested?.pictures ?? []).flatMap(({ set, file, values: own }) =>
    numberOf(own, measure).map((value) => ({ picture: `${set}/${file}`, value })),
  );
  const grouped = Map.groupBy(values, ({ picture }) => picture);
  return new Map(
    [...grouped].map(([picture, all]) => [picture, mean(all.map(({ value }) => value))]),
  );
}

function runPairs(
  results: readonly RunResult[],
  variant: string,
  reference: string,
  measure: string,
): (readonly [number, number])[] {
  const others = finished(results, reference);
  return finished(results, variant).flatMap(({ run, measures }) => {
    const other = others.find((one) => one.run.fold === run.fold && one.run.seed === run.seed);
    const [a] = numberOf(measures, measure);
    const [b] = numberOf(other?.measures ?? {}, measure);
    return a === undefined || b === undefined ? [] : [[a, b] as const];
  });
}

const finished = (results: readonly RunResult[], variant: string) =>
  results.filter(({ run, state }) => state === 'done' && run.variant === variant);

/** A log says null where nothing could be measured. */
function numberOf(values: Readonly<Record<string, number | null>>, name: string): number[] {
  const value = values[name];
  return typeof value === 'number' ? [value] : [];
}
