/** @file One labelled image and several models -> its doubtful labels, in the words of the data set. */
import { auditLabels, type LabelDoubt } from '@leukoscope/analysis';
import { type Box, type CellClass, coarsen, type Size } from '@leukoscope/core';
import { boxOf, cellClassOf, type Dataset, type ImageRecord } from '@leukoscope/datasets';
import { decodeRgb } from '@leukoscope/image';
import {
  analyseImage,
  cellInTheMiddle,
  type LeukocyteModel,
  type ModelFinding,
} from '@leukoscope/pipeline';

/** A doubt with what it is about. */
export interface FoundDoubt extends LabelDoubt {
  readonly image: ImageRecord;
  /** Place of the record in the image's annotations. */
  readonly record?: number;
  /** The record's own box; absent where whole images have types. */
  readonly box?: Box;
  /** The class of the record as the data set calls it. */
  readonly type?: string;
  /** What is proposed as the data set calls it. */
  readonly proposedType?: string;
}

/** How models are asked. */
export interface AuditImageOptions {
  readonly scoreThreshold: number;
  /** Kinds that the data set labels. */
  readonly labelled: readonly CellClass[];
  readonly signal: AbortSignal;
}

/** Audit one image: its cells, or its one type where it has no cells but a type. */
export async function auditImage(
  bytes: Uint8Array,
  image: ImageRecord,
  dataset: Dataset,
  models: readonly LeukocyteModel[],
  options: AuditImageOptions,
): Promise<FoundDoubt[]> {
  const { scoreThreshold, labelled, signal } = options;
  const isTyped =
    image.annotations.length > 0 &&
    image.annotations.every(({ box, mask }) => box === undefined && mask === undefined);
  const opinions = [];
  let size: Size | undefined;
  for (const model of models) {
    const seen = await (isTyped ? lookAtPicture : lookForCells)(bytes, model, {
      scoreThreshold,
      signal,
    });
    size = seen.size;
    opinions.push({ facts: model.facts, findings: seen.findings });
  }
  if (size === undefined) throw new Error('internal: no model was asked.');
  const whole = wholeOf(size);
  const records = image.annotations.flatMap((record, place) => {
    const box = isTyped ? whole : boxOf(record, image.size ?? size);
    return box === undefined ? [] : [{ record, place, box }];
  });
  const labels = records.map(({ record, box }) => ({
    box,
    cellClass: cellClassOf(dataset, record),
    isCrowd: record.isCrowd,
    hasMask: record.mask !== undefined || isTyped,
  }));
  return auditLabels(labels, opinions, { labelled }).map((doubt): FoundDoubt => {
    const proposed = doubt.proposed;
    const proposedType =
      proposed === undefined ? {} : { proposedType: nameIn(dataset, proposed.cellClass) };
    if (doubt.label === undefined) return { ...doubt, image, ...proposedType };
    const { record, place, box } = records[doubt.label]!;
    const type =
      record.classIndex === undefined ? undefined : dataset.classes[record.classIndex]!.name;
    return {
      ...doubt,
      image,
      record: place,
      ...(isTyped ? {} : { box }),
      ...(type === undefined ? {} : { type }),
      ...proposedType,
    };
  });
}

interface Look {
  readonly scoreThreshold: number;
  readonly signal: AbortSignal;
}

interface Seen {
  readonly size: Size;
  readonly findings: readonly ModelFinding[];
}

function lookForCells(bytes: Uint8Array, model: LeukocyteModel, look: Look): Promise<Seen> {
  return analyseImage(bytes, model, look);
}

/** The picture shows one cell: what is said of it is said of the whole picture. */
async function lookAtPicture(bytes: Uint8Array, model: LeukocyteModel, look: Look): Promise<Seen> {
  if (model.typePicture !== undefined) {
    const raster = await decodeRgb(bytes);
    return {
      size: raster,
      findings: [{ ...(await model.typePicture(raster)), box: wholeOf(raster), score: 1 }],
    };
  }
  const { size, findings } = await analyseImage(bytes, model, look);
  const middle = cellInTheMiddle(findings, size);
  return { size, findings: middle === undefined ? [] : [{ ...middle, box: wholeOf(size) }] };
}

function wholeOf({ width, height }: Size): Box {
  return { x1: 0, y1: 0, x2: width, y2: height };
}

/** The data set's own name of a kind, or of the coarser one that it has; else the kind's identifier. */
function nameIn({ classes }: Dataset, cellClass: CellClass): string {
  const known = classes.flatMap((own) => (own.cellClass === undefined ? [] : [own.cellClass]));
  const meant = coarsen(cellClass, known);
  return classes.find((own) => meant !== undefined && own.cellClass === meant)?.name ?? cellClass;
}
