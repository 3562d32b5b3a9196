/**
 * @file Everything that is known about one case: its images, their cells and quality, the differential.
 *
 * A case is what a differential is counted over: usually the images of one smear.
 */
import {
  type CaseFamiliarity,
  type CellClass,
  type Expectation,
  type Familiarity,
  type Finding,
  judgeFamiliarity,
  type Size,
} from '@leukoscope/core';
import { type CaseFlag, caseFlags } from './differential/case-flags.ts';
import {
  type Differential,
  type DifferentialOptions,
  differential,
} from './differential/differential.ts';
import { unexpectedFlags } from './differential/unexpected-flags.ts';
import { unfamiliarFlags } from './differential/unfamiliar-flags.ts';
import { estimatePixelsPerMicron } from './quality/field-scale.ts';
import type { QualityMeasure } from './quality/quality-flags.ts';

/** One image of a case. */
export interface AnalysedImage {
  /** As reports show it. */
  readonly file: string;
  readonly size: Size;
  readonly findings: readonly Finding[];
  readonly quality: readonly QualityMeasure[];
  /** How like the model's training cells its cells are; absent where the model cannot tell. */
  readonly familiarity?: Familiarity | undefined;
  /** From opening the file to its findings. */
  readonly milliseconds?: number | undefined;
}

/** What produced the findings. */
export interface AnalysisFacts {
  readonly modelName: string;
  readonly modelHash: string;
  /** In the order of `probabilities`. */
  readonly classes: readonly CellClass[];
  /** What the specimen was expected to hold; absent: nothing. */
  readonly expectation?: Expectation | undefined;
  /** ISO 8601. */
  readonly createdAt?: string | undefined;
  readonly command?: string | undefined;
}

/** A case with its figures. */
export interface CaseAnalysis {
  readonly name: string;
  readonly facts: AnalysisFacts;
  readonly images: readonly AnalysedImage[];
  readonly differential: Differential;
  readonly flags: readonly CaseFlag[];
  /** How like the model's training cells its cells are; undefined where the model cannot tell, or cells are few. */
  readonly familiarity?: CaseFamiliarity | undefined;
  /** Files of images with at least one quality flag. */
  readonly poorImages: readonly string[];
  /** Judged by the cells; undefined where there is none. */
  readonly pixelsPerMicron?: number | undefined;
}

/** Count and judge the images of one case. */
export function analyseCase(
  name: string,
  images: readonly AnalysedImage[],
  facts: AnalysisFacts,
  options: DifferentialOptions = {},
): CaseAnalysis {
  const findings = images.flatMap((image) => image.findings);
  const familiarity = judgeFamiliarity(images.flatMap((image) => image.familiarity ?? []));
  const table = differential(findings, { classes: facts.classes, ...options });
  return {
    name,
    facts,
    images,
    differential: table,
    flags: [
      ...caseFlags(table),
      ...unexpectedFlags(findings.map(({ unexpected }) => unexpected?.cellClass)),
      ...unfamiliarFlags(familiarity),
    ],
    familiarity,
    poorImages: images
      .filter(({ quality }) => quality.some(({ isFlagged }) => isFlagged))
      .map(({ file }) => file),
    pixelsPerMicron: estimatePixelsPerMicron(findings),
  };
}

/** The sentence that everything handed out carries. */
export const researchNotice = 'For research use only, not for diagnosis.';
