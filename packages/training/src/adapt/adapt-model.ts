/**
 * @file A model of two stages and labelled cells -> a candidate and the files of the model that it would be: the parent
 * with another last layer, temperature and doubt. Readers open it as any other.
 */
import { LeukoscopeError } from '@leukoscope/core';
import {
  type ModelDescription,
  parseModelDescription,
  readTypeHead,
  refinerBody,
  withTypeHead,
} from '@leukoscope/models';
import { decodeOnnxModel, encodeOnnxModel, type OnnxModel } from '@leukoscope/nn';
import type { DescribedModel } from '@leukoscope/pipeline';
import { type AdaptOptions, adaptHead, type Candidate, type ParentModel } from './adapt-head.ts';
import type { LabelledCell } from './see-cells.ts';
import { decodeFeatureMemory, type FeatureMemory } from './feature-memory.ts';
import { sha256Hex } from './sha256-hex.ts';
import { refuseCandidate, refuseCells, type Refusal } from './verdict.ts';

/** A model that can learn, with what it must not forget. */
export interface AdaptableModel {
  readonly described: DescribedModel;
  readonly refiner: OnnxModel;
  readonly locator: Uint8Array;
  readonly parent: ParentModel;
  readonly stored: FeatureMemory;
  /** SHA-256 of the memory's file. */
  readonly memorySha256: string;
}

/** What came out. */
export interface Adaptation {
  /** Undefined where the cells were refused before anything was fitted. */
  readonly candidate: Candidate | undefined;
  /** Why it may not be offered; empty: it is. */
  readonly refusals: readonly Refusal[];
}

/** Check that a model can be adapted with a memory of features. */
export async function openAdaptable(
  described: DescribedModel,
  memoryFile: Uint8Array,
): Promise<AdaptableModel> {
  const { description, files } = described;
  const [readLocator, readRefiner] = [files['locator'], files['refiner']];
  if (description.reader !== 'two-stage' || !readLocator || !readRefiner) {
    throw new LeukoscopeError(
      'ADAPT_PARENT',
      `the parent must be a model of a locator and a refiner. Received ${description.name}, read by ${description.reader}. Take compact, or a model that was adapted from it; others learn by leukoscope train.`,
    );
  }
  const refiner = decodeOnnxModel(await readRefiner());
  const stored = decodeFeatureMemory(memoryFile);
  if ((await sha256Hex(refinerBody(refiner))) !== stored.body) {
    throw new LeukoscopeError(
      'ADAPT_MEMORY',
      `the memory of features must be of the parent's own refiner. Received one of another refiner than that of ${description.name}. Take compact, compact-int8 or a model that was adapted from them, or write a memory by experiments/adapt/write-memory.ts.`,
    );
  }
  return {
    described,
    refiner,
    locator: await readLocator(),
    parent: {
      classes: description.classes,
      head: readTypeHead(refiner),
      temperature: description.calibration.temperature,
    },
    stored,
    memorySha256: await sha256Hex(memoryFile),
  };
}

/** Judge the cells, fit, judge the candidate. */
export async function adaptModel(
  { parent, stored }: Pick<AdaptableModel, 'parent' | 'stored'>,
  cells: readonly LabelledCell[],
  options: AdaptOptions,
): Promise<Adaptation> {
  const refused = refuseCells(cells);
  if (refused.length > 0) return { candidate: undefined, refusals: refused };
  const candidate = await adaptHead(parent, cells, stored, options);
  return { candidate, refusals: refuseCandidate(candidate, cells.length) };
}

/** Names of the files in an adapted model's folder. */
export const adaptedFiles = {
  description: 'model.json',
  locator: 'locator.onnx',
  refiner: 'refiner.onnx',
} as const;

/** The files of the model that a candidate is, by their names. */
export async function adaptedModel(
  { described, refiner, locator }: AdaptableModel,
  { head, calibration }: Candidate,
  name: string,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const { description, hash } = described;
  // Where answers of training cells lie is known of the parent's layer only; what a specimen holds is the same for both.
  const { familiar: _, ...kept } = description;
  const changed = encodeOnnxModel(withTypeHead(refiner, head));
  const json: ModelDescription = {
    ...kept,
    name,
    networks: {
      locator: { onnx: adaptedFiles.locator, sha256: await sha256Hex(locator) },
      refiner: { onnx: adaptedFiles.refiner, sha256: await sha256Hex(changed) },
    },
    calibration: { ...description.calibration, ...calibration },
    parent: { name: description.name, hash },
  };
  const text = `${JSON.stringify(parseModelDescription(json, adaptedFiles.description), null, 2)}\n`;
  return new Map([
    [adaptedFiles.description, new TextEncoder().encode(text)],
    [adaptedFiles.locator, locator],
    [adaptedFiles.refiner, changed],
  ]);
}
