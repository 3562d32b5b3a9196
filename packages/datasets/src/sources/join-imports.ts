/**
 * @file Several imports -> one data set. Classes of one name become one; ids that repeat between parts
 * are given up (images by their file, annotations without), since they name different things.
 */
import type {
  AnnotationRecord,
  DatasetClass,
  ImageRecord,
  ImportIssue,
  ImportResult,
} from '../dataset.ts';

/** One part with the split it is. */
export interface ImportPart {
  readonly result: ImportResult;
  /** Given to images that have none. @default none */
  readonly split?: string | undefined;
}

/** Join imports; an image file that is in several parts is reported and taken once. */
export function joinImports(name: string, parts: readonly ImportPart[]): ImportResult {
  const classes: DatasetClass[] = [];
  const images: ImageRecord[] = [];
  const failed: ImportIssue[] = parts.flatMap(({ result }) => result.failed);
  const files = new Set<string>();
  const imageIds = countIds(
    parts.flatMap(({ result }) => result.parsed.images.map(({ id }) => id)),
  );
  const annotationIds = countIds(
    parts.flatMap(({ result }) =>
      result.parsed.images.flatMap(({ annotations }) => annotations.map(({ id }) => id)),
    ),
  );
  for (const { result, split } of parts) {
    const positions = result.parsed.classes.map((foreign) => joinClass(classes, foreign));
    for (const image of result.parsed.images) {
      if (files.has(image.file)) {
        failed.push({
          file: image.file,
          reason: 'image must be in one part only. It was taken from the first.',
        });
        continue;
      }
      files.add(image.file);
      const id = imageIds.get(image.id) === 1 ? image.id : image.file;
      const annotations = image.annotations.map((record) =>
        moveRecord(record, positions, annotationIds),
      );
      images.push({ ...(split === undefined ? {} : { split }), ...image, id, annotations });
    }
  }
  return {
    parsed: { name, classes, images },
    failed,
    warnings: parts.flatMap(({ result }) => result.warnings),
  };
}

/** Return the position of a class of that name, adding it with a free id. */
export function joinClass(classes: DatasetClass[], foreign: DatasetClass): number {
  const at = classes.findIndex(({ name }) => name === foreign.name);
  if (at >= 0) return at;
  const ids = new Set(classes.map(({ id }) => id));
  let { id } = foreign;
  while (ids.has(id)) id++;
  return classes.push({ ...foreign, id }) - 1;
}

function moveRecord(
  record: AnnotationRecord,
  positions: readonly number[],
  ids: ReadonlyMap<unknown, number>,
): AnnotationRecord {
  const { id, classIndex, ...rest } = record;
  return {
    ...(id !== undefined && ids.get(id) === 1 ? { id } : {}),
    ...(classIndex === undefined ? {} : { classIndex: positions[classIndex]! }),
    ...rest,
  };
}

function countIds(ids: readonly unknown[]): Map<unknown, number> {
  const counts = new Map<unknown, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}
