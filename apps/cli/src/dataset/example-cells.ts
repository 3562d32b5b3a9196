/** @file A few examples of each class, one class a row, chosen evenly over the whole data set. */
import type { RgbRaster } from '@leukoscope/core';
import { type AnnotationRecord, boxOf, type Dataset, type ImageRecord } from '@leukoscope/datasets';
import { type ContactSheetItem, drawContactSheet } from '@leukoscope/image';
import type { CommandContext } from '../framework/command.ts';
import type { OpenedDataset } from './open-dataset.ts';
import { loadRaster } from './samples.ts';
import { cellItem, imageItem, legendOf } from './sheet-items.ts';

interface Place {
  readonly image: ImageRecord;
  readonly record: AnnotationRecord;
}

const sizePx = 132;

/** Draw the sheet; undefined when no picture could be read. */
export async function drawExamples(
  { folder }: Pick<OpenedDataset, 'folder'>,
  dataset: Dataset,
  perClass: number,
  maxMegapixels: number,
  context: CommandContext,
): Promise<RgbRaster | undefined> {
  const rows = dataset.classes
    .map((_, classIndex) => spread(placesOf(dataset, classIndex), perClass))
    .filter((places) => places.length > 0);
  const total = rows.reduce((sum, places) => sum + places.length, 0);
  const progress = context.progress('Drawing examples', total);
  const items: ContactSheetItem[] = [];
  let [done, drawn] = [0, 0];
  try {
    for (const places of rows) {
      for (let i = 0; i < perClass; i++) {
        const place = places[i];
        const item = place === undefined ? undefined : await drawPlace(place);
        if (item !== undefined) drawn++;
        items.push(item ?? blank);
        if (place !== undefined) progress.update(++done);
      }
    }
  } finally {
    progress.finish();
  }
  if (drawn === 0) return undefined;
  const used = new Set(dataset.classes.keys());
  const legend = legendOf(dataset, used);
  return drawContactSheet(items, { columns: perClass, cellSizePx: sizePx, legend });

  async function drawPlace({ image, record }: Place): Promise<ContactSheetItem | undefined> {
    context.signal.throwIfAborted();
    try {
      const raster = await loadRaster(folder, image, maxMegapixels);
      const box = boxOf(record, image.size);
      const name = dataset.classes[record.classIndex!]!.name;
      if (box !== undefined) {
        return cellItem(raster, dataset, image, { ...record, box }, { sizePx, caption: name });
      }
      const item = imageItem(raster, dataset, { ...image, annotations: [record] }, { sizePx });
      return { ...item, caption: name };
    } catch {
      // The page goes without this picture; `dataset validate` tells of images that cannot be read.
      return undefined;
    }
  }
}

const blank: ContactSheetItem = {
  raster: { width: 1, height: 1, channels: 3, bitDepth: 8, data: Uint8Array.of(255, 255, 255) },
};

function placesOf({ images }: Dataset, classIndex: number): Place[] {
  const places = images.flatMap((image) =>
    image.annotations
      .filter((record) => record.classIndex === classIndex && record.isCrowd !== true)
      .map((record) => ({ image, record })),
  );
  const cells = places.filter(
    ({ record }) => record.box !== undefined || record.mask !== undefined,
  );
  return cells.length > 0 ? cells : places;
}

/** Take `count` entries at even distances. */
export function spread<T>(list: readonly T[], count: number): T[] {
  if (list.length <= count) return [...list];
  return Array.from(
    { length: count },
    (_, i) => list[Math.floor(((i + 0.5) * list.length) / count)]!,
  );
}
