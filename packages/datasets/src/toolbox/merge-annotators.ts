/**
 * @file Several people's annotations of the same images -> one set, as in the interference paper: cells
 * whose types disagree are taken out and listed for review.
 *
 * Cells are matched greedily by IoU, the best pair first; a group holds at most one cell of each person.
 * A cell that too few people marked is listed too. Boxes of a group are averaged.
 */
import { type Box, boxIou, LeukoscopeError } from '@leukoscope/core';
import type { AnnotationRecord, Dataset, ImageRecord } from '../dataset.ts';

/** One person's work; every annotation's author is this name. */
export interface Annotator {
  readonly author: string;
  readonly dataset: Dataset;
}

/** How to agree. */
export interface MergeOptions {
  /** @default 0.5 */
  readonly iouThreshold?: number;
  /** How many must have marked a cell. @default more than half */
  readonly minimumAuthors?: number;
}

/** What one person said about a cell. */
export interface Opinion {
  readonly author: string;
  readonly className: string | undefined;
  readonly box: Box;
}

/** A cell that was taken out. */
export interface DisputedCell {
  readonly file: string;
  readonly reason: 'types disagree' | 'too few authors';
  readonly opinions: readonly Opinion[];
}

/** The common set and what was taken out. */
export interface MergedAnnotations {
  readonly dataset: Dataset;
  readonly disputed: readonly DisputedCell[];
  /** Images that not everybody was given: left out, since silence there is no opinion. */
  readonly incomplete: readonly string[];
  /** Annotations without a box, which cannot be matched. */
  readonly unmatched: number;
}

interface Mark {
  readonly person: number;
  readonly record: AnnotationRecord;
  readonly box: Box;
  readonly className: string | undefined;
}

/** Merge the annotations of two or more people (three or more decide by majority). */
export function mergeAnnotators(
  annotators: readonly Annotator[],
  options: MergeOptions = {},
): MergedAnnotations {
  const { iouThreshold = 0.5, minimumAuthors = Math.floor(annotators.length / 2) + 1 } = options;
  const first = annotators[0];
  if (first === undefined || annotators.length < 2) {
    throw new LeukoscopeError(
      'MERGE_AUTHORS',
      `annotators must be at least two. Received ${annotators.length}.`,
    );
  }
  if (!(minimumAuthors >= 1 && minimumAuthors <= annotators.length)) {
    throw new LeukoscopeError(
      'MERGE_AUTHORS',
      `minimumAuthors must be from 1 to ${annotators.length}. Received ${minimumAuthors}.`,
    );
  }
  const classes = first.dataset.classes;
  const byFile = annotators.map(
    ({ dataset }) => new Map(dataset.images.map((image) => [image.file, image] as const)),
  );
  const files = [
    ...new Set(annotators.flatMap(({ dataset }) => dataset.images.map(({ file }) => file))),
  ];
  const complete = files.filter((file) => byFile.every((images) => images.has(file)));
  const disputed: DisputedCell[] = [];
  let unmatched = 0;
  const images = complete.map((file): ImageRecord => {
    const marks: Mark[] = annotators.flatMap(({ dataset }, person) =>
      byFile[person]!.get(file)!.annotations.flatMap((record) => {
        if (record.box === undefined) unmatched++;
        return record.box === undefined
          ? []
          : [{ person, record, box: record.box, className: nameOf(dataset, record) }];
      }),
    );
    const agreed: AnnotationRecord[] = [];
    for (const group of groupMarks(marks, iouThreshold)) {
      const types = new Set(group.map(({ className }) => className));
      const reason =
        types.size > 1
          ? 'types disagree'
          : group.length < minimumAuthors
            ? 'too few authors'
            : undefined;
      if (reason === undefined)
        agreed.push(average(group, classIndexOf(classes, group[0]!.className), annotators));
      else
        disputed.push({
          file,
          reason,
          opinions: group.map(({ person, className, box }) => ({
            author: annotators[person]!.author,
            className,
            box,
          })),
        });
    }
    return { ...byFile[0]!.get(file)!, annotations: agreed };
  });
  return {
    dataset: { name: first.dataset.name, classes, images },
    disputed,
    incomplete: files.filter((file) => !complete.includes(file)),
    unmatched,
  };

  function classIndexOf(known: Dataset['classes'], name: string | undefined): number | undefined {
    if (name === undefined) return undefined;
    const index = known.findIndex((c) => (c.cellClass ?? c.name) === name);
    if (index >= 0) return index;
    throw new LeukoscopeError(
      'MERGE_CLASSES',
      `class ${name} must be known to ${first!.author}, whose list of classes is used. Add it there.`,
    );
  }
}

/** Types are compared by meaning where it is known: "SNE" and "Segmented neutrophil" agree. */
function nameOf(dataset: Dataset, { classIndex }: AnnotationRecord): string | undefined {
  if (classIndex === undefined) return undefined;
  const { cellClass, name } = dataset.classes[classIndex]!;
  return cellClass ?? name;
}

/** Join marks by falling IoU, so that the surest pairs are joined before doubtful ones can take them. */
function groupMarks(marks: readonly Mark[], iouThreshold: number): Mark[][] {
  const pairs: { i: number; j: number; iou: number }[] = [];
  for (let i = 0; i < marks.length; i++) {
    for (let j = i + 1; j < marks.length; j++) {
      if (marks[i]!.person === marks[j]!.person) continue;
      const iou = boxIou(marks[i]!.box, marks[j]!.box);
      if (iou >= iouThreshold) pairs.push({ i, j, iou });
    }
  }
  pairs.sort((a, b) => b.iou - a.iou);
  const groups = marks.map((mark) => [mark]);
  for (const { i, j } of pairs) {
    const [a, b] = [groups[i]!, groups[j]!];
    if (a === b || a.some(({ person }) => b.some((other) => other.person === person))) continue;
    const joined = [...a, ...b];
    for (const mark of joined) groups[marks.indexOf(mark)] = joined;
  }
  return [...new Set(groups)];
}

/** Average the boxes; the mask, where there is one, is that of the first person who drew it. */
function average(
  group: readonly Mark[],
  classIndex: number | undefined,
  annotators: readonly Annotator[],
): AnnotationRecord {
  const mean = (side: keyof Box) =>
    group.reduce((sum, { box }) => sum + box[side], 0) / group.length;
  const mask = group.find(({ record }) => record.mask !== undefined)?.record.mask;
  return {
    ...(classIndex === undefined ? {} : { classIndex }),
    box: { x1: mean('x1'), y1: mean('y1'), x2: mean('x2'), y2: mean('y2') },
    ...(mask === undefined ? {} : { mask }),
    author: group.map(({ person }) => annotators[person]!.author).join(', '),
  };
}
