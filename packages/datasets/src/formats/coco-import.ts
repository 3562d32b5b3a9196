/**
 * @file COCO JSON -> data set: boxes, polygons, compressed and uncompressed run lengths, crowd regions,
 * scores. Format: https://cocodataset.org/#format-data
 *
 * `slide`, `patient`, `split` and `factors` of images, `score`, `author` and `attributes` of annotations
 * are read where they are there (they are no part of COCO, and other readers pass over them).
 */
import {
  createRle,
  LeukoscopeError,
  messageOf,
  polygonsToRle,
  rleBox,
  rleFromString,
  type Box,
  type Size,
  xywhToBox,
} from '@leukoscope/core';
import { z } from 'zod';
import type { AnnotationRecord, Dataset, ImportResult, StoredMask } from '../dataset.ts';
import type { Folder } from '../folder.ts';
import { createDatasetBuilder, type DatasetBuilder } from './dataset-builder.ts';
import type { ImportOptions } from './import-options.ts';
import { type JsonRecord, readJsonRecords } from './json-records.ts';
import { createImageLocator, resolveImage, splitOfPath } from './locate-image.ts';

const idSchema = z.union([z.int(), z.string().min(1)]);
const imageSchema = z.object({
  id: idSchema,
  file_name: z.string().min(1),
  width: z.int(),
  height: z.int(),
  slide: z.string().optional(),
  patient: z.string().optional(),
  split: z.string().optional(),
  factors: z.array(z.string()).optional(),
});
const categorySchema = z.object({
  id: z.int(),
  name: z.string(),
  supercategory: z.string().nullish(),
});
const rleSchema = z.object({
  size: z.tuple([z.int(), z.int()]), // height first
  counts: z.union([z.string(), z.array(z.number())]),
});
const annotationSchema = z.object({
  id: idSchema.optional(),
  image_id: idSchema,
  category_id: z.int(),
  bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]).optional(),
  segmentation: z.union([z.array(z.array(z.number())), rleSchema]).nullish(),
  area: z.number().nonnegative().optional(),
  iscrowd: z.union([z.literal(0), z.literal(1), z.boolean()]).optional(),
  score: z.number().optional(),
  author: z.string().optional(),
  attributes: z.record(z.string(), z.unknown()).optional(),
});
type CocoAnnotation = z.infer<typeof annotationSchema>;

/** Read one COCO file of a folder. */
export async function importCoco(
  folder: Folder,
  options: ImportOptions & { readonly file: string },
): Promise<ImportResult> {
  const { file, name = folder.name } = options;
  const builder = createDatasetBuilder(name, options);
  const locator = createImageLocator(await folder.list());
  const { lists, broken } = readJsonRecords(await folder.read(file));
  if (broken !== undefined) {
    builder.fail(
      { file, line: broken.line },
      `the file breaks off: ${broken.reason}. What follows was not read.`,
    );
  }
  const sizes = new Map<number | string, Size>();
  for (const record of lists.get('categories') ?? []) {
    const category = parseRecord(record, categorySchema, builder, file);
    if (category === undefined) continue;
    const { id, name: className, supercategory } = category;
    builder.addClass(
      { id, name: className, ...(supercategory == null ? {} : { group: supercategory }) },
      { file, line: record.line },
    );
  }
  for (const record of lists.get('images') ?? []) {
    const image = parseRecord(record, imageSchema, builder, file);
    if (image === undefined) continue;
    const place = { file, line: record.line };
    const path = resolveImage(image.file_name, locator, builder, place);
    if (path === undefined) continue;
    const { id, width, height, file_name: _, split = splitOfPath(path), ...rest } = image;
    const draft = {
      id,
      file: path,
      size: { width, height },
      ...withoutUndefined({ ...rest, split }),
    };
    if (builder.addImage(draft, place)) sizes.set(id, { width, height });
  }
  addAnnotations(lists.get('annotations') ?? [], sizes, builder, file);
  return builder.finish();
}

