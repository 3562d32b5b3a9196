/** @file Runs `analyze`: collect, find, judge, count, write. */
import {
  type AnalysedImage,
  analyseCase,
  type CaseAnalysis,
  parseReferenceRanges,
  type ReferenceRanges,
  referenceRanges,
  toCsv,
  toJson,
} from '@leukoscope/analysis';
import { type Expectation, LeukoscopeError, messageOf, type TypeDepth } from '@leukoscope/core';
import {
  analyseImages,
  classesFor,
  type FusionMethod,
  type LeukocyteModel,
} from '@leukoscope/pipeline';
import { openModel } from '@leukoscope/pipeline/node';
import { readFile } from 'node:fs/promises';
import type { CommandContext, CommandResult } from '../framework/command.ts';
import { type OutputFolder, withOutputFolder } from '../framework/output.ts';
import { countText, plural } from '../framework/text-table.ts';
import { UsageError } from '../framework/usage-error.ts';
import { caseText } from './case-text.ts';
import {
  type CollectedInputs,
  collectInputs,
  type FailedInput,
  groupCases,
  type InputFile,
} from './collect-inputs.ts';
import { type DetectionFormat, exportFindings } from './export-findings.ts';
import { checkFusion } from '../model/check-fusion.ts';
import { tellOldFormat } from '../model/tell-old-format.ts';
import { judgeQuality } from './judge-quality.ts';
import { createPictures, type Pictures } from './write-pictures.ts';

interface Options {
  readonly out: string | undefined;
  readonly format: readonly DetectionFormat[];
  readonly model: string;
  readonly specimen: Expectation | 'unspecified';
  readonly types: TypeDepth;
  readonly case: 'folder' | 'image' | 'all';
  readonly score: number | undefined;
  readonly target: '100' | '200' | '400' | '500';
  readonly wbc: number | undefined;
  readonly ranges: string;
  readonly recursive: boolean;
  readonly tile: number | undefined;
  readonly fuse: FusionMethod | undefined;
  readonly threads: number | undefined;
  readonly provider: 'cpu' | 'cuda' | 'webgpu' | undefined;
  readonly maxMegapixels: number;
  readonly force: boolean;
}

/** Analyse everything that was named. */
export async function runAnalyze(
  { operands, options }: { readonly operands: readonly string[]; readonly options: Options },
  context: CommandContext,
): Promise<CommandResult> {
  const { out, force, format } = options;
  if (out === undefined && format.length > 0) {
    throw new UsageError(
      `--format ${format.join(',')} must be given with --out DIR. Received no --out.`,
    );
  }
  checkFusion(options.model, options.fuse);
  const ranges = await readRanges(options.ranges);
  if (out === undefined) return analyse(operands, options, ranges, context, undefined);
  return withOutputFolder(out, { force, interrupt: context.io.interrupt }, (output) =>
    analyse(operands, options, ranges, context, output),
  );
}

async function analyse(
  operands: readonly string[],
  options: Options,
  ranges: ReferenceRanges,
  context: CommandContext,
  output: OutputFolder | undefined,
): Promise<CommandResult> {
  const inputs = await collectInputs(operands, options.recursive);
  const { provider, threads, fuse } = options;
  if (inputs.files.length === 0) return resultOf([], inputs.failed, options, output);
  const onOldFormat = tellOldFormat(context);
  const model = await openModel(options.model, { provider, threads, fuse, onOldFormat });
  try {
    const expectation = expectationOf(options);
    const classes = classesFor(model.facts, { depth: options.types, expectation });
    const style = { classes, depth: options.types };
    const pictures =
      output === undefined ? undefined : createPictures(output, style, inputs.files.length);
    const { images, failed } = await analyseFiles(inputs, model, options, context, pictures);
    const facts = {
      modelName: model.facts.name,
      modelHash: model.facts.hash,
      classes,
      expectation,
      createdAt: context.io.now().toISOString(),
      command: context.commandLine,
    };
    const target = parseTarget(options.target);
    const cases = groupCases(inputs.files, options.case).flatMap(({ name, indices }) => {
      const own = indices.flatMap((i) => images.get(i) ?? []);
      if (own.length === 0) return [];
      const { types: depth, wbc: wbcPerMicrolitre } = options;
      return analyseCase(name, own, facts, { depth, target, ranges, wbcPerMicrolitre });
    });
    if (output !== undefined && pictures !== undefined && cases.length > 0) {
      await writeAll(cases, failed, options, output, pictures, context);
    }
    return resultOf(cases, failed, options, output);
  } finally {
    await model.close();
  }
}

