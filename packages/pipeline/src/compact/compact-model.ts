/**
 * @file The compact model: a locator finds cells on the field at working scale, a refiner looks at each leukocyte
 * at its own scale and gives mask and type. Both see the field in the same light, whatever the lamp.
 *
 * score = locator score x probability that the crop shows a nucleated cell at all, so that dye and clumped
 * platelets, which only look like leukocytes from afar, fall behind. Red cells and platelets keep what
 * the locator says.
 */
import type { CellClass } from '@leukoscope/core';
import {
  fieldGains,
  nucleatedClasses,
  nucleatedProbability,
  refinerClasses,
} from '@leukoscope/models';
import { suppressFindings } from '../merge/suppress-findings.ts';
import type { LeukocyteModel, ModelFinding } from '../model/leukocyte-model.ts';
import type { ModelSession } from '../model/model-session.ts';
import { finerTiling } from '../tiles/finer-tiling.ts';
import type { CompactConfig } from './compact-config.ts';
import { locateCells } from './locate-cells.ts';
import { type RefinedCell, refineCells } from './refine-cells.ts';

const classes: readonly CellClass[] = refinerClasses;

/** The loaded networks. */
export interface CompactSessions {
  readonly locator: ModelSession;
  readonly refiner: ModelSession;
}

/** Make the model of its sessions. */
export function createCompactModel(
  { locator, refiner }: CompactSessions,
  config: CompactConfig,
  hash: string,
): LeukocyteModel {
  const workSide = config.locator.largestSide;
  return {
    facts: { name: config.name, hash, classes, unsureBelow: config.unsureBelow },
    tiling: config.tile,
    finerTiling: (findings, shownSide) => finerTiling(findings, { shownSide, workSide }),
    async analyse(raster, options = {}) {
      const { scoreThreshold = config.scoreThreshold } = options;
      const gains = fieldGains(raster);
      const located = await locateCells(locator, raster, gains, config);
      // The refiner only lowers scores, so what is below the threshold already stays below.
      const cells = located.filter(({ score }) => score >= scoreThreshold);
      const leukocytes = cells.filter(({ cellClass }) => cellClass === 'leukocyte');
      const plain = cells
        .filter(({ cellClass }) => cellClass !== 'leukocyte')
        .map(({ box, score, cellClass }): ModelFinding => {
          const classIndex = classes.indexOf(cellClass);
          return { box, score, cellClass, classIndex, isUnsure: false };
        });
      const boxes = leukocytes.map(({ box }) => box);
      const refined = await refineCells(refiner, raster, gains, boxes, config);
      const findings = suppressFindings(
        refined.map((cell, i) => toFinding(cell, leukocytes[i]!.score, config)),
        { iouThreshold: config.iouThreshold },
      );
      return [...findings, ...plain].filter(({ score }) => score >= scoreThreshold);
    },
    async close() {
      for (const session of [locator, refiner]) await session.close();
    },
  };
}

function toFinding(
  { box, mask, probabilities }: RefinedCell,
  locatorScore: number,
  { unsureBelow }: CompactConfig,
): ModelFinding {
  const best = probabilities.indexOf(Math.max(...probabilities));
  return {
    box,
    score: locatorScore * nucleatedProbability(probabilities),
    classIndex: best,
    cellClass: refinerClasses[best]!,
    probabilities: Array.from(probabilities),
    isUnsure: probabilities[best]! < unsureBelow,
    // Outlines were learnt from nucleated cells only.
    ...(mask === undefined || best >= nucleatedClasses ? {} : { mask }),
  };
}
