/** @file Runs `dataset browse`. */
import { messageOf } from '@leukoscope/core';
import {
  type AnnotationRecord,
  boxOf,
  type Dataset,
  type ImageRecord,
  type ImportIssue,
} from '@leukoscope/datasets';
import { type ContactSheetItem, drawContactSheet, encodePng } from '@leukoscope/image';
import type { CommandContext, CommandResult, OptionValues } from '../framework/command.ts';
import { type OutputFolder, withOutputFolder } from '../framework/output.ts';
import { isAbort } from '../framework/report-error.ts';
import { countText, plural } from '../framework/text-table.ts';
import type { writeOptions } from '../framework/write-options.ts';
import { spread } from './example-cells.ts';
import { selectRecords } from './map-classes.ts';
import { failuresOf, openDataset, tellIssues } from './open-dataset.ts';
import { loadRaster } from './samples.ts';
import { baseOf, cellItem, type ItemOptions, imageItem, legendOf } from './sheet-items.ts';
import type { pixelOptions, selectOptions, sourceOptions } from './source-options.ts';

type Options = OptionValues<
  typeof sourceOptions & typeof selectOptions & typeof pixelOptions & typeof writeOptions
> & {
  readonly out: string;
  readonly cells: boolean;
  readonly limit: number;
  readonly perSheet: number | undefined;
  readonly columns: number | undefined;
  readonly size: number | undefined;
  readonly boxes: NonNullable<ItemOptions['boxes']>;
  readonly labels: NonNullable<ItemOptions['labels']>;
};

interface Picture {
  readonly image: ImageRecord;
  /** Undefined: the whole image. */
  readonly record?: AnnotationRecord;
}

/** Draw the sheets. */
export async function runBrowse(
  { operands, options }: { readonly operands: readonly string[]; readonly options: Options },
  context: CommandContext,
): Promise<CommandResult> {
  const { out, force, cells, limit } = options;
  const perSheet = options.perSheet ?? (cells ? 96 : 24);
  const columns = options.columns ?? (cells ? 12 : 4);
  const sizePx = options.size ?? (cells ? 112 : 360);
  return withOutputFolder(out, { force, interrupt: context.io.interrupt }, async (output) => {
    const opened = await openDataset(operands[0]!, options, context);
    const dataset = selectRecords(opened.dataset, options);
    const byClass: readonly (readonly Picture[])[] = cells
      ? cellPictures(dataset)
      : [dataset.images.map((image) => ({ image }))];
    const pictures = fairShare(byClass, limit);
    const total = byClass.reduce((sum, list) => sum + list.length, 0);
    if (pictures.length < total) {
      context.note(
        `${countText(pictures.length)} of ${countText(total)} pictures are drawn, chosen evenly; --limit 0 draws all.`,
      );
    }
    const failed: ImportIssue[] = [];
    const progress = context.progress('Drawing pictures', pictures.length);
    const sheet = createSheets(dataset, { perSheet, columns, sizePx }, output);
    try {
      let last: { image: ImageRecord; raster: Awaited<ReturnType<typeof loadRaster>> } | undefined;
      for (const [i, { image, record }] of pictures.entries()) {
        context.signal.throwIfAborted();
        try {
          // Neighbouring cells are often of one image.
          const raster =
            last?.image === image
              ? last.raster
              : await loadRaster(opened.folder, image, options.maxMegapixels);
          last = { image, raster };
          const style = { sizePx, boxes: options.boxes, labels: options.labels };
          const box = record === undefined ? undefined : boxOf(record, image.size);
          const item =
            record === undefined || box === undefined
              ? imageItem(raster, dataset, image, style)
              : cellItem(
                  raster,
                  dataset,
                  image,
                  { ...record, box },
                  {
                    ...style,
                    caption: baseOf(image.file),
                  },
                );
          await sheet.add(item, record === undefined ? image.annotations : [record]);
        } catch (error) {
          if (isAbort(error)) throw error;
          failed.push({ file: image.file, reason: messageOf(error) });
        }
        progress.update(i + 1);
      }
    } finally {
      progress.finish();
    }
    await sheet.finish();
    tellIssues('Images that could not be drawn', failed, context);
    return {
      failures: failuresOf(options, opened.failed, failed),
      json: { out, sheets: output.files, pictures: pictures.length - failed.length, failed },
      text: () =>
        output.files.length === 0
          ? 'No picture could be drawn.'
          : `${plural(pictures.length - failed.length, 'picture')} on ${plural(output.files.length, 'sheet')} written to ${out}`,
    };
  });
}

/** Collects pictures and writes a sheet whenever one is full, so that only one is in memory. */
function createSheets(
  dataset: Dataset,
  look: { readonly perSheet: number; readonly columns: number; readonly sizePx: number },
  output: OutputFolder,
) {
  let items: ContactSheetItem[] = [];
  let used = new Set<number>();
  let count = 0;
  const write = async () => {
    if (items.length === 0) return;
    count++;
    const sheet = drawContactSheet(items, {
      columns: Math.min(look.columns, items.length),
      cellSizePx: look.sizePx,
      cellHeightPx: Math.max(...items.map(({ raster }) => Math.min(look.sizePx, raster.height))),
      title: `${dataset.name}, sheet ${count}`,
      legend: legendOf(dataset, used),
    });
    await output.write(`sheet-${String(count).padStart(3, '0')}.png`, await encodePng(sheet));
    items = [];
    used = new Set();
  };
  return {
    async add(item: ContactSheetItem, records: readonly AnnotationRecord[]) {
      items.push(item);
      for (const { classIndex } of records) if (classIndex !== undefined) used.add(classIndex);
      if (items.length === look.perSheet) await write();
    },
    finish: write,
  };
}

/** All cells, by class in the order of the data set, cells without a class last. */
function cellPictures({ images, classes }: Dataset): Picture[][] {
  const byClass = Array.from({ length: classes.length + 1 }, (): Picture[] => []);
  const isCell = ({ box, mask }: AnnotationRecord) => box !== undefined || mask !== undefined;
  // Sets of single cells have types of whole images only: there the image is the cell.
  const hasCells = images.some(({ annotations }) => annotations.some(isCell));
  for (const image of images) {
    for (const record of image.annotations) {
      if (hasCells && !isCell(record)) continue;
      byClass[record.classIndex ?? classes.length]!.push({ image, record });
    }
  }
  return byClass.filter((pictures) => pictures.length > 0);
}

/** Take as many of each class as there is room for; what rare classes leave goes to the others. */
function fairShare(byClass: readonly (readonly Picture[])[], limit: number): Picture[] {
  if (limit === 0) return byClass.flat();
  const quota = new Map<readonly Picture[], number>();
  let room = limit;
  const rising = byClass.toSorted((a, b) => a.length - b.length);
  rising.forEach((pictures, i) => {
    const share = Math.min(pictures.length, Math.floor(room / (rising.length - i)));
    quota.set(pictures, share);
    room -= share;
  });
  return byClass.flatMap((pictures) => spread(pictures, quota.get(pictures)!));
}
