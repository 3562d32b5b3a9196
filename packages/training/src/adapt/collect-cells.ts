/**
 * @file Labelled pictures -> labelled cells with features, as a model finds them: what a reviewer saw is what is learnt
 * from. Boxes with a type are matched with what the model finds there; a picture with a type of its own gives the cell in
 * its middle.
 */
import { messageOf } from '@leukoscope/core';
import type { Dataset, ImageRecord, ImportIssue } from '@leukoscope/datasets';
import { isModelFault, type LeukocyteModel } from '@leukoscope/pipeline';
import { namedCells } from './named-cells.ts';
import { type LabelledCell, matchCell, seeCells } from './see-cells.ts';
import { sha256Hex } from './sha256-hex.ts';

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
      const seen = await seeCells(bytes, model, signal);
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
    for (const named of namedCells(dataset, { ...image, size: seen.size }, centred)) {
      const matched = matchCell(seen, named, classes);
      if (matched === 'not-typed') notTyped++;
      else if (matched === 'not-found') notFound++;
      else cells.push({ file: image.file, group: groupOf(image), ...matched });
    }
    onProgress?.(i + 1, dataset.images.length);
  }
  const sha256 = await sha256Hex(new TextEncoder().encode(digests.join('\n')));
  return { cells, pictures: digests.length, notFound, notTyped, failed, sha256 };
}
