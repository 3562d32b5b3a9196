/** @file Runs `predict`: every image of a data set through a model, written as predictions. */
import {
  analyseImage,
  cellInTheMiddle,
  type CellType,
  type FusionMethod,
  isModelFault,
  type LeukocyteModel,
} from '@leukoscope/pipeline';
import { LeukoscopeError, messageOf, type TypeDepth } from '@leukoscope/core';
import { convertDataset, type ExportFormat, type ImportIssue } from '@leukoscope/datasets';
import { decodeRgb, encodePng } from '@leukoscope/image';
import { openModel } from '@leukoscope/pipeline/node';
import { type FoundImage, toCoco, toDataset } from '../analyze/export-findings.ts';
import { selectRecords } from '../dataset/map-classes.ts';
import {
  failuresOf,
  type OpenedDataset,
  openDataset,
  type SourceOptions,
  tellIssues,
} from '../dataset/open-dataset.ts';
import type { CommandContext, CommandResult } from '../framework/command.ts';
import { type OutputFolder, withOutputFolder } from '../framework/output.ts';
import { isAbort } from '../framework/report-error.ts';
import { plural } from '../framework/text-table.ts';
import { UsageError } from '../framework/usage-error.ts';
import { checkFusion } from '../model/check-fusion.ts';
import { tellOldFormat } from '../model/tell-old-format.ts';
import { probabilityTable, typeOfTop } from './picture-types.ts';

interface Options extends SourceOptions {
  readonly out: string;
  readonly force: boolean;
  readonly as: 'cells' | 'types' | undefined;
  readonly cell: 'middle' | 'top' | undefined;
  readonly to: ExportFormat;
  readonly types: TypeDepth;
  readonly score: number | undefined;
  readonly split: readonly string[];
  readonly fuse: FusionMethod | undefined;
  readonly threads: number | undefined;
  readonly provider: 'cpu' | 'cuda' | 'webgpu' | undefined;
}

/** Open the model and the data set, run, write. */
export async function runPredict(
  { operands, options }: { readonly operands: readonly string[]; readonly options: Options },
  context: CommandContext,
): Promise<CommandResult> {
  const { out, force, provider, threads, fuse } = options;
  const [modelName = '', location = ''] = operands;
  checkFusion(modelName, fuse);
  return withOutputFolder(out, { force, interrupt: context.io.interrupt }, async (output) => {
    const opened = await openDataset(location, options, context);
    const onOldFormat = tellOldFormat(context);
    const model = await openModel(modelName, { provider, threads, fuse, onOldFormat });
    try {
      return await predict(model, opened, options, output, context);
    } finally {
      await model.close();
    }
  });
}

async function predict(
  model: LeukocyteModel,
  opened: OpenedDataset,
  options: Options,
  output: OutputFolder,
  context: CommandContext,
): Promise<CommandResult> {
  const { as = model.typePicture === undefined ? 'cells' : 'types', to, out } = options;
  if (as === 'types' && to !== 'coco') {
    throw new UsageError(`--to ${to} must go with --as cells: types are written as a table.`);
  }
  if (options.cell !== undefined && (as === 'cells' || model.typePicture !== undefined)) {
    throw new UsageError(
      `--cell ${options.cell} must go with --as types and a model that finds cells. Received ${as === 'cells' ? '--as cells' : 'a classifier, which types the whole picture'}.`,
    );
  }
  const failed: ImportIssue[] = [];
  const run = { model, opened, options, context, failed };
  const written = as === 'types' ? await writeTypes(run, output) : await writeCells(run, output);
  tellIssues('Images that could not be predicted', failed, context);
  const { name, hash } = model.facts;
  return {
    failures: failuresOf(options, opened.failed, failed),
    json: { out, as, model: { name, hash }, ...written, failed: [...opened.failed, ...failed] },
    text: (style) =>
      [
        `${style.bold(name)} on ${plural(written.images, 'image')}: ${as === 'types' ? plural(written.predictions, 'type') : plural(written.predictions, 'cell')}`,
        ...written.losses.map((loss) => `  not held by the format: ${loss}`),
        `${plural(output.files.length, 'file')} written to ${out}; measure them: leukoscope evaluate ${evaluated(out, as, to)} ${opened.path}`,
      ].join('\n'),
  };
}

