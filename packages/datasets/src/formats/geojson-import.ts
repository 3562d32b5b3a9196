/**
 * @file GeoJSON as QuPath writes it -> data set: one file an image, of the same name (`x.geojson` for
 * `x.tif`). Polygons and multi-polygons with holes; points and lines have no extent and are reported.
 *
 * What `exportGeoJson` adds under the key `leukoscope` (image, classes, boxes, ids) is read back.
 */
import type { Box, Polygon, Size } from '@leukoscope/core';
import { z } from 'zod';
import type { AnnotationRecord, ImportResult } from '../dataset.ts';
import type { Folder } from '../folder.ts';
import { parseRecord, toTexts, withoutUndefined } from './coco-import.ts';
import { createDatasetBuilder, type DatasetBuilder } from './dataset-builder.ts';
import type { ImportOptions } from './import-options.ts';
import { type JsonRecord, type JsonRecords, readJsonRecords } from './json-records.ts';
import {
  createImageLocator,
  imageSizeIn,
  resolveImage,
  splitOfPath,
  stemOf,
} from './locate-image.ts';
import { boundsOf } from './yolo-import.ts';

const idSchema = z.union([z.int(), z.string().min(1)]);
const ringSchema = z.array(z.array(z.number()).min(2));
const geometrySchema = z.union([
  z.object({ type: z.literal('Polygon'), coordinates: z.array(ringSchema).min(1) }),
  z.object({
    type: z.literal('MultiPolygon'),
    coordinates: z.array(z.array(ringSchema).min(1)).min(1),
  }),
]);
const extraSchema = z.object({
  shape: z.enum(['box', 'none']).optional(),
  id: idSchema.optional(),
  box: z.object({ x1: z.number(), y1: z.number(), x2: z.number(), y2: z.number() }).optional(),
  area: z.number().optional(),
  isCrowd: z.boolean().optional(),
  score: z.number().optional(),
  author: z.string().optional(),
  attributes: z.record(z.string(), z.string()).optional(),
});
const featureSchema = z.object({
  type: z.literal('Feature'),
  id: idSchema.optional(),
  geometry: geometrySchema,
  properties: z
    .object({
      classification: z
        .object({ name: z.string().optional(), names: z.array(z.string()).optional() })
        .nullish(),
      name: z.string().nullish(),
      leukoscope: extraSchema.optional(),
      metadata: z.record(z.string(), z.unknown()).optional(),
    })
    .nullish(),
});
const headSchema = z.object({
  image: z.object({
    id: idSchema.optional(),
    file: z.string().min(1),
    size: z.object({ width: z.int(), height: z.int() }).optional(),
    slide: z.string().optional(),
    patient: z.string().optional(),
    split: z.string().optional(),
    factors: z.array(z.string()).optional(),
  }),
  classes: z.array(z.object({ id: z.int(), name: z.string(), group: z.string().optional() })),
});

/** Read every GeoJSON file of a folder. */
export async function importGeoJson(
  folder: Folder,
  options: ImportOptions = {},
): Promise<ImportResult> {
  const { name = folder.name } = options;
  const files = await folder.list();
  const builder = createDatasetBuilder(name, options);
  const locator = createImageLocator(files);
  for (const file of files.filter((path) => /\.geojson$/i.test(path))) {
    await builder.attempt({ file }, async () => {
      const json = readJsonRecords(await folder.read(file));
      if (json.broken !== undefined) {
        builder.fail(
          { file, line: json.broken.line },
          `the file breaks off: ${json.broken.reason}. What follows was not read.`,
        );
      }
      const head = readHead(json, builder, file);
      const path = resolveImage(head?.image.file ?? stemOf(file), locator, builder, { file });
      if (path === undefined) return;
      const size: Size | undefined =
        head?.image.size ??
        (locator.images.includes(path)
          ? await builder.attempt({ file }, () => imageSizeIn(folder, path))
          : undefined);
      const split = splitOfPath(path);
      const id = head?.image.id ?? path;
      const { id: _, file: __, size: ___, ...facts } = head?.image ?? { file: path };
      const draft = {
        ...withoutUndefined({ split, ...facts }),
        id,
        file: path,
        ...(size === undefined ? {} : { size }),
      };
      const place = { file };
      if (!builder.addImage(draft, place)) return;
      for (const record of featuresOf(json)) addFeature(record, id, builder, file);
    });
  }
  return builder.finish();
}

function readHead(json: JsonRecords, builder: DatasetBuilder, file: string) {
  const record = json.values.get('leukoscope');
  const head = record === undefined ? undefined : parseRecord(record, headSchema, builder, file);
  for (const { id, name, group } of head?.classes ?? []) {
    const index = builder.classWithId(id);
    if (index === undefined)
      builder.addClass({ id, name, ...withoutUndefined({ group }) }, { file });
  }
  return head;
}

/** QuPath writes a collection, a bare list, or one feature. */
function featuresOf({ lists, values }: JsonRecords): readonly JsonRecord[] {
  const list = lists.get('features') ?? lists.get('');
  if (list !== undefined) return list;
  const geometry = values.get('geometry');
  if (geometry === undefined) return [];
  // One feature as the whole file: put it together again from its parts.
  const parse = (): ReturnType<JsonRecord['parse']> => {
    const fields: [string, unknown][] = [];
    for (const [key, record] of values) {
      const part = record.parse();
      if ('reason' in part) return part;
      fields.push([key, part.value]);
    }
    return { value: Object.fromEntries(fields) };
  };
  return [{ line: geometry.line, place: 'feature', parse }];
}

function addFeature(
  record: JsonRecord,
  imageId: number | string,
  builder: DatasetBuilder,
  file: string,
): void {
  const place = { file, line: record.line };
  const feature = parseRecord(record, featureSchema, builder, file);
  if (feature === undefined) return;
  const { classification, leukoscope: extra = {}, name, metadata } = feature.properties ?? {};
  const className = classification?.name ?? classification?.names?.join(': ');
  const classIndex = className === undefined ? undefined : builder.classNamed(className, place);
  if (className !== undefined && classIndex === undefined) return; // reported by classNamed
  const { geometry } = feature;
  const polygons = (
    geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
  ).map(toPolygon);
  const outer = polygons.flatMap((polygon) => polygon.outer);
  const bounds: Box = boundsOf(outer);
  const { shape, box, id = feature.id, attributes = {}, ...rest } = extra;
  const texts = {
    ...toTexts(metadata ?? {}),
    ...(name == null ? {} : { name }),
    ...attributes,
  };
  const annotation: AnnotationRecord = {
    ...withoutUndefined({ ...rest, id, classIndex }),
    ...(shape === 'none' ? {} : { box: box ?? bounds }),
    ...(shape === undefined ? { mask: { kind: 'polygons', polygons } } : {}),
    ...(Object.keys(texts).length === 0 ? {} : { attributes: texts }),
  };
  builder.addAnnotation(imageId, annotation, place);
}

function toPolygon(rings: readonly (readonly (readonly number[])[])[]): Polygon {
  const [outer = [], ...holes] = rings.map(openRing);
  return holes.length === 0 ? { outer } : { outer, holes };
}

/** GeoJSON repeats the first point at the end; we do not. */
function openRing(points: readonly (readonly number[])[]): number[] {
  const ring = points.flatMap(([x = 0, y = 0]) => [x, y]);
  const last = ring.length - 2;
  return ring.length > 2 && ring[0] === ring[last] && ring[1] === ring[last + 1]
    ? ring.slice(0, last)
    : ring;
}
