/** @file Runs `dataset resize`. */
import { messageOf, type RgbRaster } from '@leukoscope/core';
import {
  convertDataset,
  type Dataset,
  type ExportFormat,
  exportedImagePath,
  type ImageRecord,
  type ImportIssue,
  planResize,
  type TargetSize,
} from '@leukoscope/datasets';
import { encodeJpeg, encodePng, encodeWebp, resizeRaster, toRgbRaster } from '@leukoscope/image';
import type { CommandContext, CommandResult, OptionValues } from '../framework/command.ts';
import { below, type OutputFolder, withOutputFolder } from '../framework/output.ts';
import { isAbort } from '../framework/report-error.ts';
import { plural } from '../framework/text-table.ts';
import { UsageError } from '../framework/usage-error.ts';
import type { writeOptions } from '../framework/write-options.ts';
import { selectRecords } from './map-classes.ts';
import { failuresOf, type OpenedDataset, openDataset, tellIssues } from './open-dataset.ts';
import { writtenLines } from './run-import.ts';
import { loadRaster } from './samples.ts';
import type { pixelOptions, selectOptions, sourceOptions } from './source-options.ts';
import { usualFormat, writeDataset } from './write-dataset.ts';

type Options = OptionValues<
  typeof sourceOptions & typeof selectOptions & typeof pixelOptions & typeof writeOptions
> & {
  readonly out: string;
  readonly longerSide: number | undefined;
  readonly size: string | undefined;
  readonly form: 'mini' | 'both' | undefined;
  readonly quality: number;
  readonly to: ExportFormat | undefined;
};

// Li et al. 2023: the "mini" form of their data set.
const miniSize = { width: 600, height: 600 };

/** Resize and write. */
export async function runResize(
  { operands, options }: { readonly operands: readonly string[]; readonly options: Options },
  context: CommandContext,
): Promise<CommandResult> {
  const target = parseTarget(options);
  const { out, force, form } = options;
  return withOutputFolder(out, { force, interrupt: context.io.interrupt }, async (output) => {
    const opened = await openDataset(operands[0]!, options, context);
    const dataset = selectRecords(opened.dataset, options);
    const to = options.to ?? usualFormat(dataset);
    const failed: ImportIssue[] = [];
    if (form === 'both') {
      const copied = await writeDataset(
        opened.folder,
        dataset,
        to,
        below(output, 'original/'),
        'copy',
        context,
      );
      failed.push(...copied.failed);
    }
    const sink = below(output, form === 'both' ? 'mini/' : '');
    const { losses, images } = await writeResized(
      { ...opened, dataset },
      target,
      { ...options, to },
      sink,
      failed,
      context,
    );
    tellIssues('Images that could not be resized', failed, context);
    return {
      failures: failuresOf(options, opened.failed, failed),
      json: { out, images, losses, failed: [...opened.failed, ...failed] },
      text: (style) =>
        [
          `${style.bold(dataset.name)}: ${plural(images, 'image')} resized to ${targetText(target)}`,
          ...writtenLines(out, { files: output.files.length, losses, failed }),
        ].join('\n'),
    };
  });
}

async function writeResized(
  { folder, dataset }: OpenedDataset,
  target: TargetSize,
  { to, quality, maxMegapixels }: Options & { readonly to: ExportFormat },
  sink: OutputFolder,
  failed: ImportIssue[],
  context: CommandContext,
): Promise<{ readonly images: number; readonly losses: readonly string[] }> {
  const sized = await withSizes(dataset, folder, maxMegapixels, failed, context);
  const plan = planResize(sized, target);
  const written: ImageRecord[] = [];
  const progress = context.progress('Resizing', plan.images.length);
  try {
    for (const [i, { file, to: size }] of plan.images.entries()) {
      context.signal.throwIfAborted();
      try {
        const raster = await loadRaster(folder, sized.images[i]!, maxMegapixels);
        const small = toRgbRaster(resizeRaster(raster, size));
        const encoded = await encodeAs(file, small, quality);
        await sink.write(exportedImagePath(encoded.file, to), encoded.bytes);
        const image = plan.dataset.images[i]!;
        // An id that is the file's path stays so.
        const id = image.id === file ? encoded.file : image.id;
        written.push({ ...image, id, file: encoded.file });
      } catch (error) {
        if (isAbort(error) || isSystemError(error)) throw error;
        failed.push({ file, reason: messageOf(error) });
      }
      progress.update(i + 1);
    }
  } finally {
    progress.finish();
  }
  const result: Dataset = { ...plan.dataset, images: written };
  const { losses } = await convertDataset(result, to, sink, { encodePng });
  return { images: written.length, losses };
}

/** Formats without sizes get them from the images; those that cannot be read are left out and listed. */
async function withSizes(
  dataset: Dataset,
  folder: OpenedDataset['folder'],
  maxMegapixels: number,
  failed: ImportIssue[],
  context: CommandContext,
): Promise<Dataset> {
  const images: ImageRecord[] = [];
  for (const image of dataset.images) {
    if (image.size !== undefined) images.push(image);
    else {
      context.signal.throwIfAborted();
      try {
        const { width, height } = await loadRaster(folder, image, maxMegapixels);
        images.push({ ...image, size: { width, height } });
      } catch (error) {
        failed.push({ file: image.file, reason: messageOf(error) });
      }
    }
  }
  return { ...dataset, images };
}

/** Encode as the file's own kind, or as PNG where that cannot be written. */
export async function encodeAs(
  file: string,
  raster: RgbRaster,
  quality: number,
): Promise<{ readonly file: string; readonly bytes: Uint8Array }> {
  if (/\.jpe?g$/i.test(file)) return { file, bytes: await encodeJpeg(raster, { quality }) };
  if (/\.webp$/i.test(file)) return { file, bytes: await encodeWebp(raster, { quality }) };
  return { file: file.replace(/\.[^./]+$/, '.png'), bytes: await encodePng(raster) };
}

/** Tell a full disk or a missing permission, which end the work, from a picture that is broken. */
export function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

function parseTarget({ longerSide, size, form }: Options): TargetSize {
  const given = [longerSide, size, form].filter((option) => option !== undefined).length;
  if (given !== 1) {
    throw new UsageError(
      `One of --longer-side, --size and --form must be given. Received ${given === 0 ? 'none' : given}.`,
    );
  }
  if (longerSide !== undefined) return { longerSide };
  return size === undefined ? miniSize : parseSize(size, '--size');
}

/** Read `640x480`. */
export function parseSize(text: string, flag: string): { width: number; height: number } {
  const match = /^([1-9]\d{0,4})[x×]([1-9]\d{0,4})$/i.exec(text.trim());
  if (match === null) {
    throw new UsageError(
      `${flag} must be WIDTHxHEIGHT in pixels, such as 640x480. Received ${JSON.stringify(text)}.`,
    );
  }
  return { width: Number(match[1]), height: Number(match[2]) };
}

function targetText(target: TargetSize): string {
  return 'longerSide' in target
    ? `${target.longerSide} pixels along the longer side`
    : `${target.width} x ${target.height}`;
}
