/** @file Writes a data set in a format, with its images. */
import { messageOf } from '@leukoscope/core';
import {
  convertDataset,
  type Dataset,
  type ExportFormat,
  exportedImagePath,
  type Folder,
  type ImportIssue,
} from '@leukoscope/datasets';
import { encodePng } from '@leukoscope/image';
import type { CommandContext } from '../framework/command.ts';
import { isAbort } from '../framework/report-error.ts';
import type { OutputFolder } from '../framework/output.ts';

/** What was written, what the format cannot hold, and images that could not be copied. */
export interface WrittenDataset {
  readonly files: number;
  readonly losses: readonly string[];
  readonly failed: readonly ImportIssue[];
}

/** The format to write where none is asked for: COCO, or CSV where whole images have types, which COCO cannot hold. */
export function usualFormat({ images }: Dataset): ExportFormat {
  const hasTypes = images.some(({ annotations }) =>
    annotations.some(({ box, mask }) => box === undefined && mask === undefined),
  );
  return hasTypes ? 'csv' : 'coco';
}

/** Write annotations, and copies of the images unless `images` is 'none'. */
export async function writeDataset(
  from: Folder,
  dataset: Dataset,
  format: ExportFormat,
  output: OutputFolder,
  images: 'copy' | 'none',
  context: CommandContext,
): Promise<WrittenDataset> {
  const { losses } = await convertDataset(dataset, format, output, { encodePng });
  const failed: ImportIssue[] = [];
  if (images === 'copy') {
    const progress = context.progress('Copying images', dataset.images.length);
    try {
      for (const [i, { file }] of dataset.images.entries()) {
        const bytes = await readOr(from, file, failed);
        if (bytes !== undefined) await output.write(exportedImagePath(file, format), bytes);
        progress.update(i + 1);
      }
    } finally {
      progress.finish();
    }
  }
  return { files: output.files.length, losses, failed };
}

/** Read an image, or note that it could not be read. */
async function readOr(
  from: Folder,
  file: string,
  failed: ImportIssue[],
): Promise<Uint8Array | undefined> {
  try {
    return await from.read(file);
  } catch (error) {
    if (isAbort(error)) throw error;
    failed.push({ file, reason: messageOf(error) });
    return undefined;
  }
}