async function analyseFiles(
  { files, failed: missing }: CollectedInputs,
  model: LeukocyteModel,
  options: Options,
  context: CommandContext,
  pictures: Pictures | undefined,
): Promise<{ images: Map<number, AnalysedImage>; failed: readonly FailedInput[] }> {
  const images = new Map<number, AnalysedImage>();
  const failed: FailedInput[] = [...missing];
  const progress = context.progress('Analysing', files.length);
  const { signal, io } = context;
  try {
    let started = io.elapsedMs();
    const outcomes = analyseImages(
      files.map((file) => ({ file: file.path })),
      model,
      {
        scoreThreshold: options.score,
        depth: options.types,
        expectation: expectationOf(options),
        tileSide: options.tile,
        maxPixels: options.maxMegapixels * 1e6,
        signal,
      },
    );
    for await (const outcome of outcomes) {
      const file = files[outcome.index]!;
      if (outcome.kind === 'failed') failed.push(failureOf(file, outcome.code, outcome.reason));
      else {
        const milliseconds = io.elapsedMs() - started;
        try {
          const { image, result } = outcome;
          const judged = await judgeQuality(image, result.findings);
          const analysed = {
            file: file.name,
            size: result.size,
            findings: result.findings,
            quality: judged.quality,
            familiarity: result.familiarity,
            milliseconds,
          };
          await pictures?.add(analysed, image);
          images.set(outcome.index, analysed);
        } catch (error) {
          if (signal.aborted || isDiskFault(error)) throw error;
          // A large image may turn out damaged only where the second reading comes to it.
          const code = error instanceof LeukoscopeError ? error.code : 'INTERNAL';
          failed.push(failureOf(file, code, messageOf(error)));
        }
      }
      progress.update(outcome.index + 1);
      started = io.elapsedMs();
    }
  } finally {
    progress.finish();
  }
  return { images, failed };
}

async function writeAll(
  cases: readonly CaseAnalysis[],
  failed: readonly FailedInput[],
  options: Options,
  output: OutputFolder,
  pictures: Pictures,
  context: CommandContext,
): Promise<void> {
  const { types: depth } = options;
  await output.write('cells.csv', toCsv(cases, { depth }));
  const json = { cases: cases.map((analysis) => toJson(analysis)), failed };
  await output.write('analysis.json', `${JSON.stringify(json)}\n`);
  await pictures.writeReport(cases, failed);
  const images = cases.flatMap((analysis) => analysis.images);
  const classes = cases[0]!.facts.classes;
  for (const format of new Set(options.format)) {
    const losses = await exportFindings({ images, classes, depth }, format, output);
    for (const loss of losses) context.warn(`${format} cannot hold ${loss}.`);
  }
}

function resultOf(
  cases: readonly CaseAnalysis[],
  failed: readonly FailedInput[],
  { out }: Options,
  output: OutputFolder | undefined,
): CommandResult {
  return {
    failures: failed.length,
    json: {
      cases: cases.map((analysis) => toJson(analysis, { masks: false })),
      failed,
      ...(output === undefined ? {} : { out, files: output.files }),
    },
    text: (style, columns) =>
      [
        ...cases.map((analysis) => `${caseText(analysis, style, columns)}\n`),
        ...failed.map(({ file, reason }) => {
          const text = reason.startsWith(file) ? reason : `${file}: ${reason}`;
          return `${style.red('failed')} ${text}`;
        }),
        ...(output === undefined || output.files.length === 0
          ? []
          : [`${plural(output.files.length, 'file')} written to ${out}; open ${out}/report.html`]),
        ...(cases.length === 0 && failed.length > 0
          ? [style.dim(`${countText(failed.length)} of ${countText(failed.length)} inputs failed.`)]
          : [style.dim('For research use only, not for diagnosis.')]),
      ].join('\n'),
  };
}

function expectationOf({ specimen }: Options): Expectation | undefined {
  return specimen === 'unspecified' ? undefined : specimen;
}

function failureOf(file: InputFile, code: string, reason: string): FailedInput {
  return { file: file.path, code, reason };
}

/** A full disk is no fault of the image at hand. */
function isDiskFault(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

function parseTarget(text: Options['target']): 100 | 200 | 400 | 500 {
  return ({ '100': 100, '200': 200, '400': 400, '500': 500 } as const)[text];
}

async function readRanges(name: string): Promise<ReferenceRanges> {
  if (name === 'arup' || name === 'ucsd') return referenceRanges[name];
  let json: unknown;
  try {
    json = JSON.parse(await readFile(name, 'utf8'));
  } catch (cause) {
    throw new LeukoscopeError(
      'REFERENCE_RANGES',
      `--ranges must be arup, ucsd or a JSON file. Received ${name}: ${messageOf(cause)}. See docs/guide-analyze.md.`,
      { cause },
    );
  }
  return parseReferenceRanges(json);
}
