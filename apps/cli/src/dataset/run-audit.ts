/** @file Runs `dataset audit`: ask the models, rank, list, draw. */
import { messageOf } from '@leukoscope/core';
import { auditColumns, type Dataset, type ImportIssue } from '@leukoscope/datasets';
import { doubtKinds } from '@leukoscope/analysis';
import { isModelFault, type LeukocyteModel } from '@leukoscope/pipeline';
import { openModel } from '@leukoscope/pipeline/node';
import { toCsv } from '@leukoscope/metrics';
import type { CommandContext, CommandResult, OptionValues } from '../framework/command.ts';
import { withOutputFolder } from '../framework/output.ts';
import { isAbort } from '../framework/report-error.ts';
import { countText, plural } from '../framework/text-table.ts';
import type { writeOptions } from '../framework/write-options.ts';
import { tellOldFormat } from '../model/tell-old-format.ts';
import { auditImage, type FoundDoubt } from './audit-image.ts';
import { drawDoubts } from './draw-doubts.ts';
import { selectRecords } from './map-classes.ts';
import { failuresOf, openDataset, type OpenedDataset, tellIssues } from './open-dataset.ts';
import type { pixelOptions, sourceOptions } from './source-options.ts';

type Options = OptionValues<typeof sourceOptions & typeof pixelOptions & typeof writeOptions> & {
  readonly model: string;
  readonly out: string;
  readonly score: number;
  readonly least: number;
  readonly limit: number;
  readonly split: readonly string[];
  readonly class: readonly string[];
  readonly threads: number | undefined;
  readonly provider: 'cpu' | 'cuda' | 'webgpu' | undefined;
};

/** What each kind of doubt is called. */
const words = {
  type: 'another type',
  missed: 'no label',
  nothing: 'nothing there',
  box: 'another box',
} as const;

/** Ask, rank, write. */
export async function runAudit(
  { operands, options }: { readonly operands: readonly string[]; readonly options: Options },
  context: CommandContext,
): Promise<CommandResult> {
  const { out, force, threads, provider } = options;
  return withOutputFolder(out, { force, interrupt: context.io.interrupt }, async (output) => {
    const opened = await openDataset(operands[0]!, options, context);
    const onOldFormat = tellOldFormat(context);
    const models: LeukocyteModel[] = [];
    try {
      for (const name of options.model.split(','))
        models.push(await openModel(name.trim(), { threads, provider, onOldFormat }));
      const { doubts, failed, images } = await askAll(opened, models, options, context);
      await output.write('audit.csv', tableOf(doubts));
      const drawn = options.limit === 0 ? doubts : doubts.slice(0, options.limit);
      const names = models.map(({ facts }) => facts.name);
      const undrawn = await drawDoubts(
        drawn,
        opened,
        { names, words, ...options },
        output,
        context,
      );
      const counts = Object.fromEntries(
        doubtKinds.map((kind) => [kind, doubts.filter((doubt) => doubt.kind === kind).length]),
      );
      const missing = [...failed, ...undrawn];
      tellIssues('Images that could not be audited', missing, context);
      return {
        failures: failuresOf(options, opened.failed, missing),
        json: {
          out,
          models: models.map(({ facts: { name, hash } }) => ({ name, hash })),
          images,
          counts,
          doubts: doubts.map(({ image, ...doubt }) => ({ file: image.file, ...doubt })),
          failed: [...opened.failed, ...missing],
        },
        text: (style) =>
          [
            `${style.bold(plural(doubts.length, 'doubt'))} in ${plural(images, 'image')}, by ${names.join(', ')}`,
            ...doubtKinds.map((kind) => `  ${words[kind]}: ${countText(counts[kind]!)}`),
            ...(doubts.length === 0
              ? []
              : [
                  `Fill in the column verdict of ${out}/audit.csv beside ${out}/audit.html, then: leukoscope dataset correct ${opened.path} ${out}/audit.csv --out CORRECTED`,
                ]),
          ].join('\n'),
      };
    } finally {
      for (const model of models) await model.close();
    }
  });
}

async function askAll(
  { dataset, folder }: OpenedDataset,
  models: readonly LeukocyteModel[],
  options: Options,
  context: CommandContext,
) {
  const { images } = selectRecords(dataset, { split: options.split, class: [] });
  const isMeant = aboutClasses(dataset, options.class);
  // Declared is enough: the only monocyte of a set may be the one that nobody labelled.
  const labelled = dataset.classes.flatMap(({ cellClass }) => cellClass ?? []);
  const failed: ImportIssue[] = [];
  const doubts: FoundDoubt[] = [];
  const progress = context.progress('Auditing', images.length);
  const look = { scoreThreshold: options.score, labelled, signal: context.signal };
  try {
    for (const [i, image] of images.entries()) {
      context.signal.throwIfAborted();
      try {
        const bytes = await folder.read(image.file);
        const found = await auditImage(bytes, image, dataset, models, look);
        doubts.push(...found.filter((doubt) => doubt.suspicion >= options.least && isMeant(doubt)));
      } catch (error) {
        if (isAbort(error) || isModelFault(error)) throw error;
        failed.push({ file: image.file, reason: messageOf(error) });
      }
      progress.update(i + 1);
    }
  } finally {
    progress.finish();
  }
  doubts.sort((a, b) => b.suspicion - a.suspicion);
  return { doubts, failed, images: images.length };
}

/** Tell whether a doubt is about one of these classes; none named means all. */
function aboutClasses(dataset: Dataset, names: readonly string[]): (doubt: FoundDoubt) => boolean {
  if (names.length === 0) return () => true;
  // A class that the data set does not have is a mistake, and is told.
  selectRecords(dataset, { split: [], class: names });
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  return ({ type, proposedType }) =>
    [type, proposedType].some((name) => name !== undefined && wanted.has(name.toLowerCase()));
}

function tableOf(doubts: readonly FoundDoubt[]): string {
  const sides = ['x1', 'y1', 'x2', 'y2'] as const;
  const rows = doubts.map((doubt, i) => [
    i + 1,
    doubt.image.file,
    doubt.kind,
    Number(doubt.suspicion.toFixed(4)),
    doubt.record === undefined ? '' : doubt.record + 1,
    doubt.type ?? '',
    ...sides.map((side) => doubt.box?.[side] ?? ''),
    doubt.proposedType ?? '',
    ...sides.map((side) =>
      doubt.proposed === undefined ? '' : Number(doubt.proposed.box[side].toFixed(2)),
    ),
    doubt.found,
    doubt.voted,
    '',
  ]);
  return toCsv([...auditColumns], rows);
}
