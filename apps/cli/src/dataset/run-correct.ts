/** @file Runs `dataset correct`. */
import { readFile } from 'node:fs/promises';
import { LeukoscopeError, messageOf } from '@leukoscope/core';
import { correctLabels, type ExportFormat } from '@leukoscope/datasets';
import type { CommandContext, CommandResult, OptionValues } from '../framework/command.ts';
import { withOutputFolder } from '../framework/output.ts';
import { countText, plural } from '../framework/text-table.ts';
import type { writeOptions } from '../framework/write-options.ts';
import { failuresOf, openDataset, tellIssues } from './open-dataset.ts';
import { writtenLines } from './run-import.ts';
import type { sourceOptions } from './source-options.ts';
import { usualFormat, writeDataset } from './write-dataset.ts';

type Options = OptionValues<typeof sourceOptions & typeof writeOptions> & {
  readonly out: string;
  readonly to: ExportFormat | undefined;
  readonly copy: 'images' | 'nothing';
};

/** Read data set and verdicts, carry them out, write. */
export async function runCorrect(
  { operands, options }: { readonly operands: readonly string[]; readonly options: Options },
  context: CommandContext,
): Promise<CommandResult> {
  const [location = '', verdicts = ''] = operands;
  const { out, force, copy } = options;
  const table = await readFile(verdicts, 'utf8').catch((cause: unknown) => {
    throw new LeukoscopeError(
      'AUDIT_TABLE',
      `VERDICTS must be a file that can be read. Received ${verdicts}: ${messageOf(cause)}. Give the audit.csv that the audit wrote.`,
      { cause },
    );
  });
  return withOutputFolder(out, { force, interrupt: context.io.interrupt }, async (output) => {
    const opened = await openDataset(location, options, context);
    const { dataset, counts } = correctLabels(opened.dataset, table);
    const to = options.to ?? usualFormat(dataset);
    const images = copy === 'images' ? 'copy' : 'none';
    const written = await writeDataset(opened.folder, dataset, to, output, images, context);
    tellIssues('Images that could not be copied', written.failed, context);
    if (counts.undecided > 0)
      context.warn(
        `${plural(counts.undecided, 'doubt')} without a verdict: their labels are kept.`,
      );
    return {
      failures: failuresOf(options, opened.failed, written.failed),
      json: { out, counts, losses: written.losses, failed: [...opened.failed, ...written.failed] },
      text: () =>
        [
          `${countText(counts.keep)} kept, ${countText(counts.change)} changed, ${countText(counts['take out'])} taken out, ${countText(counts.undecided)} undecided`,
          ...writtenLines(out, { ...written, files: output.files.length }),
        ].join('\n'),
    };
  });
}
