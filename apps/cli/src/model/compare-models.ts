/** @file Runs `model compare`. */
import { openModel } from '@leukoscope/pipeline/node';
import {
  compareModels,
  type ModelComparison,
  type Refusal,
  refuseAnswers,
} from '@leukoscope/training';
import { comparisonText } from '../adapt/comparison-text.ts';
import { selectRecords } from '../dataset/map-classes.ts';
import {
  failuresOf,
  type OpenedDataset,
  openDatasets,
  type SourceOptions,
  tellIssues,
} from '../dataset/open-dataset.ts';
import type { CommandContext, CommandResult } from '../framework/command.ts';
import type { Style } from '../framework/style.ts';
import { plural } from '../framework/text-table.ts';
import { UsageError } from '../framework/usage-error.ts';

interface Options extends SourceOptions {
  readonly here: readonly string[];
  readonly there: readonly string[];
  readonly centred: boolean;
  readonly split: readonly string[];
  readonly threads: number | undefined;
  readonly provider: 'cpu' | 'cuda' | 'webgpu' | undefined;
}

/** What came out. */
interface Compared {
  readonly here: ModelComparison;
  /** Undefined: not asked for. */
  readonly there: ModelComparison | undefined;
  readonly refusals: readonly Refusal[];
}

/** Look with both, count, judge. */
export async function compareTwoModels(
  { operands, options }: { readonly operands: readonly string[]; readonly options: Options },
  context: CommandContext,
): Promise<CommandResult> {
  const [parent = '', candidate = ''] = operands;
  if (options.here.length === 0) {
    throw new UsageError('--here must name at least one data set of named cells. Received none.');
  }
  const here = await openDatasets(options.here, options, context);
  const there = await openDatasets(options.there, options, context);
  const compared = await compareOn(here, there, [parent, candidate], options, context);
  const failed = [...compared.here.failed, ...(compared.there?.failed ?? [])];
  tellIssues('Pictures that could not be compared on', failed, context);
  const unread = failuresOf(options, failed, ...[...here, ...there].map((set) => set.failed));
  return {
    failures: compared.refusals.length + unread,
    json: {
      isBetter: compared.refusals.length === 0,
      ...compared,
      there: compared.there ?? null,
    },
    text: (style, columns) => comparedText(compared, [parent, candidate], style, columns),
  };
}

async function compareOn(
  here: readonly OpenedDataset[],
  there: readonly OpenedDataset[],
  [parentName, candidateName]: readonly [string, string],
  { threads, provider, centred, split }: Options,
  context: CommandContext,
): Promise<Compared> {
  const parent = await openModel(parentName, { threads, provider });
  try {
    const candidate = await openModel(candidateName, { threads, provider });
    try {
      const compare = async (opened: readonly OpenedDataset[]) => {
        const sets = opened.map(({ dataset, folder }) => ({
          dataset: selectRecords(dataset, { split, class: [] }),
          read: (file: string) => folder.read(file),
        }));
        const names = sets.map(({ dataset }) => dataset.name).join(', ');
        const pictures = sets.reduce((sum, { dataset }) => sum + dataset.images.length, 0);
        const progress = context.progress(`Analysing ${names} with both`, pictures);
        try {
          return await compareModels(parent, candidate, sets, {
            centred,
            onProgress: (done) => progress.update(done),
            signal: context.signal,
          });
        } finally {
          progress.finish();
        }
      };
      const ours = await compare(here);
      const theirs = there.length === 0 ? undefined : await compare(there);
      const refusals = refuseAnswers(ours.answers, theirs?.answers);
      return { here: ours, there: theirs, refusals };
    } finally {
      await candidate.close();
    }
  } finally {
    await parent.close();
  }
}

function comparedText(
  { here, there, refusals }: Compared,
  [parent, candidate]: readonly [string, string],
  style: Style,
  columns: number | undefined,
): string {
  const part = (title: string, { answers, pictures, notFound, notTyped }: ModelComparison) => [
    style.bold(`${title}, ${plural(answers.cells, 'cell')} of ${plural(pictures, 'picture')}`),
    comparisonText(answers, 'Candidate', style, columns),
    `not found: ${notFound.parent} by the parent, ${notFound.candidate} by the candidate; ${notTyped} left out, of a type that one of them does not know`,
    '',
  ];
  const verdict =
    refusals.length > 0
      ? [style.red('not to be preferred'), ...refusals.map(({ reason }) => `  ${reason}`)]
      : there === undefined
        ? [
            `${style.green('better here')} by more than chance; what it costs laboratories that the parent knows was not measured (--there)`,
          ]
        : [`${style.green('better')} here by more than chance, and not worse there than stated`];
  return [
    `${style.bold(candidate)} against ${parent}`,
    '',
    ...part('Here', here),
    ...(there === undefined ? [] : part('There', there)),
    ...verdict,
    style.dim('For research use only, not for diagnosis.'),
  ].join('\n');
}
