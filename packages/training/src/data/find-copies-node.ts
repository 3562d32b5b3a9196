/** @file Finds pictures that show the same, within and between data sets, also turned and mirrored. */
import {
  findDuplicates,
  fingerprintImages,
  groupDuplicates,
  type PrintedImage,
} from '@leukoscope/datasets';
import { openFolder } from '@leukoscope/datasets/node';
import { decodeImage } from '@leukoscope/image';
import type { CopyGroups } from './assign-sides.ts';
import type { OpenedSet } from './opened-set.ts';

/** Groups by set and picture, and pictures that cannot be read. */
export interface FoundCopies {
  readonly groups: CopyGroups;
  /** By set: paths with the reason. */
  readonly unreadable: readonly ReadonlyMap<string, string>[];
}

/** Every picture is a group of its own. */
export function noCopies(sets: readonly OpenedSet[]): CopyGroups {
  let next = 0;
  return sets.map(({ dataset }) => dataset.images.map(() => next++));
}

/** Look at every picture. */
export async function findCopies(
  sets: readonly OpenedSet[],
  options: {
    readonly onProgress?: ((done: number, total: number) => void) | undefined;
    readonly signal?: AbortSignal | undefined;
  } = {},
): Promise<FoundCopies> {
  const { onProgress, signal } = options;
  const total = sets.reduce((sum, { dataset }) => sum + dataset.images.length, 0);
  const printed: PrintedImage[] = [];
  const unreadable: Map<string, string>[] = [];
  let before = 0;
  for (const { root, dataset } of sets) {
    const { images, failed } = await fingerprintImages(await openFolder(root), dataset, {
      decodeImage: (bytes) => {
        signal?.throwIfAborted();
        return decodeImage(bytes);
      },
      onProgress: (done) => {
        signal?.throwIfAborted();
        onProgress?.(before + done, total);
      },
    });
    printed.push(...images);
    unreadable.push(new Map(failed.map(({ file, reason }) => [file, reason])));
    before += dataset.images.length;
  }
  const leaderOf = new Map<string, string>();
  for (const group of groupDuplicates(findDuplicates(printed, { withTurns: true }))) {
    const names = group.map(nameOf).sort();
    for (const name of names) leaderOf.set(name, names[0]!);
  }
  const numbers = new Map<string, number>();
  const groups = sets.map(({ dataset }) =>
    dataset.images.map(({ file }) => {
      const name = nameOf({ dataset: dataset.name, file });
      const leader = leaderOf.get(name) ?? name;
      const number = numbers.get(leader) ?? numbers.size;
      numbers.set(leader, number);
      return number;
    }),
  );
  return { groups, unreadable };
}

const nameOf = ({ dataset, file }: { readonly dataset: string; readonly file: string }) =>
  `${dataset}/${file}`;
