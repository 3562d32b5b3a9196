/**
 * @file Two networks, one after the other -> a model: a locator finds cells on the field at working scale, a refiner
 * looks at each leukocyte at its own scale and gives mask and type. Both see the field in the same light, whatever
 * the lamp. The compact model is one of these.
 *
 * score = locator score x probability that the crop shows a nucleated cell at all, so that dye and clumped
 * platelets, which only look like leukocytes from afar, fall behind. Red cells and platelets keep what
 * the locator says.
 */
import { type CellClass, type Expectation, LeukoscopeError } from '@leukoscope/core';
import { fieldGains } from '@leukoscope/image';
import {
  headProbabilities,
  type LinearHead,
  type ModelDescription,
  meanOfViews,
  nucleatedClasses,
  nucleatedProbability,
  type ReadHead,
  readAttributeHeads,
  readLinearHead,
  refinerClasses,
  type StageHead,
  tellAttributes,
  withFeatures,
  withPooled,
} from '@leukoscope/models';
import { decodeOnnxModel, encodeOnnxModel } from '@leukoscope/nn';
import { suppressFindings } from '../merge/suppress-findings.ts';
import type { LeukocyteModel, ModelFinding } from '../model/leukocyte-model.ts';
import type { ModelSession } from '../model/model-session.ts';
import { openLazySessions } from '../model/open-session.ts';
import { finerTiling } from '../tiles/finer-tiling.ts';
import {
  factsOf,
  fileOf,
  parseSettings,
  type Reader,
  type ReaderParts,
  tilingOf,
} from './reader.ts';
import { locateCells } from './two-stage/locate-cells.ts';
import { locateRefineSchema } from './two-stage/locate-refine-settings.ts';
import { type RefinedCell, refineCells } from './two-stage/refine-cells.ts';

/** The loaded networks. */
export interface StageSessions {
  readonly locator: ModelSession;
  readonly refiner: ModelSession;
}

/** Make a model of a locator and a refiner; each is read and loaded when it first runs. */
export const readTwoStage: Reader = async (parts): Promise<LeukocyteModel> => {
  const readLocator = fileOf(parts, 'locator');
  const readRefiner = fileOf(parts, 'refiner');
  const { run, description } = parts;
  const { attributes, stages } = description;
  const readsPooled = attributes !== undefined || stages !== undefined;
  const features = run.features || (readsPooled ? 'pooled' : false);
  const outputsOf =
    features === true ? withFeatures : features === 'pooled' ? withPooled : undefined;
  const readers = [
    readLocator,
    outputsOf === undefined
      ? readRefiner
      : async () => encodeOnnxModel(outputsOf(decodeOnnxModel(await readRefiner()))),
  ];
  const [locator, refiner] = openLazySessions(readers, 'image', parts.run);
  return joinStages(parts, { locator: locator!, refiner: refiner! });
};

/** Make the model of its sessions. */
export function joinStages(
  parts: ReaderParts,
  { locator, refiner }: StageSessions,
): LeukocyteModel {
  const settings = parseSettings(locateRefineSchema, parts);
  const { description } = parts;
  const { classes, calibration } = description;
  checkClasses(description);
  const use = { ...settings.refiner, temperature: calibration.temperature };
  const taught = taughtOf(parts);
  const workSide = settings.locator.largestSide;
  return {
    facts: factsOf(parts),
    tiling: tilingOf(parts),
    finerTiling: (findings, shownSide) => finerTiling(findings, { shownSide, workSide }),
    async analyse(raster, options = {}) {
      const { scoreThreshold = calibration.scoreThreshold, expectation } = options;
      const gains = fieldGains(raster);
      const located = await locateCells(locator, raster, gains, settings.locator);
      // The refiner only lowers scores, so what is below the threshold already stays below.
      const cells = located.filter(({ score }) => score >= scoreThreshold);
      const isStaged = asksForStages(description, expectation);
      // Where nucleated cells are many, as in marrow, the locator takes some of them for platelets.
      const refines: readonly CellClass[] = isStaged ? ['leukocyte', 'platelet'] : ['leukocyte'];
      const looked = cells.filter(({ cellClass }) => refines.includes(cellClass));
      const boxes = looked.map(({ box }) => box);
      const refined = await refineCells(refiner, raster, gains, boxes, use);
      const isKept = ({ probabilities }: RefinedCell, i: number) =>
        looked[i]!.cellClass === 'leukocyte' || nucleatedProbability(probabilities) >= 0.5;
      const told = isStaged ? taught : { ...taught, stages: undefined };
      const findings = suppressFindings(
        refined.flatMap((cell, i) =>
          isKept(cell, i) ? [toFinding(cell, looked[i]!.score, calibration, told)] : [],
        ),
        { iouThreshold: settings.iouThreshold },
      );
      const kept = new Set(looked.filter((_, i) => isKept(refined[i]!, i)));
      const plain = cells
        .filter((cell) => !kept.has(cell))
        .map(({ box, score, cellClass }): ModelFinding => {
          const classIndex = classes.indexOf(cellClass);
          return { box, score, cellClass, classIndex, isUnsure: false };
        });
      return [...findings, ...plain].filter(({ score }) => score >= scoreThreshold);
    },
    async close() {
      for (const session of [locator, refiner]) await session.close();
    },
  };
}

