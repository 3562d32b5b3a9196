/**
 * @file The work of an analysis process: keep one model loaded, find the cells of images.
 *
 * What goes back is plain JSON: masks as run lengths of the whole field, probabilities by class name.
 */
import { qualityFlags, qualityViewOf, reasonOf } from '@leukoscope/analysis';
import {
  type CellClass,
  encodePlacedRle,
  type Finding,
  LeukoscopeError,
  type PlacedMask,
  rleToString,
  type Size,
} from '@leukoscope/core';
import { decodeRgb } from '@leukoscope/image';
import { analyseImage, type LeukocyteModel } from '@leukoscope/pipeline';
import { serveTasks } from '../hosts/serve-tasks.ts';
import { type AnalysisResult, analysisTaskSchema, type FindingJson } from './analysis-protocol.ts';
import type { ModelOrigin } from './try-model.ts';

/** How the process comes by models. */
export interface ModelSource {
  /** Open one for analyses. */
  load(file: string): Promise<LeukocyteModel>;
  originOf(file: string): Promise<ModelOrigin>;
  /** Throw unless a file that somebody wants to add is fit to run. */
  check(file: string): Promise<unknown>;
}

/** Serve analyses with models of a source. */
export function serveAnalyses(source: ModelSource): void {
  let loaded: { file: string; model: LeukocyteModel } | undefined;
  const modelOf = async (file: string) => {
    if (loaded?.file === file) return loaded.model;
    await loaded?.model.close();
    loaded = undefined;
    const model = await source.load(file);
    loaded = { file, model };
    return model;
  };
  serveTasks(async (raw, onProgress) => {
    const task = analysisTaskSchema.parse(raw);
    if (task.kind === 'try') return source.check(task.modelFile);
    const model = await modelOf(task.modelFile);
    const { name, hash, classes } = model.facts;
    if (task.kind === 'describe') {
      return { name, hash, classes, ...(await source.originOf(task.modelFile)) };
    }
    const raster = await decodeRgb(task.image, { maxPixels: task.maxPixels });
    // A model without a prior for the specimen types as it always does; what was applied is told.
    const asked = task.expectation;
    const expectation = asked !== null && model.facts.priors?.[asked] !== undefined ? asked : null;
    const result = await analyseImage(raster, model, {
      expectation: expectation ?? undefined,
      onProgress: ({ tilesDone, tiles }) =>
        onProgress({ progress: tilesDone / tiles, stage: `tile ${tilesDone} of ${tiles}` }),
    });
    const measures = qualityFlags(qualityViewOf(raster, result.findings), result.findings);
    const findings = result.findings.map((finding): FindingJson => {
      const { cellClass, box, score, isIncomplete, isUnsure, unexpected } = finding;
      return {
        cellClass,
        box,
        score,
        isIncomplete,
        isUnsure,
        ...(unexpected === undefined ? {} : { unexpected }),
        mask: finding.mask === undefined ? null : runsOf(finding.mask, result.size),
        probabilities: rank(finding.probabilities ?? [], result.classes),
        ...seenOf(finding, result.size),
      };
    });
    const answer: AnalysisResult = {
      modelHash: hash,
      expectation,
      ...(result.familiarity === undefined
        ? {}
        : { familiarity: { ...result.familiarity, sums: result.familiarity.sums.map(short) } }),
      findings,
      flags: measures
        .filter((measure) => measure.isFlagged)
        .map(({ code, name: what, text }) => ({
          code,
          severity: 'warning',
          message: `${what}: ${text}`,
        })),
    };
    return answer;
  });
}

/** Nucleus and attributes, where they were told. */
function seenOf(finding: Finding, size: Size): Pick<FindingJson, 'nucleus' | 'attributes'> {
  const { nucleus, attributes } = reasonOf(finding);
  return {
    ...(nucleus === undefined || finding.nucleus === undefined
      ? {}
      : {
          nucleus: {
            mask: runsOf(finding.nucleus.mask, size),
            lobes: nucleus.lobes,
            share: short(nucleus.share),
          },
        }),
    ...(attributes === undefined
      ? {}
      : {
          attributes: attributes.map((told) => ({
            ...told,
            probability: short(told.probability),
          })),
        }),
  };
}

function runsOf(mask: PlacedMask, size: Size) {
  return { ...size, counts: rleToString(encodePlacedRle(mask, size)) };
}

/** Digits beyond these say nothing, and stand in every history. */
function short(value: number): number {
  return Number(value.toFixed(3));
}

function rank(values: readonly number[], classes: readonly CellClass[]) {
  if (values.length !== 0 && values.length !== classes.length) {
    throw new LeukoscopeError(
      'MODEL_PROBABILITIES',
      `internal: a finding must have a probability for each of ${classes.length} classes. Received ${values.length}.`,
    );
  }
  return values
    .map((value, i) => ({
      cellClass: classes[i]!,
      // Softmax in float32 can overshoot 1 by a rounding error.
      probability: Math.min(1, Math.max(0, value)),
    }))
    .sort((a, b) => b.probability - a.probability);
}
