/** @file Runs `dataset synthesise`. */
import { type CellClass, parseCellClass } from '@leukoscope/core';
import {
  type Dataset,
  convertDataset,
  type ExportFormat,
  exportedImagePath,
  type ImageRecord,
  type SmearLookName,
  synthesisedClasses,
  synthesiseField,
} from '@leukoscope/datasets';
import { encodePng } from '@leukoscope/image';
import type { CommandContext, CommandResult, OptionValues } from '../framework/command.ts';
import { withOutputFolder } from '../framework/output.ts';
import { plural } from '../framework/text-table.ts';
import { suggest } from '../framework/suggest.ts';
import { UsageError } from '../framework/usage-error.ts';
import type { writeOptions } from '../framework/write-options.ts';
import { countedClasses } from './run-compose.ts';
import { writtenLines } from './run-import.ts';
import { parseSize } from './run-resize.ts';
import { createRecorder } from './samples.ts';
import type { seedOption } from './source-options.ts';

type Options = OptionValues<typeof seedOption & typeof writeOptions> & {
  readonly out: string;
  readonly count: number;
  readonly size: string;
  readonly look: SmearLookName;
  readonly cells: string | undefined;
  readonly annotate: 'cells' | 'all';
  readonly overlap: number;
  readonly cutOff: number;
  readonly debris: number;
  readonly pixelsPerMicron: number | undefined;
  readonly ph: number | undefined;
  readonly to: ExportFormat;
};

/** Draw and write. */
export async function runSynthesise(
  { options }: { readonly options: Options },
  context: CommandContext,
): Promise<CommandResult> {
  const { out, force, count, seed, look, annotate, overlap, cutOff, debris, to } = options;
  const size = parseSize(options.size, '--size');
  const cells = options.cells === undefined ? undefined : parseCells(options.cells);
  return withOutputFolder(out, { force, interrupt: context.io.interrupt }, async (output) => {
    const recorder = createRecorder([]);
    const images: ImageRecord[] = [];
    const digits = String(count).length;
    const progress = context.progress('Drawing fields', count);
    const started = context.io.elapsedMs();
    try {
      for (let i = 0; i < count; i++) {
        context.signal.throwIfAborted();
        const field = synthesiseField({
          seed: (seed + i) >>> 0,
          size,
          look,
          annotate,
          overlap,
          cutOff,
          debris,
          ...(cells === undefined ? {} : { cells }),
          ...(options.pixelsPerMicron === undefined
            ? {}
            : { pixelsPerMicron: options.pixelsPerMicron }),
          ...(options.ph === undefined ? {} : { pH: options.ph }),
        });
        const file = `images/field-${String(i + 1).padStart(digits, '0')}.png`;
        const annotations = recorder.toRecords(field.annotations, size);
        images.push({ id: file, file, size, annotations });
        await output.write(exportedImagePath(file, to), await encodePng(field.raster));
        progress.update(i + 1);
      }
    } finally {
      progress.finish();
    }
    const seconds = (context.io.elapsedMs() - started) / 1000;
    const dataset: Dataset = { name: 'synthetic', classes: recorder.classes, images };
    const { losses } = await convertDataset(dataset, to, output, { encodePng });
    const classes = countedClasses(dataset);
    return {
      json: { out, images: count, classes, seed, secondsPerField: seconds / count },
      text: () =>
        [
          `${plural(count, 'field')} of ${size.width} x ${size.height}, ${(count / seconds).toFixed(1)} a second: ${classes.map(({ name, cells: n }) => `${n} ${name}`).join(', ') || 'no cells'}`,
          ...writtenLines(out, { files: output.files.length, losses, failed: [] }),
        ].join('\n'),
    };
  });
}

/** Read `neutrophil*3,lymphocyte`. */
function parseCells(text: string): CellClass[] {
  return text.split(',').flatMap((part) => {
    const match = /^\s*([^*]+?)\s*(?:\*\s*(\d{1,3}))?\s*$/.exec(part);
    const name = match?.[1] ?? '';
    const meaning = parseCellClass(name);
    if (match === null || meaning.kind !== 'known') {
      const near = suggest(name, synthesisedClasses);
      throw new UsageError(
        `--cells must list kinds of cell, such as neutrophil*3,lymphocyte. Received ${JSON.stringify(part.trim())}.${near === undefined ? '' : ` Did you mean ${near}?`} Known are ${synthesisedClasses.join(', ')}.`,
      );
    }
    return new Array<CellClass>(Number(match[2] ?? 1)).fill(meaning.cellClass);
  });
}
