/** @file Runs `adapt`: labelled pictures -> cells -> a candidate -> a model, or the reasons why there is none. */
import type { ImageRecord, ImportIssue } from '@leukoscope/datasets';
import { openRuntime } from '@leukoscope/nn/runtime';
import { describeModel, openModel } from '@leukoscope/pipeline/node';
import {
  type AdaptableModel,
  type Adaptation,
  adaptationCard,
  adaptationFacts,
  adaptedModel,
  adaptModel,
  collectCells,
  type LabelledCell,
  type LearntData,
  openAdaptable,
} from '@leukoscope/training';
import { readFeatureMemory } from '@leukoscope/training/node';
import { selectRecords } from '../dataset/map-classes.ts';
import {
  failuresOf,
  type OpenedDataset,
  openDatasets,
  type SourceOptions,
  tellIssues,
} from '../dataset/open-dataset.ts';
import { groupsBy } from '../dataset/pictures-together.ts';
import { UsageError } from '../framework/usage-error.ts';
import type { CommandContext, CommandResult } from '../framework/command.ts';
import { withOutputFolder } from '../framework/output.ts';
import { reportOf } from './adapt-facts.ts';
import { adaptText } from './adapt-text.ts';

interface Options extends SourceOptions {
  readonly data: readonly string[];
  readonly parent: string;
  readonly out: string;
  readonly force: boolean;
  readonly name: string | undefined;
  readonly holdout: number;
  readonly together: string | undefined;
  readonly centred: boolean;
  readonly split: readonly string[];
  readonly threads: number | undefined;
  readonly provider: 'cpu' | 'cuda' | 'webgpu' | undefined;
}

/** Collect, fit, judge, write. */
export async function runAdapt(
  { options }: { readonly options: Options },
  context: CommandContext,
): Promise<CommandResult> {
  const { data, parent: parentName, out, force } = options;
  if (data.length === 0) {
    throw new UsageError('--data must name at least one data set of named cells. Received none.');
  }
  const groupOf = groupsBy(
    options.together,
    ({ slide, patient, file }) => slide ?? patient ?? file,
  );
  return withOutputFolder(out, { force, interrupt: context.io.interrupt }, async (output) => {
    const described = await describeModel(parentName);
    const adaptable = await openAdaptable(described, await readFeatureMemory());
    const opened = await openDatasets(data, options, context);
    const { cells, learnt, failed } = await collectAll(opened, groupOf, options, context);
    const adaptation = await fit(adaptable, cells, options, context);
    const facts = adaptationFacts(adaptable, adaptation, cells, learnt, options);
    const isOffered = adaptation.refusals.length === 0;
    await output.write('adaptation.json', `${JSON.stringify(reportOf(facts, cells), null, 2)}\n`);
    if (facts.candidate !== undefined) {
      await output.write('model.md', adaptationCard({ ...facts, candidate: facts.candidate }));
      if (isOffered) {
        const files = await adaptedModel(adaptable, facts.candidate, facts.name);
        for (const [file, bytes] of files) await output.write(file, bytes);
      }
    }
    tellIssues('Pictures that could not be learnt from', failed, context);
    const unread = failuresOf(options, failed, ...opened.map((set) => set.failed));
    return {
      failures: unread + adaptation.refusals.length,
      json: { out, isOffered, ...reportOf(facts, cells), failed, files: output.files },
      text: (style, columns) => adaptText(facts, cells, out, style, columns),
    };
  });
}

interface Collected {
  readonly cells: readonly LabelledCell[];
  readonly learnt: readonly LearntData[];
  readonly failed: readonly ImportIssue[];
}

async function collectAll(
  opened: readonly OpenedDataset[],
  groupOf: (image: ImageRecord) => string,
  { parent, centred, split, threads, provider }: Options,
  context: CommandContext,
): Promise<Collected> {
  const cells: LabelledCell[] = [];
  const learnt: LearntData[] = [];
  const failed: ImportIssue[] = [];
  const model = await openModel(parent, { threads, provider, features: true });
  try {
    for (const set of opened) {
      const dataset = selectRecords(set.dataset, { split, class: [] });
      const progress = context.progress(`Finding cells of ${dataset.name}`, dataset.images.length);
      try {
        const found = await collectCells(model, dataset, {
          read: (file) => set.folder.read(file),
          // Two data sets may call different slides the same.
          groupOf: (image) => `${dataset.name}/${groupOf(image)}`,
          centred,
          onProgress: (done) => progress.update(done),
          signal: context.signal,
        });
        for (const cell of found.cells) cells.push(cell);
        for (const issue of found.failed) failed.push(issue);
        const { pictures, notFound, notTyped, sha256 } = found;
        learnt.push({
          name: dataset.name,
          sha256,
          pictures,
          cells: found.cells.length,
          notFound,
          notTyped,
        });
      } finally {
        progress.finish();
      }
    }
  } finally {
    await model.close();
  }
  return { cells, learnt, failed };
}

async function fit(
  adaptable: AdaptableModel,
  cells: readonly LabelledCell[],
  { holdout, threads }: Options,
  context: CommandContext,
): Promise<Adaptation> {
  const progress = context.progress('Fitting', 6);
  const runtime = openRuntime(threads === undefined ? {} : { threads });
  try {
    return await adaptModel(adaptable, cells, {
      runtime,
      holdout,
      onProgress: (done) => progress.update(done),
      signal: context.signal,
    });
  } finally {
    progress.finish();
    await runtime.close();
  }
}
