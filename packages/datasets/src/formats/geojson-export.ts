/**
 * @file Data set -> GeoJSON for QuPath: one file an image. Masks become polygons along pixel edges; what
 * GeoJSON has no place for (image, class order, ids, boxes, scores) stands under the key `leukoscope`,
 * which other programs pass over.
 */
import { decodePlacedRle, maskToPolygons, type Polygon, type Ring } from '@leukoscope/core';
import type { AnnotationRecord, Dataset, ExportResult, StoredMask } from '../dataset.ts';
import type { FolderSink } from '../folder.ts';
import { withoutUndefined } from './coco-import.ts';
import { createLossCounter } from './losses.ts';
import { uniqueNames } from './unique-names.ts';
import { boundsOf } from './yolo-import.ts';

/** Write `NAME.geojson` for every image. */
export async function exportGeoJson(dataset: Dataset, sink: FolderSink): Promise<ExportResult> {
  const losses = createLossCounter();
  const names = uniqueNames(dataset.images.map(({ file }) => file));
  const classes = dataset.classes.map(({ id, name, group }) => ({
    id,
    name,
    ...withoutUndefined({ group }),
  }));
  const files: string[] = [];
  for (const [i, { annotations, ...image }] of dataset.images.entries()) {
    const features = annotations.flatMap((record) => toFeature(record, dataset, losses.count));
    const file = `${names[i]!}.geojson`;
    const lines = [
      '{"type": "FeatureCollection",',
      `"leukoscope": ${JSON.stringify({ image, classes })},`,
      '"features": [',
      features.map((feature) => JSON.stringify(feature)).join(',\n'),
      ']}',
      '',
    ];
    await sink.write(file, lines.join('\n'));
    files.push(file);
  }
  return { files, losses: losses.list() };
}

function toFeature(
  record: AnnotationRecord,
  dataset: Dataset,
  lose: (what: string) => void,
): object[] {
  const { classIndex, box, mask, id, area, isCrowd, score, author, attributes } = record;
  if (record.nucleus !== undefined) lose('outlines of the nucleus');
  const polygons = mask === undefined ? boxPolygon(record) : toPolygons(mask, lose);
  if (polygons === undefined || polygons.length === 0) {
    lose(mask === undefined ? 'classes of whole images' : 'empty masks');
    return [];
  }
  const bounds = boundsOf(polygons.flatMap(({ outer }) => outer));
  const isBoundsBox =
    box !== undefined &&
    box.x1 === bounds.x1 &&
    box.y1 === bounds.y1 &&
    box.x2 === bounds.x2 &&
    box.y2 === bounds.y2;
  const extra = {
    ...(mask === undefined ? { shape: 'box' } : {}),
    ...withoutUndefined({ id, area, isCrowd, score, author, attributes }),
    ...(box === undefined || isBoundsBox ? {} : { box }),
  };
  const name = classIndex === undefined ? undefined : dataset.classes[classIndex]!.name;
  return [
    {
      type: 'Feature',
      ...withoutUndefined({ id }),
      geometry: toGeometry(polygons),
      properties: {
        objectType: 'annotation',
        ...(name === undefined ? {} : { classification: { name } }),
        leukoscope: extra,
      },
    },
  ];
}

function boxPolygon({ box }: AnnotationRecord): Polygon[] | undefined {
  if (box === undefined) return undefined;
  const { x1, y1, x2, y2 } = box;
  return [{ outer: [x1, y1, x2, y1, x2, y2, x1, y2] }];
}

function toPolygons(mask: StoredMask, lose: (what: string) => void): readonly Polygon[] {
  if (mask.kind === 'polygons') return mask.polygons;
  lose('pixel masks (their exact outlines were written)');
  const placed = decodePlacedRle(mask.rle);
  return placed === undefined ? [] : maskToPolygons(placed);
}

function toGeometry(polygons: readonly Polygon[]) {
  const coordinates = polygons.map(({ outer, holes = [] }) => [outer, ...holes].map(closeRing));
  return coordinates.length === 1
    ? { type: 'Polygon', coordinates: coordinates[0] }
    : { type: 'MultiPolygon', coordinates };
}

function closeRing(ring: Ring): number[][] {
  const points: number[][] = [];
  for (let i = 0; i < ring.length; i += 2) points.push([ring[i]!, ring[i + 1]!]);
  return [...points, points[0]!];
}
