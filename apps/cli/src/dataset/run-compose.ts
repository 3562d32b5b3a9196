/** @file Runs `dataset compose`. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { createRandom, LeukoscopeError, messageOf, type RgbRaster } from '@leukoscope/core';
import {
  type CellCutOut,
  composeScene,
  convertDataset,
  cutOutCells,
  type Dataset,
  eraseCells,
  type ExportFormat,
  exportedImagePath,
  type ImageRecord,
  type ImportIssue,
} from '@leukoscope/datasets';
import { encodePng } from '@leukoscope/image';
import type { CommandContext, CommandResult, OptionValues } from '../framework/command.ts';
import { withOutputFolder } from '../framework/output.ts';
import { isAbort } from '../framework/report-error.ts';
import { plural } from '../framework/text-table.ts';
import type { writeOptions } from '../framework/write-options.ts';
import { spread } from './example-cells.ts';
import { selectRecords } from './map-classes.ts';
import { failuresOf, type OpenedDataset, openDataset, tellIssues } from './open-dataset.ts';
import { writtenLines } from './run-import.ts';
import { createRecorder, decodeWithin, loadSample } from './samples.ts';
import type { pixelOptions, seedOption, selectOptions, sourceOptions } from './source-options.ts';

type Options = OptionValues<
  typeof sourceOptions &
    typeof selectOptions &
    typeof seedOption &
    typeof pixelOptions &
    typeof writeOptions
> & {
  readonly out: string;
  readonly count: number;
  readonly cells: number;
  readonly overlap: number;
  readonly cutOff: number;
  readonly backgrounds: string | undefined;
  readonly poolImages: number;
  readonly to: ExportFormat | undefined;
};

/** Cut out, paste, write. */
export async function runCompose(
  { operands, options }: { readonly operands: readonly string[]; readonly options: Options },
  context: CommandContext,
): Promise<CommandResult> {
  const { out, force, count, cells, overlap, cutOff, seed, to = 'coco' } = options;
  return withOutputFolder(out, { force, interrupt: context.io.interrupt }, async (output) => {
    const opened = await openDataset(operands[0]!, options, context);
    const source = selectRecords(opened.dataset, options);
    const failed: ImportIssue[] = [];
    const { cutOuts, fields } = await cutOutAll(opened, source, options, failed, context);
    const random = createRandom(seed).fork('compose');
    const backgroundOf =
      options.backgrounds === undefined
        ? (i: number) => ownBackground(opened, source, fields, seed + i, options)
        : await folderBackgrounds(options.backgrounds, options.maxMegapixels);
    const recorder = createRecorder(source.classes);
    const images: ImageRecord[] = [];
    const digits = String(count).length;
    const progress = context.progress('Composing scenes', count);
    try {
      for (let i = 0; i < count; i++) {
        context.signal.throwIfAborted();
        const background = await backgroundOf(i);
        const scene = composeScene(cutOuts, background, {
          seed: random.fork(i).integer(0, 2 ** 31),
          count: cells,
          overlap,
          cutOff,
        });
        const { width, height } = scene.raster;
        const file = `images/scene-${String(i + 1).padStart(digits, '0')}.png`;
        // A pasted cell has another place than its record: nothing of that is taken over but its class.
        const annotations = recorder.toRecords(scene.annotations, { width, height }, true);
        const bare = annotations.map(({ id: _, ...record }) => record);
        images.push({ id: file, file, size: { width, height }, annotations: bare });
        await output.write(exportedImagePath(file, to), await encodePng(scene.raster));
        progress.update(i + 1);
      }
    } finally {
      progress.finish();
    }
    const dataset: Dataset = { name: 'composed', classes: recorder.classes, images };
    const { losses } = await convertDataset(dataset, to, output, { encodePng });
    tellIssues('Images that could not be used', failed, context);
    const classes = countedClasses(dataset);
    return {
      failures: failuresOf(options, opened.failed, failed),
      json: { out, images: count, cutOuts: cutOuts.length, classes, seed, failed },
      text: () =>
        [
          `${plural(count, 'scene')} of ${plural(cutOuts.length, 'cut-out cell')}: ${classes.map(({ name, cells: n }) => `${n} ${name}`).join(', ')}`,
          ...writtenLines(out, { files: output.files.length, losses, failed }),
        ].join('\n'),
    };
  });
}

