/** @file Runs `dataset import`. */
import { type Dataset, datasetStatistics } from '@leukoscope/datasets';
import type { CommandContext, CommandResult, OptionValues } from '../framework/command.ts';
import { withOutputFolder } from '../framework/output.ts';
import { countText, plural, textTable } from '../framework/text-table.ts';
import type { writeOptions } from '../framework/write-options.ts';
import { failuresOf, issueText, type OpenedDataset, openDataset } from './open-dataset.ts';
import type { sourceOptions } from './source-options.ts';
import { type WrittenDataset, usualFormat, writeDataset } from './write-dataset.ts';

type Options = OptionValues<typeof sourceOptions & typeof writeOptions> & {
  readonly out: string | undefined;
};

/** Read, tell, and with `out` write. */
export async function runImport(
  { operands, options }: { readonly operands: readonly string[]; readonly options: Options },
  context: CommandContext,
): Promise<CommandResult> {
  const { out, force } = options;
  const source = operands[0]!;
  if (out === undefined) return describe(await openDataset(source, options, context), options);
  return withOutputFolder(out, { force, interrupt: context.io.interrupt }, async (output) => {
    const opened = await openDataset(source, options, context);
    const { folder, dataset } = opened;
    const format = usualFormat(dataset);
    const written = await writeDataset(folder, dataset, format, output, 'copy', context);
    return describe(opened, options, { out, written });
  });
}

function describe(
  opened: OpenedDataset,
  options: Options,
  output?: { readonly out: string; readonly written: WrittenDataset },
): CommandResult {
  const { dataset, layout, failed, warnings } = opened;
  const statistics = datasetStatistics(dataset);
  const missing = output?.written.failed ?? [];
  return {
    failures: failuresOf(options, failed, missing),
    json: {
      name: dataset.name,
      format: layout,
      images: statistics.images,
      cells: statistics.cells,
      imageLevel: statistics.imageLevel,
      masks: statistics.masks,
      classes: statistics.classes.map(({ name, cellClass, cells, imageLevel }) => ({
        name,
        cellClass: cellClass ?? null,
        cells,
        imageLevel,
      })),
      failed,
      warnings,
      ...(output === undefined
        ? {}
        : { out: output.out, losses: output.written.losses, imagesMissing: missing }),
    },
    text: (style, columns) =>
      [
        `${style.bold(dataset.name)} ${style.dim(`read as ${layout}`)}`,
        `${plural(statistics.images, 'image')}, ${plural(statistics.cells, 'cell')} (${countText(statistics.masks)} with a mask), ${plural(statistics.imageLevel, 'type')} of whole images`,
        '',
        textTable(
          ['class', 'taken to mean', 'cells', 'whole images'],
          statistics.classes.map(({ name, cellClass = 'unknown', cells, imageLevel }) => [
            name,
            cellClass,
            cells,
            imageLevel,
          ]),
          style,
          columns,
        ),
        '',
        ...(failed.length === 0 ? [style.green('Every record was read.')] : []),
        ...(failed.length > 0
          ? [style.red(`${plural(failed.length, 'record')} could not be read.`)]
          : []),
        ...missing.map((issue) => style.red(issueText(issue))),
        ...(output === undefined ? [] : writtenLines(output.out, output.written)),
      ].join('\n'),
  };
}

/** Tell where files went and what the format could not hold. */
export function writtenLines(out: string, { files, losses }: WrittenDataset): string[] {
  return [
    `${plural(files, 'file')} written to ${out}`,
    ...losses.map((loss) => `  not held by the format: ${loss}`),
  ];
}

/** Name the classes of a data set that occur in it. */
export function usedClasses({ images }: Dataset): Set<number> {
  return new Set(
    images.flatMap(({ annotations }) =>
      annotations.flatMap(({ classIndex }) => (classIndex === undefined ? [] : [classIndex])),
    ),
  );
}