/** Read a COCO results file (a list of detections) about the images and classes of a data set. */
export async function importCocoResults(
  folder: Folder,
  options: { readonly file: string; readonly of: Dataset },
): Promise<ImportResult> {
  const { file, of } = options;
  const builder = createDatasetBuilder(of.name);
  const sizes = new Map<number | string, Size>();
  for (const { id, name, group } of of.classes) {
    builder.addClass({ id, name, ...(group === undefined ? {} : { group }) }, { file });
  }
  for (const { annotations: _, ...image } of of.images) {
    builder.addImage(image, { file });
    if (image.size !== undefined) sizes.set(image.id, image.size);
  }
  const { lists, broken } = readJsonRecords(await folder.read(file));
  if (broken !== undefined) {
    builder.fail(
      { file, line: broken.line },
      `the file breaks off: ${broken.reason}. What follows was not read.`,
    );
  }
  addAnnotations(lists.get('') ?? lists.get('annotations') ?? [], sizes, builder, file);
  return builder.finish();
}

function addAnnotations(
  records: readonly JsonRecord[],
  sizes: ReadonlyMap<number | string, Size>,
  builder: DatasetBuilder,
  file: string,
): void {
  for (const record of records) {
    const place = { file, line: record.line };
    const annotation = parseRecord(record, annotationSchema, builder, file);
    if (annotation === undefined) continue;
    const classIndex = builder.classWithId(annotation.category_id);
    const size = sizes.get(annotation.image_id);
    if (classIndex === undefined || size === undefined) {
      const missing =
        size === undefined
          ? `image_id ${annotation.image_id}`
          : `category_id ${annotation.category_id}`;
      builder.fail(place, `${record.place}: ${missing} must be in the file. Found none.`);
      continue;
    }
    try {
      builder.addAnnotation(annotation.image_id, toRecord(annotation, classIndex, size), place);
    } catch (error) {
      builder.fail(place, `${record.place}: ${messageOf(error)}`);
    }
  }
}

function toRecord(annotation: CocoAnnotation, classIndex: number, size: Size): AnnotationRecord {
  const { id, bbox, segmentation, area, iscrowd, score, author, attributes } = annotation;
  const mask = toMask(segmentation, size);
  const box = bbox === undefined ? boxOfMask(mask, size) : xywhToBox(bbox);
  return {
    classIndex,
    box,
    ...withoutUndefined({ id, mask, area, score, author }),
    ...(iscrowd === 1 || iscrowd === true ? { isCrowd: true } : {}),
    ...(attributes === undefined ? {} : { attributes: toTexts(attributes) }),
  };
}

function toMask(segmentation: CocoAnnotation['segmentation'], size: Size): StoredMask | undefined {
  if (segmentation == null) return undefined;
  if (Array.isArray(segmentation)) {
    if (segmentation.length === 0) return undefined;
    return { kind: 'polygons', polygons: segmentation.map((outer) => ({ outer })) };
  }
  const [height, width] = segmentation.size;
  if (width !== size.width || height !== size.height) {
    throw new LeukoscopeError(
      'MASK_SIZE',
      `segmentation size must be that of the image, ${size.height} x ${size.width} (height first). Received ${height} x ${width}.`,
    );
  }
  const { counts } = segmentation;
  const rle = typeof counts === 'string' ? rleFromString(counts, size) : createRle(size, counts);
  return { kind: 'rle', rle };
}

function boxOfMask(mask: StoredMask | undefined, size: Size): Box {
  const rle = mask?.kind === 'polygons' ? polygonsToRle(mask.polygons, size) : mask?.rle;
  const box = rle === undefined ? undefined : rleBox(rle);
  if (box !== undefined) return box;
  throw new LeukoscopeError(
    'BOX_MISSING',
    'annotation must have a bbox or a segmentation with pixels. Received neither.',
  );
}

/** Parse a record with a schema; undefined after reporting what is wrong with it. */
export function parseRecord<T>(
  record: JsonRecord,
  schema: z.ZodType<T>,
  builder: DatasetBuilder,
  file: string,
): T | undefined {
  const place = { file, line: record.line };
  const json = record.parse();
  if ('reason' in json) {
    builder.fail(place, json.reason);
    return undefined;
  }
  const parsed = schema.safeParse(json.value);
  if (parsed.success) return parsed.data;
  const first = parsed.error.issues[0];
  builder.fail(
    place,
    `${record.place}: ${first?.path.join('.') ?? ''} ${first?.message ?? 'is not as the format has it'}`,
  );
  return undefined;
}

/** Turn attribute values into texts; lists and objects as JSON. */
export function toTexts(attributes: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}

/** Leave out the fields that are undefined. */
export function withoutUndefined<T extends object>(
  fields: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return parseDefined(fields);
}

function parseDefined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