async function cutOutAll(
  { folder }: OpenedDataset,
  dataset: Dataset,
  options: Options,
  failed: ImportIssue[],
  context: CommandContext,
): Promise<{ readonly cutOuts: readonly CellCutOut[]; readonly fields: readonly ImageRecord[] }> {
  const masked = dataset.images.filter(({ annotations }) =>
    annotations.some(({ mask }) => mask !== undefined),
  );
  const chosen = spread(masked, options.poolImages);
  const cutOuts: CellCutOut[] = [];
  const fields: ImageRecord[] = [];
  const progress = context.progress('Cutting out cells', chosen.length);
  try {
    for (const [i, image] of chosen.entries()) {
      context.signal.throwIfAborted();
      try {
        const sample = await loadSample(folder, dataset, image, options.maxMegapixels);
        cutOuts.push(...cutOutCells(sample).cutOuts);
        fields.push(image);
      } catch (error) {
        if (isAbort(error)) throw error;
        failed.push({ file: image.file, reason: messageOf(error) });
      }
      progress.update(i + 1);
    }
  } finally {
    progress.finish();
  }
  if (cutOuts.length > 0) return { cutOuts, fields };
  throw new LeukoscopeError(
    'SYNTHESIS_NO_CELLS',
    `${dataset.name} must have whole cells with masks to compose scenes of. Found ${masked.length} images with masks and no cell that the border does not cut.`,
  );
}

/** One of the fields, its cells covered; fields too full to be cleared are passed over. */
async function ownBackground(
  { folder }: OpenedDataset,
  dataset: Dataset,
  fields: readonly ImageRecord[],
  seed: number,
  { maxMegapixels }: Options,
): Promise<RgbRaster> {
  const random = createRandom(seed).fork('background');
  let cause: unknown;
  for (const image of random.shuffle(fields).slice(0, 20)) {
    const sample = await loadSample(folder, dataset, image, maxMegapixels);
    try {
      return eraseCells(sample, { seed });
    } catch (error) {
      cause = error;
    }
  }
  throw new LeukoscopeError(
    'SYNTHESIS_NO_BACKGROUND',
    `${dataset.name} must have fields with room beside their cells to make backgrounds of. Found none among 20. Name a folder with --backgrounds.`,
    { cause },
  );
}

async function folderBackgrounds(
  folder: string,
  maxMegapixels: number,
): Promise<(i: number) => Promise<RgbRaster>> {
  const entries = await readdir(folder).catch((cause: unknown) => {
    throw new LeukoscopeError(
      'FOLDER_MISSING',
      `--backgrounds must be a folder that can be read. Received ${folder}.`,
      { cause },
    );
  });
  const files = entries.filter((file) => /\.(jpe?g|png|bmp|tiff?|webp)$/i.test(file)).sort();
  if (files.length === 0) {
    throw new LeukoscopeError(
      'IMPORT_EMPTY',
      `--backgrounds must be a folder of images. Found none in ${folder}.`,
    );
  }
  return async (i) =>
    decodeWithin(
      new Uint8Array(await readFile(path.join(folder, files[i % files.length]!))),
      maxMegapixels,
    );
}

/** Count cells by class, those without any left out. */
export function countedClasses({ classes, images }: Dataset): { name: string; cells: number }[] {
  const counts = new Array<number>(classes.length).fill(0);
  for (const { annotations } of images)
    for (const { classIndex } of annotations) if (classIndex !== undefined) counts[classIndex]!++;
  return classes
    .map(({ name }, i) => ({ name, cells: counts[i]! }))
    .filter(({ cells }) => cells > 0);
}