/** What `evaluate` is to be given. */
function evaluated(out: string, as: 'cells' | 'types', to: ExportFormat): string {
  if (as === 'types') return `${out}/probabilities.csv`;
  return to === 'coco' ? `${out}/detections.json` : out;
}

interface Run {
  readonly model: LeukocyteModel;
  readonly opened: OpenedDataset;
  readonly options: Options;
  readonly context: CommandContext;
  readonly failed: ImportIssue[];
}

interface Written {
  readonly images: number;
  readonly predictions: number;
  readonly losses: readonly string[];
}

async function writeCells(run: Run, output: OutputFolder): Promise<Written> {
  const { model, options } = run;
  const images = await overImages(run, async (bytes, file): Promise<FoundImage> => {
    const { size, findings } = await cellsOf(bytes, run);
    return { file, size, findings };
  });
  const request = { images, classes: model.facts.classes, depth: options.types };
  let losses: readonly string[] = [];
  if (options.to === 'coco') {
    await output.write('detections.json', `${JSON.stringify(toCoco(request))}\n`);
  } else {
    ({ losses } = await convertDataset(toDataset(request), options.to, output, { encodePng }));
  }
  const predictions = images.reduce((sum, { findings }) => sum + findings.length, 0);
  return { images: images.length, predictions, losses };
}

async function writeTypes(run: Run, output: OutputFolder): Promise<Written> {
  const { model, options } = run;
  const typed = await overImages(run, async (bytes, file) => ({
    file,
    type: await typeOf(bytes, run),
  }));
  const rows = typed.flatMap(({ file, type }) =>
    type?.probabilities === undefined ? [] : [{ file, probabilities: type.probabilities }],
  );
  if (rows.length === 0) {
    throw new LeukoscopeError(
      'PREDICT_TYPES',
      `${model.facts.name} must give probabilities to at least one picture. Received none of ${typed.length}. Predict cells instead: --as cells.`,
    );
  }
  const table = probabilityTable(rows, model.facts.classes, options.types);
  await output.write('probabilities.csv', table);
  return { images: typed.length, predictions: rows.length, losses: [] };
}

async function typeOf(bytes: Uint8Array, run: Run): Promise<CellType | undefined> {
  const { typePicture } = run.model;
  if (typePicture !== undefined) return typePicture(await decodeRgb(bytes));
  const { findings, size } = await cellsOf(bytes, run);
  return run.options.cell === 'top'
    ? typeOfTop(findings, run.model.facts.classes)
    : cellInTheMiddle(findings, size);
}

function cellsOf(bytes: Uint8Array, { model, options, context }: Run) {
  const { score: scoreThreshold, types: depth } = options;
  return analyseImage(bytes, model, { scoreThreshold, depth, signal: context.signal });
}

/** Go through the images; one that cannot be read is told and the rest goes on. */
async function overImages<T>(
  { opened, options, context, failed }: Run,
  work: (bytes: Uint8Array, file: string) => Promise<T>,
): Promise<T[]> {
  const { images } = selectRecords(opened.dataset, { split: options.split, class: [] });
  const progress = context.progress('Predicting', images.length);
  const done: T[] = [];
  try {
    for (const [i, { file }] of images.entries()) {
      context.signal.throwIfAborted();
      try {
        done.push(await work(await opened.folder.read(file), file));
      } catch (error) {
        // What is wrong with the model is wrong for every image.
        if (isAbort(error) || isModelFault(error)) throw error;
        failed.push({ file, reason: messageOf(error) });
      }
      progress.update(i + 1);
    }
  } finally {
    progress.finish();
  }
  return done;
}
