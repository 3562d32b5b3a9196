/**
 * @file Finds the same picture under different names, within a data set, between its splits and between
 * data sets: hashes propose pairs, the grey cells confirm them.
 *
 * Pairs within distance 7 are always proposed: of four 16-bit parts one then differs in at most one bit,
 * so each part is looked up as it is and with each bit flipped. Time grows with the number of images
 * (68 look-ups each), not with its square.
 */
import { messageOf, type Raster } from '@leukoscope/core';
import type { Dataset, ImageRecord, ImportIssue } from '../dataset.ts';
import type { Folder } from '../folder.ts';
import {
  cellCorrelation,
  type Fingerprint,
  fingerprintRaster,
  fingerprintTurns,
  hashDistance,
} from './fingerprint.ts';

/** An image with its fingerprint. */
export interface PrintedImage {
  readonly dataset: string;
  readonly file: string;
  readonly split?: string;
  readonly print: Fingerprint;
}

/** Two images that show the same. */
export interface DuplicatePair {
  readonly a: PrintedImage;
  readonly b: PrintedImage;
  /** Bits in which the hashes differ. */
  readonly distance: number;
  /** Of the grey cells, up to 1. */
  readonly correlation: number;
}

/** How alike duplicates must be. */
export interface DuplicateOptions {
  /** Bits, at most 7 are searched exhaustively. @default 7 */
  readonly maximumDistance?: number;
  /** @default 0.985 */
  readonly minimumCorrelation?: number;
  /** Also find turned and mirrored copies. @default false */
  readonly withTurns?: boolean;
}

/** Compute the fingerprints of a data set's images; images that cannot be decoded are reported. */
export async function fingerprintImages(
  folder: Folder,
  dataset: Dataset,
  options: {
    readonly decodeImage: (bytes: Uint8Array) => Promise<Raster>;
    readonly onProgress?: (done: number, total: number) => void;
  },
): Promise<{ readonly images: readonly PrintedImage[]; readonly failed: readonly ImportIssue[] }> {
  const { decodeImage, onProgress } = options;
  const images: PrintedImage[] = [];
  const failed: ImportIssue[] = [];
  for (const [i, image] of dataset.images.entries()) {
    try {
      images.push(
        printed(
          dataset.name,
          image,
          fingerprintRaster(await decodeImage(await folder.read(image.file))),
        ),
      );
    } catch (error) {
      failed.push({ file: image.file, reason: messageOf(error) });
    }
    onProgress?.(i + 1, dataset.images.length);
  }
  return { images, failed };
}

/** Find all pairs that show the same, best first. */
export function findDuplicates(
  images: readonly PrintedImage[],
  options: DuplicateOptions = {},
): DuplicatePair[] {
  const { maximumDistance = 7, minimumCorrelation = 0.985, withTurns = false } = options;
  const index = indexParts(images);
  const pairs: DuplicatePair[] = [];
  const best = new Map<number, DuplicatePair>();
  images.forEach((a, i) => {
    best.clear();
    for (const print of withTurns ? fingerprintTurns(a.print) : [a.print]) {
      for (const j of candidatesOf(print, index)) {
        if (j <= i) continue;
        const b = images[j]!;
        const distance = hashDistance(print, b.print);
        if (distance > maximumDistance) continue;
        const correlation = cellCorrelation(print, b.print);
        if (correlation < minimumCorrelation || correlation <= (best.get(j)?.correlation ?? 0))
          continue;
        best.set(j, { a, b, distance, correlation });
      }
    }
    pairs.push(...best.values());
  });
  return pairs.sort((p, q) => q.correlation - p.correlation);
}

/** Keep the pairs that lie in different splits of one data set, or in different data sets. */
export function findLeaks(pairs: readonly DuplicatePair[]): DuplicatePair[] {
  return pairs.filter(({ a, b }) => a.dataset !== b.dataset || a.split !== b.split);
}

/** Join pairs into groups of images that all show the same. */
export function groupDuplicates(pairs: readonly DuplicatePair[]): PrintedImage[][] {
  const groups = new Map<PrintedImage, PrintedImage[]>();
  for (const { a, b } of pairs) {
    const [first, second] = [groups.get(a) ?? [a], groups.get(b) ?? [b]];
    if (first === second) continue;
    const joined = [...first, ...second];
    for (const image of joined) groups.set(image, joined);
  }
  return [...new Set(groups.values())];
}

type PartIndex = readonly Map<number, number[]>[];

function indexParts(images: readonly PrintedImage[]): PartIndex {
  const index = [0, 1, 2, 3].map(() => new Map<number, number[]>());
  images.forEach(({ print }, i) => {
    partsOf(print).forEach((part, k) => {
      const list = index[k]!.get(part);
      if (list === undefined) index[k]!.set(part, [i]);
      else list.push(i);
    });
  });
  return index;
}

function candidatesOf(print: Fingerprint, index: PartIndex): Set<number> {
  const found = new Set<number>();
  partsOf(print).forEach((part, k) => {
    for (let bit = -1; bit < 16; bit++) {
      for (const i of index[k]!.get(bit < 0 ? part : part ^ (1 << bit)) ?? []) found.add(i);
    }
  });
  return found;
}

function partsOf({ hash: [high, lowWord] }: Fingerprint): number[] {
  return [high >>> 16, high & 0xffff, lowWord >>> 16, lowWord & 0xffff];
}

function printed(dataset: string, { file, split }: ImageRecord, print: Fingerprint): PrintedImage {
  return { dataset, file, ...(split === undefined ? {} : { split }), print };
}
