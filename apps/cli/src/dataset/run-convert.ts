/** @file Runs `dataset convert`. */
import type { ExportFormat } from '@leukoscope/datasets';
import type { CommandContext, CommandResult, OptionValues } from '../framework/command.ts';
import { withOutputFolder } from '../framework/output.ts';
import { plural } from '../framework/text-table.ts';
import type { writeOptions } from '../framework/write-options.ts';
import { mapClasses, parseClassRules, selectRecords } from './map-classes.ts';
import { failuresOf, openDataset, tellIssues } from './open-dataset.ts';
import { writtenLines } from './run-import.ts';
import type { classOptions, selectOptions, sourceOptions } from './source-options.ts';
import { writeDataset } from './write-dataset.ts';

type Options = OptionValues<
  typeof sourceOptions & typeof selectOptions & typeof classOptions & typeof writeOptions
> & {
  readonly to: ExportFormat;
  readonly out: string;
  readonly copy: 'images' | 'nothing';
};

/** Read, choose, rename, write. */
export async function runConvert(
  { operands, options }: { readonly operands: readonly string[]; readonly options: Options },
  context: CommandContext,
): Promise<CommandResult> {
  const { out, force, to } = options;
  const rules = parseClassRules(options.map);
  return withOutputFolder(out, { force, interrupt: context.io.interrupt }, async (output) => {
    const opened = await openDataset(operands[0]!, options, context);
    const selected = selectRecords(opened.dataset, options);
    const { dataset, leftOut } = mapClasses(selected, rules, options.taxonomy);
    const images = options.copy === 'images' ? 'copy' : 'none';
    const written = await writeDataset(opened.folder, dataset, to, output, images, context);
    tellIssues('Images that could not be copied', written.failed, context);
    const left = [...leftOut].map(([name, count]) => ({ name, count }));
    return {
      failures: failuresOf(options, opened.failed, written.failed),
      json: {
        out,
        format: to,
        images: dataset.images.length,
        files: written.files,
        losses: written.losses,
        leftOut: left,
        failed: [...opened.failed, ...written.failed],
      },
      text: (style) =>
        [
          `${style.bold(dataset.name)} ${style.dim(`${opened.layout} to ${to}`)}: ${plural(dataset.images.length, 'image')}, ${dataset.classes.map(({ name }) => name).join(', ')}`,
          ...writtenLines(out, written),
          ...left.map(({ name, count }) => `  left out: ${plural(count, 'cell')} of ${name}`),
        ].join('\n'),
    };
  });
}
