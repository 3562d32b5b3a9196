/**
 * @file Labelled pictures -> labelled cells with features, as a model finds them: what a reviewer saw is what is learnt
 * from. Boxes with a type are matched with what the model finds there; a picture with a type of its own gives the cell in
 * its middle.
 */
import {
  type Annotation,
  boxIou,
  type Box,
  type CellClass,
  type Finding,
  lineageOf,
  messageOf,
} from '@leukoscope/core';
import {
  cellClassOf,
  type Dataset,
  type ImageRecord,
  type ImportIssue,
  toAnnotations,
} from '@leukoscope/datasets';
import { allowedByLabel } from '@leukoscope/models';
import {
  analyseImage,
  cellInTheMiddle,
  isModelFault,
  type LeukocyteModel,
} from '@leukoscope/pipeline';
import { sha256Hex } from './sha256-hex.ts';

/** A cell that a person named and the model found. */
export interface LabelledCell {
  readonly file: string;
  readonly box: Box;
  readonly label: CellClass;
  /** Who named it, where the data say so. */
  readonly author: string | undefined;
  /** Cells of one group are never on both sides: a slide, a patient, a picture. */
  readonly group: string;
  /** What the model says. */
  readonly probabilities: readonly number[];
  /** What it decided from, one list a view. */
  readonly views: readonly Float32Array[];
}

/** Cells, and what became of the rest. */
export interface CollectedCells {
  readonly cells: readonly LabelledCell[];
  readonly pictures: number;
  /** Labelled cells that the model did not find. */
  readonly notFound: number;
  /** Labels that mean none of the model's types, or kinds that it does not look at closely. */
  readonly notTyped: number;
  /** Pictures that could not be read. */
  readonly failed: readonly ImportIssue[];
  /** Of the pictures' bytes, in the order in which they were read. */
  readonly sha256: string;
}

/** How to collect. */
export interface CollectOptions {
  /** Read a picture of the data set. */
  readonly read: (file: string) => Promise<Uint8Array>;
  readonly groupOf: (image: ImageRecord) => string;
  /** The type of a picture is that of its middle cell, whatever else is boxed in it. @default false */
  readonly centred?: boolean | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Low enough that a cell which a person saw is not lost to the threshold. */
const lowestScore = 0.05;

/** Find the labelled cells; the model must have been opened with features. */
export async function collectCells(
  model: LeukocyteModel,
  dataset: Dataset,
  { read, groupOf, centred = false, onProgress, signal }: CollectOptions,
): Promise<CollectedCells> {
  const { classes } = model.facts;
  const cells: LabelledCell[] = [];
  let [notFound, notTyped] = [0, 0];
  const digests: string[] = [];
  const failed: ImportIssue[] = [];
  /** One picture that cannot be read is told, and the rest goes on; a faulty model is faulty for all. */
  const look = async (file: string) => {
    try {
      const bytes = await read(file);
      const seen = await analyseImage(bytes, model, { scoreThreshold: lowestScore, signal });
      digests.push(await sha256Hex(bytes));
      return seen;
    } catch (error) {
      signal?.throwIfAborted();
      if (isModelFault(error)) throw error;
      failed.push({ file, reason: messageOf(error) });
      return undefined;
    }
  };
  for (const [i, image] of dataset.images.entries()) {
    signal?.throwIfAborted();
    const seen = await look(image.file);
    if (seen === undefined) continue;
    const { size, findings } = seen;
    const answers = findings.filter(({ features }) => features !== undefined);
    for (const named of namedCells(dataset, { ...image, size }, centred)) {
      if (!isTyped(named.label, classes)) {
        notTyped++;
        continue;
      }
      const found =
        named.box === undefined ? cellInTheMiddle(answers, size) : bestOn(named.box, answers);
      if (found?.features === undefined || found.probabilities === undefined) {
        notFound++;
        continue;
      }
      const { box, probabilities, features } = found;
      const { label, author } = named;
      const group = groupOf(image);
      cells.push({ file: image.file, box, label, author, group, probabilities, views: features });
    }
    onProgress?.(i + 1, dataset.images.length);
  }
  const sha256 = await sha256Hex(new TextEncoder().encode(digests.join('\n')));
  return { cells, pictures: digests.length, notFound, notTyped, failed, sha256 };
}

interface NamedCell {
  readonly label: CellClass;
  readonly box: Box | undefined;
  readonly author: string | undefined;
}

/** Boxes with a type; where there are none, or they are not to be read, the type of the whole picture. */
function namedCells(dataset: Dataset, image: ImageRecord, centred: boolean): NamedCell[] {
  const boxed = centred
    ? []
    : toAnnotations(dataset, image).flatMap(
        ({ box, cellClass, isCrowd, author }: Annotation): NamedCell[] =>
          box === undefined || cellClass === undefined || isCrowd === true
            ? []
            : [{ label: cellClass, box, author }],
      );
  const own = image.annotations.find(({ box, mask }) => box === undefined && mask === undefined);
  const label = own && cellClassOf(dataset, own);
  if (label === undefined) return boxed;
  if (boxed.length === 0) return [{ label, box: undefined, author: own?.author }];
  // A picture that names one type and holds one cell which can be of it names that cell.
  const possible = boxed.filter((cell) => lineageOf(label).includes(cell.label));
  return boxed.map((cell) =>
    possible.length === 1 && cell === possible[0] ? { ...cell, label } : cell,
  );
}

/** Red cells and platelets are located, not looked at; "a leukocyte" tells no type. */
function isTyped(label: CellClass, classes: readonly CellClass[]): boolean {
  if (label === 'erythrocyte' || label === 'platelet' || label === 'leukocyte') return false;
  return allowedByLabel(label, classes).includes(true);
}

function bestOn(box: Box, findings: readonly Finding[]): Finding | undefined {
  return findings
    .map((finding) => ({ finding, overlap: boxIou(finding.box, box) }))
    .filter(({ overlap }) => overlap >= 0.5)
    .sort((a, b) => b.overlap - a.overlap)[0]?.finding;
}
