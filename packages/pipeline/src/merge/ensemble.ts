/** @file Several models over the same classes as one model, their findings fused. */
import { LeukoscopeError } from '@leukoscope/core';
import type { LeukocyteModel } from '../model/leukocyte-model.ts';
import { type FusionOptions, weightedBoxFusion } from './weighted-box-fusion.ts';

/** Make one model of several; closing it closes all of them. */
export function createEnsemble(
  models: readonly LeukocyteModel[],
  options: FusionOptions = {},
): LeukocyteModel {
  const [first] = models;
  if (first === undefined) {
    throw new LeukoscopeError('ENSEMBLE', 'models must hold one or more. Received 0.');
  }
  const classes = first.facts.classes;
  const other = models.find(({ facts }) => facts.classes.join() !== classes.join());
  if (other !== undefined) {
    throw new LeukoscopeError(
      'ENSEMBLE',
      `models must have the same classes in the same order. Received ${classes.join(', ')} beside ${other.facts.classes.join(', ')}. Use models of one taxonomy.`,
    );
  }
  return {
    facts: {
      name: models.map(({ facts }) => facts.name).join(' + '),
      hash: models.map(({ facts }) => facts.hash).join('+'),
      classes,
    },
    tiling: {
      side: Math.min(...models.map(({ tiling }) => tiling.side)),
      overlap: Math.max(...models.map(({ tiling }) => tiling.overlap)),
      alignment: models.reduce((a, { tiling }) => leastCommonMultiple(a, tiling.alignment ?? 1), 1),
    },
    async analyse(raster, modelOptions) {
      const findings = [];
      for (const model of models) findings.push(await model.analyse(raster, modelOptions));
      return weightedBoxFusion(findings, options);
    },
    async close() {
      for (const model of models) await model.close();
    },
  };
}

function leastCommonMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return (a / x) * b;
}
