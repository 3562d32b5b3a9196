/** @file Runs `dataset validate`. */
import { type Problem, validateDataset } from '@leukoscope/datasets';
import type { CommandContext, CommandResult, OptionValues } from '../framework/command.ts';
import { printable, type Style } from '../framework/style.ts';
import { countText, plural } from '../framework/text-table.ts';
import { openDataset } from './open-dataset.ts';
import type { sourceOptions } from './source-options.ts';

type Options = OptionValues<typeof sourceOptions> & {
  readonly smallestSide: number;
  readonly strict: boolean;
};

const shownOfEach = 5;

/** Read and list the problems, grouped by kind. */
export async function runValidate(
  { operands, options }: { readonly operands: readonly string[]; readonly options: Options },
  context: CommandContext,
): Promise<CommandResult> {
  const { folder, dataset, failed, warnings } = await openDataset(operands[0]!, options, context);
  const { smallestSide, strict, allowFailed } = options;
  const problems = await validateDataset(dataset, { folder, smallestSide });
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const counted = strict ? problems.length + warnings.length : errors;
  return {
    failures: counted + (allowFailed ? 0 : failed.length),
    json: { name: dataset.name, errors, problems, failed, warnings },
    text: (style) => {
      const kinds = [...new Set(problems.map(({ code }) => code))];
      const summary =
        problems.length + failed.length === 0
          ? style.green(
              `${dataset.name}: nothing looks wrong in ${plural(dataset.images.length, 'image')}.`,
            )
          : `${style.bold(dataset.name)}: ${plural(errors, 'error')}, ${plural(problems.length - errors, 'warning')}, ${plural(failed.length, 'unreadable record')} in ${plural(dataset.images.length, 'image')}`;
      return [
        ...kinds.flatMap((code) =>
          listKind(
            code,
            problems.filter((problem) => problem.code === code),
            style,
            context.isVerbose,
          ),
        ),
        summary,
      ].join('\n');
    },
  };
}

function listKind(
  code: string,
  problems: readonly Problem[],
  style: Style,
  isVerbose: boolean,
): string[] {
  const shown = isVerbose ? problems : problems.slice(0, shownOfEach);
  const isError = problems.some(({ severity }) => severity === 'error');
  const mark = isError ? style.red('error') : style.yellow('warning');
  const rest = problems.length - shown.length;
  return [
    `${mark} ${style.bold(code)} ${style.dim(`(${countText(problems.length)})`)}`,
    ...shown.map(({ file, message }) =>
      printable(`  ${file === undefined ? '' : `${file}: `}${message}`),
    ),
    ...(rest > 0 ? [style.dim(`  ... and ${countText(rest)} more (--verbose lists all)`)] : []),
    '',
  ];
}
