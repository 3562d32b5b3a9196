/** @file Case -> plain JSON with every number, masks as COCO run lengths. */
import {
  encodePlacedRle,
  type Finding,
  type PlacedMask,
  reasonWords,
  rleToString,
  type Size,
} from '@leukoscope/core';
import { type CaseAnalysis, researchNotice } from '../case-analysis.ts';
import { reasonOf } from '../morphology/reason-of-finding.ts';

/** Options of `toJson`. */
export interface ToJsonOptions {
  /** Write outlines; large. @default true */
  readonly masks?: boolean;
}

/** Turn a case into values for `JSON.stringify`. */
export function toJson(analysis: CaseAnalysis, options: ToJsonOptions = {}) {
  const { masks = true } = options;
  const { facts } = analysis;
  return {
    format: 'leukoscope-analysis/1',
    notice: researchNotice,
    name: analysis.name,
    specimen: facts.expectation ?? null,
    model: { name: facts.modelName, sha256: facts.modelHash, classes: facts.classes },
    ...(facts.createdAt === undefined ? {} : { createdAt: facts.createdAt }),
    ...(facts.command === undefined ? {} : { command: facts.command }),
    differential: analysis.differential,
    flags: analysis.flags,
    familiarity: analysis.familiarity ?? null,
    pixelsPerMicron: analysis.pixelsPerMicron ?? null,
    images: analysis.images.map(({ file, size, findings, quality, milliseconds }) => ({
      file,
      width: size.width,
      height: size.height,
      ...(milliseconds === undefined ? {} : { milliseconds: round(milliseconds, 1) }),
      quality,
      cells: findings.map((finding) => cellOf(finding, size, masks)),
    })),
  };
}

function cellOf(finding: Finding, size: Size, masks: boolean) {
  const { box, mask, probabilities } = finding;
  return {
    cellClass: finding.cellClass,
    score: round(finding.score, 4),
    box: [box.x1, box.y1, box.x2, box.y2].map((side) => round(side, 2)),
    isUnsure: finding.isUnsure,
    isIncomplete: finding.isIncomplete,
    ...(finding.unexpected === undefined
      ? {}
      : {
          unexpected: {
            cellClass: finding.unexpected.cellClass,
            probability: round(finding.unexpected.probability, 4),
          },
        }),
    ...(probabilities === undefined
      ? {}
      : { probabilities: probabilities.map((p) => round(p, 4)) }),
    ...(mask === undefined || !masks ? {} : { mask: runsOf(mask, size) }),
    ...seenOf(finding, size, masks),
  };
}

/** Nucleus, attributes, and both in words; nothing where neither was told. */
function seenOf(finding: Finding, size: Size, masks: boolean) {
  const { nucleus, attributes } = finding;
  const reason = reasonOf(finding);
  return {
    ...(nucleus === undefined || reason.nucleus === undefined
      ? {}
      : {
          nucleus: {
            lobes: nucleus.lobes,
            share: round(reason.nucleus.share, 4),
            ...(masks ? { mask: runsOf(nucleus.mask, size) } : {}),
          },
        }),
    ...(attributes === undefined
      ? {}
      : {
          attributes: attributes.map(({ probability, ...told }) => ({
            ...told,
            probability: round(probability, 4),
          })),
        }),
    ...(reasonWords(reason) === '' ? {} : { reason: reasonWords(reason) }),
  };
}

function runsOf(mask: PlacedMask, size: Size) {
  return { size: [size.height, size.width], counts: rleToString(encodePlacedRle(mask, size)) };
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
