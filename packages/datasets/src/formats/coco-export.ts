/**
 * @file Data set -> COCO JSON. Holds boxes, polygons, run lengths, crowd, scores, ids, class order; slide,
 * patient, split and factors as extra fields that other readers pass over.
 */
import {
  boxToXywh,
  polygonsToRle,
  rleArea,
  type Rle,
  rleBox,
  rleToString,
  type Size,
} from '@leukoscope/core';
import type {
  AnnotationRecord,
  Dataset,
  ExportResult,
  ImageRecord,
  StoredMask,
} from '../dataset.ts';
import type { FolderSink } from '../folder.ts';
import { withoutUndefined } from './coco-import.ts';
import { createLossCounter } from './losses.ts';

/** Write one COCO file. */
export async function exportCoco(
  dataset: Dataset,
  sink: FolderSink,
  options: { readonly file?: string } = {},
): Promise<ExportResult> {
  const { file = 'annotations.json' } = options;
  const losses = createLossCounter();
  const imageIds = numberImages(dataset, losses.count);
  const nextId = freeIds(dataset);
  const annotations: object[] = [];
  dataset.images.forEach((image, i) => {
    if (image.size === undefined) losses.count('images without a size (COCO asks for one)');
    for (const record of image.annotations) {
      if (record.nucleus !== undefined) losses.count('outlines of the nucleus');
      if (record.classIndex === undefined) losses.count('annotations without a class');
      else if (record.box === undefined && record.mask === undefined)
        losses.count('classes of whole images');
      else if (image.size !== undefined) {
        annotations.push(
          toCoco(
            record,
            record.classIndex,
            { id: record.id ?? nextId(), imageId: imageIds[i]!, size: image.size, dataset },
            losses.count,
          ),
        );
      }
    }
  });
  const lines = [
    '{"images": [',
    joinRecords(dataset.images.flatMap((image, i) => toCocoImage(image, imageIds[i]!))),
    '], "annotations": [',
    joinRecords(annotations),
    '], "categories": [',
    joinRecords(
      dataset.classes.map(({ id, name, group }) => ({
        id,
        name,
        ...(group === undefined ? {} : { supercategory: group }),
      })),
    ),
    ']}',
    '',
  ];
  await sink.write(file, lines.join('\n'));
  return { files: [file], losses: losses.list() };
}

interface Context {
  readonly id: number | string;
  readonly imageId: number | string;
  readonly size: Size;
  readonly dataset: Dataset;
}

function toCoco(
  record: AnnotationRecord,
  classIndex: number,
  context: Context,
  lose: (what: string) => void,
): object {
  const { box, mask, area, isCrowd, score, author, attributes } = record;
  const rle = box === undefined || area === undefined ? toRle(mask, context.size) : undefined;
  const bounds = box ?? (rle === undefined ? undefined : rleBox(rle));
  return {
    id: context.id,
    image_id: context.imageId,
    category_id: context.dataset.classes[classIndex]!.id,
    ...(bounds === undefined ? {} : { bbox: boxToXywh(bounds) }),
    // COCO's evaluation sorts cells by area, so one is always written.
    area:
      area ??
      (rle !== undefined
        ? rleArea(rle)
        : bounds === undefined
          ? 0
          : (bounds.x2 - bounds.x1) * (bounds.y2 - bounds.y1)),
    iscrowd: isCrowd === true ? 1 : 0,
    ...(mask === undefined ? {} : { segmentation: toSegmentation(mask, context.size, lose) }),
    ...withoutUndefined({ score, author, attributes }),
  };
}

function toSegmentation(mask: StoredMask, size: Size, lose: (what: string) => void) {
  if (mask.kind === 'rle') return rleText(mask.rle);
  // COCO's polygons have no holes: with holes the pixels are written.
  if (mask.polygons.some(({ holes = [] }) => holes.length > 0)) {
    lose('polygons with holes (written as pixels)');
    return rleText(polygonsToRle(mask.polygons, size));
  }
  return mask.polygons.map(({ outer }) => outer);
}

function toRle(mask: StoredMask | undefined, size: Size): Rle | undefined {
  if (mask === undefined) return undefined;
  return mask.kind === 'rle' ? mask.rle : polygonsToRle(mask.polygons, size);
}

function rleText(rle: Rle) {
  return { size: [rle.height, rle.width], counts: rleToString(rle) };
}

function toCocoImage(image: ImageRecord, id: number | string): object[] {
  const { file, size, slide, patient, split, factors } = image;
  if (size === undefined) return [];
  return [
    {
      id,
      file_name: file,
      width: size.width,
      height: size.height,
      ...withoutUndefined({ slide, patient, split, factors }),
    },
  ];
}

/** Keep ids that COCO tools accept; number the images where any id is a text. */
function numberImages(dataset: Dataset, lose: (what: string) => void): (number | string)[] {
  if (dataset.images.every(({ id }) => typeof id === 'number'))
    return dataset.images.map(({ id }) => id);
  return dataset.images.map(({ id, file }, i) => {
    if (id !== file) lose('image ids that are texts (numbered from 1 instead)');
    return i + 1;
  });
}

/** Give ids, from 1, that no annotation has. */
function freeIds(dataset: Dataset): () => number {
  const taken = new Set(
    dataset.images.flatMap(({ annotations }) => annotations.map(({ id }) => id)),
  );
  let next = 1;
  return () => {
    while (taken.has(next)) next++;
    return next++;
  };
}

function joinRecords(records: readonly object[]): string {
  return records.map((record) => JSON.stringify(record)).join(',\n');
}