function asksForStages(
  { stages }: ModelDescription,
  expectation: Expectation | undefined,
): boolean {
  return stages !== undefined && stages.specimen === expectation;
}

/** The refiner's outputs have an order that its training fixed. */
function checkClasses({ name, classes }: ModelDescription): void {
  if (classes.join() === refinerClasses.join()) return;
  throw new LeukoscopeError(
    'MODEL_DESCRIPTION',
    `classes of ${name} must be ${refinerClasses.join(', ')}, as refiners give them. Received ${classes.join(', ')}.`,
  );
}

/** What the model was taught beside types. */
interface Taught {
  readonly heads: readonly ReadHead[];
  /** By class: it taught the heads. */
  readonly isKind: readonly boolean[];
  /** Tells finer types, to specimens that ask for them. */
  readonly stages: LinearHead | undefined;
  /** Findings carry the features themselves. */
  readonly keepsFeatures: boolean;
}

function taughtOf({ description: { attributes, stages }, run }: ReaderParts): Taught {
  return {
    heads: attributes === undefined ? [] : readAttributeHeads(attributes),
    isKind: refinerClasses.map((own) => attributes?.kinds.includes(own) ?? false),
    stages: stages === undefined ? undefined : readStageHead(stages),
    keepsFeatures: (run.features ?? false) !== false,
  };
}

function readStageHead(stages: StageHead): LinearHead {
  return readLinearHead(stages, 'stages', 'experiments/marrow-stages/fit.ts');
}

/** A cell that is rather of kinds that taught nothing has no attributes: nobody measured how right they are there. */
function attributesOf(
  { features, probabilities }: RefinedCell,
  { heads, isKind }: Taught,
): ModelFinding['attributes'] {
  const known = probabilities.reduce((sum, p, k) => (isKind[k] ? sum + p : sum), 0);
  if (heads.length === 0 || features.length === 0 || known < 0.5) return undefined;
  return tellAttributes(heads, meanOfViews(features));
}

function toFinding(
  cell: RefinedCell,
  locatorScore: number,
  { unsureBelow = 0 }: ModelDescription['calibration'],
  taught: Taught,
): ModelFinding {
  const { box, mask, probabilities, features } = cell;
  const attributes = attributesOf(cell, taught);
  const best = probabilities.indexOf(Math.max(...probabilities));
  const stages =
    taught.stages === undefined || features.length === 0
      ? undefined
      : headProbabilities(taught.stages, meanOfViews(features));
  return {
    box,
    score: locatorScore * nucleatedProbability(probabilities),
    classIndex: best,
    cellClass: refinerClasses[best]!,
    probabilities: Array.from(probabilities),
    isUnsure: probabilities[best]! < unsureBelow,
    // Outlines were learnt from nucleated cells only.
    ...(mask === undefined || best >= nucleatedClasses ? {} : { mask }),
    ...(attributes === undefined ? {} : { attributes }),
    ...(stages === undefined ? {} : { stages }),
    ...(features.length === 0 || !taught.keepsFeatures ? {} : { features }),
  };
}
