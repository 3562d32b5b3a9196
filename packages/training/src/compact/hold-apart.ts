/**
 * @file Which images of the public sets train the compact model and which measure it.
 *
 * Slides of BCISC, blocks of neighbouring marrow patches, and pictures that several sets share stay on
 * one side: a picture that shows the same as a validation picture of another set is dropped.
 */
import { findDuplicates, type ImageRecord, type PrintedImage } from '@leukoscope/datasets';

/** Where an image belongs. */
export type Side = 'train' | 'val' | 'dropped';

/** Side of every image, by `DATASET/FILE`. */
export type HeldApart = Readonly<Record<string, Side>>;

/** Name an image across sets. */
export function imageKey(dataset: string, file: string): string {
  return `${dataset}/${file}`;
}

/** Side of an image before shared pictures are looked for. */
export function plannedSide(dataset: string, image: ImageRecord): Side {
  switch (dataset) {
    case 'bcisc':
      // Two of the eight slides of each type.
      return /-[47]$/.test(image.slide ?? '') ? 'val' : 'train';
    case 'marrow': {
      // Neighbours by number can be the same cell shifted: the last quarter of each stage is one block,
      // and three patches before it are left out.
      const number = Number(/(\d+)\.\w+$/.exec(image.file)?.[1]);
      const count = image.file.startsWith('4/') ? 168 : image.file.startsWith('0/') ? 14 : 40;
      const first = Math.floor(count * 0.75);
      return number > first ? 'val' : number > first - 3 ? 'dropped' : 'train';
    }
    case 'bccd':
      return Number(/(\d+)\.\w+$/.exec(image.file)?.[1]) % 5 === 0 ? 'val' : 'train';
    default:
      return image.split === 'val' ? 'val' : 'train';
  }
}

/**
 * Drop training images that show the same as an image that measures, and measuring images of `bccd`
 * that are training images elsewhere: the published validation splits stay whole.
 */
export function holdApart(
  planned: Readonly<Record<string, Side>>,
  printed: readonly PrintedImage[],
): HeldApart {
  const sides: Record<string, Side> = { ...planned };
  for (const { a, b } of findDuplicates(printed, { withTurns: true })) {
    const keyA = imageKey(a.dataset, a.file);
    const keyB = imageKey(b.dataset, b.file);
    if (planned[keyA] === planned[keyB]) continue;
    sides[planned[keyA] === 'val' ? keyB : keyA] = 'dropped';
  }
  return sides;
}
