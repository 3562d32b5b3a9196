/** @file Several models as one model, their findings fused; models over unlike classes join on the coarser ones. */
import { type CellClass, LeukoscopeError } from '@leukoscope/core';
import type { LeukocyteModel, ModelFinding } from '../model/leukocyte-model.ts';
import { inJoinedClasses, joinClasses } from './join-classes.ts';
import { majorityVote } from './majority-vote.ts';
import { weightedBoxFusion } from './weighted-box-fusion.ts';

/** How findings of several models become one list. */
export type FusionMethod = 'majority' | 'first-names' | 'weighted-boxes';

/** The methods, as commands name them. */
export const fusionMethods = ['majority', 'first-names', 'weighted-boxes'] as const;

/** Options of `createEnsemble`. */
export interface EnsembleOptions {
  /** @default 'weighted-boxes' */
  readonly fuse?: FusionMethod | undefined;
}

/** Make one model of several; closing it closes all of them. */
export function createEnsemble(
  models: readonly LeukocyteModel[],
  options: EnsembleOptions = {},
): LeukocyteModel {
  const { fuse = 'weighted-boxes' } = options;
  if (models.length === 0) {
    throw new LeukoscopeError('ENSEMBLE', 'models must hold one or more. Received 0.');
  }
  const lists = models.map(({ facts }) => facts.classes);
  const classes = fuse === 'first-names' ? namedByFirst(lists) : joinClasses(lists);
  const hashes = models.map(({ facts }) => facts.hash).join('+');
  return {
    facts: {
      name: models.map(({ facts }) => facts.name).join(' + '),
      // Another fusion gives other answers.
      hash: fuse === 'weighted-boxes' ? hashes : `${hashes}+${fuse}`,
      classes,
    },
    tiling: {
      side: Math.min(...models.map(({ tiling }) => tiling.side)),
      overlap: Math.max(...models.map(({ tiling }) => tiling.overlap)),
      alignment: models.reduce((a, { tiling }) => leastCommonMultiple(a, tiling.alignment ?? 1), 1),
    },
    async analyse(raster, modelOptions = {}) {
      const findings: ModelFinding[][] = [];
      for (const model of models) {
        const found = await model.analyse(raster, modelOptions);
        findings.push(found.map((finding) => inJoinedClasses(finding, model.facts, classes)));
      }
      const fused =
        fuse === 'weighted-boxes'
          ? weightedBoxFusion(findings)
          : majorityVote(findings, { names: fuse === 'first-names' ? 'first' : 'most' });
      // Fusing lowers scores: what the caller's threshold let in may have fallen below it.
      const { scoreThreshold = 0 } = modelOptions;
      return fused.filter(({ score }) => score >= scoreThreshold);
    },
    async close() {
      for (const model of models) await model.close();
    },
  };
}

/** The first model names cells as finely as it can; what it does not see is named by the others. */
function namedByFirst([own = [], ...others]: readonly (readonly CellClass[])[]): CellClass[] {
  return [...new Set([...own, ...joinClasses(others)])];
}

function leastCommonMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return (a / x) * b;
}
