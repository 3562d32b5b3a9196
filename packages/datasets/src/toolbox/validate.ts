/** @file Everything that looks wrong in a data set, as a list to work through; nothing is changed. */
import { type Box, boxIou, messageOf, rleArea, rleBox } from '@leukoscope/core';
import type { AnnotationRecord, Dataset, ImageRecord } from '../dataset.ts';
import type { Folder } from '../folder.ts';
import { imageSizeIn } from '../formats/locate-image.ts';
import { storedMaskToRle } from '../to-annotations.ts';

/** A thing to look at. */
export interface Problem {
  /** `error`: training or measuring would go wrong. `warning`: probably a mistake. */
  readonly severity: 'error' | 'warning';
  readonly code:
    | 'class-unknown'
    | 'class-unused'
    | 'image-missing'
    | 'image-size'
    | 'image-empty'
    | 'box-outside'
    | 'box-tiny'
    | 'box-repeated'
    | 'annotation-without-class'
    | 'mask-empty'
    | 'mask-box'
    | 'slide-in-splits';
  readonly file?: string;
  readonly message: string;
}

/** What to compare with. */
export interface ValidateOptions {
  /** Check that the images are there and have the size that the annotations say. @default no check */
  readonly folder?: Folder;
  /** Boxes with a shorter side below this are reported. @default 3 */
  readonly smallestSide?: number;
}

// Two marks of one class that overlap so much are one cell marked twice.
const repeatedIou = 0.9;
const outsideTolerance = 1;
// A drawn outline and a hand-set box of one cell differ by some pixels, not by half.
const leastMaskBoxIou = 0.5;

/** List the problems of a data set. */
export async function validateDataset(
  dataset: Dataset,
  options: ValidateOptions = {},
): Promise<Problem[]> {
  const { folder, smallestSide = 3 } = options;
  const problems = [...classProblems(dataset), ...slideProblems(dataset)];
  const files = folder === undefined ? undefined : new Set(await folder.list());
  for (const image of dataset.images) {
    const { file } = image;
    const add = (severity: Problem['severity'], code: Problem['code'], message: string) =>
      void problems.push({ severity, code, file, message });
    if (folder !== undefined && files !== undefined) await checkFile(image, folder, files, add);
    if (image.annotations.length === 0) add('warning', 'image-empty', 'image has no annotation.');
    for (const record of image.annotations) checkRecord(record, image, smallestSide, add);
    checkRepeats(image, add);
  }
  return problems;
}

type Add = (severity: Problem['severity'], code: Problem['code'], message: string) => void;

function classProblems({ classes, images }: Dataset): Problem[] {
  const used = new Set(
    images.flatMap(({ annotations }) => annotations.map(({ classIndex }) => classIndex)),
  );
  return classes.flatMap(({ name, cellClass }, i): Problem[] => [
    ...(cellClass === undefined
      ? [
          {
            severity: 'warning',
            code: 'class-unknown',
            message: `class ${name} is no known kind of cell.`,
          } as const,
        ]
      : []),
    ...(used.has(i)
      ? []
      : [
          {
            severity: 'warning',
            code: 'class-unused',
            message: `class ${name} has no annotation.`,
          } as const,
        ]),
  ]);
}

function slideProblems({ images }: Dataset): Problem[] {
  const problems: Problem[] = [];
  for (const key of ['slide', 'patient'] as const) {
    const splits = new Map<string, Set<string>>();
    for (const image of images) {
      const owner = image[key];
      if (owner === undefined || image.split === undefined) continue;
      splits.set(owner, (splits.get(owner) ?? new Set()).add(image.split));
    }
    for (const [owner, found] of splits) {
      if (found.size < 2) continue;
      const message = `${key} ${owner} is in the splits ${[...found].join(', ')}: results will look better than they are.`;
      problems.push({ severity: 'error', code: 'slide-in-splits', message });
    }
  }
  return problems;
}

async function checkFile(
  image: ImageRecord,
  folder: Folder,
  files: ReadonlySet<string>,
  add: Add,
): Promise<void> {
  if (!files.has(image.file)) {
    add('error', 'image-missing', 'image file is not in the folder.');
    return;
  }
  try {
    const { width, height } = await imageSizeIn(folder, image.file);
    if (image.size === undefined || (width === image.size.width && height === image.size.height))
      return;
    add(
      'error',
      'image-size',
      `annotations are for ${image.size.width} x ${image.size.height}, the image is ${width} x ${height}.`,
    );
  } catch (error) {
    add('error', 'image-missing', messageOf(error));
  }
}

function checkRecord(
  record: AnnotationRecord,
  { size }: ImageRecord,
  smallestSide: number,
  add: Add,
): void {
  const { box, mask, classIndex } = record;
  if (classIndex === undefined)
    add('warning', 'annotation-without-class', `cell at ${place(box)} has no class.`);
  if (box !== undefined) {
    if (Math.min(box.x2 - box.x1, box.y2 - box.y1) < smallestSide)
      add('warning', 'box-tiny', `box at ${place(box)} has a side below ${smallestSide} pixels.`);
    const outside =
      size === undefined
        ? 0
        : Math.max(-box.x1, -box.y1, box.x2 - size.width, box.y2 - size.height);
    if (outside > outsideTolerance)
      add(
        'error',
        'box-outside',
        `box at ${place(box)} reaches ${outside.toFixed(1)} pixels beyond the image.`,
      );
  }
  if (mask === undefined || size === undefined) return;
  const rle = storedMaskToRle(mask, size);
  const bounds = rleBox(rle);
  if (bounds === undefined || rleArea(rle) === 0)
    add('error', 'mask-empty', `mask at ${place(box)} has no pixel in the image.`);
  else if (box !== undefined && boxIou(bounds, box) < leastMaskBoxIou) {
    add('warning', 'mask-box', `mask and box at ${place(box)} overlap by less than half.`);
  }
}

function checkRepeats({ annotations }: ImageRecord, add: Add): void {
  const boxed = annotations.flatMap(({ box, classIndex, isCrowd, score }) =>
    box === undefined || isCrowd === true || score !== undefined ? [] : [{ box, classIndex }],
  );
  boxed.sort((a, b) => a.box.x1 - b.box.x1);
  boxed.forEach((a, i) => {
    // Sorted by x1: no later box can overlap once one begins past the end of this one.
    for (let j = i + 1; j < boxed.length && boxed[j]!.box.x1 < a.box.x2; j++) {
      const b = boxed[j]!;
      if (a.classIndex === b.classIndex && boxIou(a.box, b.box) > repeatedIou) {
        add('warning', 'box-repeated', `two boxes of one class lie at ${place(a.box)}.`);
      }
    }
  });
}

function place(box: Box | undefined): string {
  return box === undefined ? 'the whole image' : `(${Math.round(box.x1)}, ${Math.round(box.y1)})`;
}
