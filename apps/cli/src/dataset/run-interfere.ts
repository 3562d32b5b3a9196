/** @file Runs `dataset interfere`. */
import { createRandom, messageOf } from '@leukoscope/core';
import {
  applyInterference,
  convertDataset,
  type ExportFormat,
  exportedImagePath,
  type ImageRecord,
  type ImportIssue,
  type InterferenceFactor,
  severities,
} from '@leukoscope/datasets';
import { encodePng } from '@leukoscope/image';
import type { CommandContext, CommandResult, OptionValues } from '../framework/command.ts';
import { withOutputFolder } from '../framework/output.ts';
import { isAbort } from '../framework/report-error.ts';
import { plural } from '../framework/text-table.ts';
import type { writeOptions } from '../framework/write-options.ts';
import { selectRecords } from './map-classes.ts';
import { failuresOf, openDataset, tellIssues } from './open-dataset.ts';
import { writtenLines } from './run-import.ts';
import { isSystemError } from './run-resize.ts';
import { createRecorder, loadSample, type SourcedAnnotation } from './samples.ts';
import type { pixelOptions, seedOption, selectOptions, sourceOptions } from './source-options.ts';
import { usualFormat } from './write-dataset.ts';

type Options = OptionValues<
  typeof sourceOptions &
    typeof selectOptions &
    typeof seedOption &
    typeof pixelOptions &
    typeof writeOptions
> & {
  readonly out: string;
  readonly factor: readonly InterferenceFactor[];
  readonly severity: number;
  readonly pixelsPerMicron: number | undefined;
  readonly to: ExportFormat | undefined;
};

/** Read, interfere, write. */
export async function runInterfere(
  { operands, options }: { readonly operands: readonly string[]; readonly options: Options },
  context: CommandContext,
): Promise<CommandResult> {
  const { out, force, factor: factors, pixelsPerMicron, seed } = options;
  const severity = severities[options.severity - 1]!;
  const scale = pixelsPerMicron === undefined ? {} : { pixelsPerMicron };
  return withOutputFolder(out, { force, interrupt: context.io.interrupt }, async (output) => {
    const opened = await openDataset(operands[0]!, options, context);
    const dataset = selectRecords(opened.dataset, options);
    const to = options.to ?? usualFormat(dataset);
    const recorder = createRecorder(dataset.classes);
    const images: ImageRecord[] = [];
    const failed: ImportIssue[] = [];
    const progress = context.progress(factors.join(', '), dataset.images.length);
    try {
      for (const [i, image] of dataset.images.entries()) {
        context.signal.throwIfAborted();
        try {
          const loaded = await loadSample(opened.folder, dataset, image, options.maxMegapixels);
          // The seed of an image is its name: a selection changes nothing for the others.
          const random = createRandom(seed).fork(image.file);
          let sample = { ...loaded, factors: image.factors ?? [] };
          for (const factor of factors) {
            sample = { ...applyInterference(sample, factor, severity, random, scale) };
          }
          const { width, height } = sample.raster;
          const file = image.file.replace(/\.[^./]+$/, '.png');
          const annotations: readonly SourcedAnnotation[] = sample.annotations;
          // Run lengths belong to an image of one size: where it was cut they are written anew.
          const isCut = width !== loaded.raster.width || height !== loaded.raster.height;
          images.push({
            ...image,
            id: image.id === image.file ? file : image.id,
            file,
            size: { width, height },
            factors: sample.factors,
            annotations: recorder.toRecords(annotations, { width, height }, isCut),
          });
          await output.write(exportedImagePath(file, to), await encodePng(sample.raster));
        } catch (error) {
          if (isAbort(error) || isSystemError(error)) throw error;
          failed.push({ file: image.file, reason: messageOf(error) });
        }
        progress.update(i + 1);
      }
    } finally {
      progress.finish();
    }
    const result = { ...dataset, classes: recorder.classes, images };
    const { losses } = await convertDataset(result, to, output, { encodePng });
    tellIssues('Images that could not be changed', failed, context);
    const cells = images.reduce((sum, { annotations }) => sum + annotations.length, 0);
    return {
      failures: failuresOf(options, opened.failed, failed),
      json: {
        out,
        factors,
        severity,
        seed,
        images: images.length,
        cells,
        failed: [...opened.failed, ...failed],
      },
      text: (style) =>
        [
          `${style.bold(dataset.name)} under ${factors.join(', ')}, severity ${severity}: ${plural(images.length, 'image')}, ${plural(cells, 'annotation')}`,
          ...writtenLines(out, { files: output.files.length, losses, failed }),
        ].join('\n'),
    };
  });
}
