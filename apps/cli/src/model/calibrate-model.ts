/** @file Runs `model calibrate`. */
import {
  type Annotation,
  boxIou,
  type CellClass,
  type Finding,
  LeukoscopeError,
  probabilityByRow,
  type Size,
} from '@leukoscope/core';
import { cellClassOf, type ImageRecord, toAnnotations } from '@leukoscope/datasets';
import {
  fitScoreThreshold,
  fitTemperature,
  type JudgedCell,
  type ScoredField,
  unsureBelow,
} from '@leukoscope/metrics';
import { allowedByLabel, type ModelDescription, tempered } from '@leukoscope/models';
import { analyseImage, cellInTheMiddle, type LeukocyteModel } from '@leukoscope/pipeline';
import { describeModel, openModel } from '@leukoscope/pipeline/node';
import {
  failuresOf,
  type OpenedDataset,
  openDatasets,
  type SourceOptions,
} from '../dataset/open-dataset.ts';
import { selectRecords } from '../dataset/map-classes.ts';
import type { CommandContext, CommandResult } from '../framework/command.ts';
import { withOutputFolder } from '../framework/output.ts';
import { plural } from '../framework/text-table.ts';
import { writeModel } from './export-model.ts';

interface Options extends SourceOptions {
  readonly out: string;
  readonly force: boolean;
  readonly flagged: number;
  readonly beta: number;
  readonly centred: boolean;
  readonly split: readonly string[];
  readonly name: string | undefined;
  readonly threads: number | undefined;
  readonly provider: 'cpu' | 'cuda' | 'webgpu' | undefined;
}

/** Low enough that no cell is lost to the threshold that is about to be chosen. */
const lowestScore = 0.05;

/** Analyse, fit, write. */
export async function calibrateModel(
  { operands, options }: { readonly operands: readonly string[]; readonly options: Options },
  context: CommandContext,
): Promise<CommandResult> {
  const { out, force, threads, provider } = options;
  const [name = '', ...locations] = operands;
  const found = await describeModel(name);
  return withOutputFolder(out, { force, interrupt: context.io.interrupt }, async (output) => {
    const opened = await openDatasets(locations, options, context);
    const model = await openModel(name, { threads, provider });
    let seen: Seen;
    try {
      seen = await analyseAll(model, opened, options, context);
    } finally {
      await model.close();
    }
    const before = found.description.calibration;
    const calibration = fitCalibration(seen, model.facts.classes, before, options);
    const changes = { calibration, ...(options.name === undefined ? {} : { name: options.name }) };
    await writeModel(found, changes, output, out);
    const { temperature, scoreThreshold, unsureBelow } = calibration;
    const doubt = unsureBelow === undefined ? 'no type to doubt' : `not sure below ${unsureBelow}`;
    return {
      failures: failuresOf(options, ...opened.map(({ failed }) => failed)),
      json: { out, calibration, cells: seen.typed.length, images: seen.fields.length },
      text: (style) =>
        [
          `${style.bold(changes.name ?? found.description.name)} calibrated on ${plural(seen.typed.length, 'typed cell')} of ${plural(seen.fields.length, 'picture')}: ${out}/model.json`,
          `  temperature ${temperature}, ${doubt}, findings from score ${scoreThreshold}`,
        ].join('\n'),
    };
  });
}

/** What a model said of pictures with known cells. */
export interface Seen {
  readonly fields: readonly ScoredField[];
  readonly typed: readonly JudgedCell[];
}

async function analyseAll(
  model: LeukocyteModel,
  opened: readonly OpenedDataset[],
  options: Options,
  context: CommandContext,
): Promise<Seen> {
  const fields: ScoredField[] = [];
  const typed: JudgedCell[] = [];
  for (const set of opened) {
    const { images } = selectRecords(set.dataset, { split: options.split, class: [] });
    const progress = context.progress(`Analysing ${set.dataset.name}`, images.length);
    try {
      for (const [i, image] of images.entries()) {
        const bytes = await set.folder.read(image.file);
        const { size, findings } = await analyseImage(bytes, model, {
          scoreThreshold: lowestScore,
          depth: 'fine',
          signal: context.signal,
        });
        const answers = findings.filter(({ probabilities }) => probabilities !== undefined);
        const judge = (label: CellClass | undefined, found: Finding | undefined) => {
          if (label === undefined || found?.probabilities === undefined) return;
          const allowed = allowedByLabel(label, model.facts.classes);
          if (allowed.includes(true)) typed.push({ probabilities: found.probabilities, allowed });
        };
        const cells = cellsOf(set, { ...image, size }, model.facts.classes);
        if (cells.length > 0) fields.push(scoreField(answers, cells));
        const own = pictureType(set, image);
        if (options.centred || (cells.length === 0 && own !== undefined))
          judge(own, cellInTheMiddle(answers, size));
        else for (const cell of cells) judge(cell.cellClass, bestOn(cell, answers));
        progress.update(i + 1);
      }
    } finally {
      progress.finish();
    }
  }
  return { fields, typed };
}

/** Boxed cells of a kind that the model types: those that it only locates have no probabilities to judge. */
function cellsOf(
  { dataset }: OpenedDataset,
  image: ImageRecord & { readonly size: Size },
  classes: readonly CellClass[],
): (Annotation & { readonly box: NonNullable<Annotation['box']> })[] {
  return toAnnotations(dataset, image).flatMap((cell) => {
    const { box, cellClass, isCrowd } = cell;
    const isPlain = cellClass === 'erythrocyte' || cellClass === 'platelet';
    const isKnown = cellClass === undefined || allowedByLabel(cellClass, classes).includes(true);
    return box === undefined || isCrowd === true || isPlain || !isKnown ? [] : [{ ...cell, box }];
  });
}

/** What a picture as a whole is said to show. */
function pictureType({ dataset }: OpenedDataset, image: ImageRecord): CellClass | undefined {
  const record = image.annotations.find(({ box, mask }) => box === undefined && mask === undefined);
  return record && cellClassOf(dataset, record);
}

function bestOn(cell: Annotation, findings: readonly Finding[]): Finding | undefined {
  return findings
    .map((finding) => ({ finding, overlap: boxIou(finding.box, cell.box!) }))
    .filter(({ overlap }) => overlap >= 0.5)
    .sort((a, b) => b.overlap - a.overlap)[0]?.finding;
}

function scoreField(findings: readonly Finding[], cells: readonly Annotation[]): ScoredField {
  return {
    scores: findings.map(({ score }) => score),
    hits: cells.map((cell) =>
      Math.max(
        0,
        ...findings.filter(({ box }) => boxIou(box, cell.box!) >= 0.5).map(({ score }) => score),
      ),
    ),
  };
}

/** What is best for cells that trained nothing. */
export function fitCalibration(
  { fields, typed }: Seen,
  classes: readonly CellClass[],
  before: ModelDescription['calibration'],
  { flagged, beta }: Pick<Options, 'flagged' | 'beta'>,
): ModelDescription['calibration'] {
  if (typed.length === 0) {
    throw new LeukoscopeError(
      'CALIBRATE_CELLS',
      'the data must hold cells of known type that the model finds and gives probabilities to. Received none. Check classes with leukoscope dataset stats.',
    );
  }
  const scoreThreshold =
    fields.length === 0 ? before.scoreThreshold : fitScoreThreshold(fields, beta);
  // A model of one class names nothing: there is no probability to temper and no type to doubt.
  if (classes.length === 1) return { ...before, scoreThreshold };
  const T = fitTemperature(typed);
  const certainties = typed.flatMap(({ probabilities, allowed }) => {
    const p = Array.from(tempered(probabilities, T));
    if (!allowed[p.indexOf(Math.max(...p))]) return [];
    return [Math.max(...probabilityByRow(p, classes, 'fine').values())];
  });
  return {
    // What the model gave is tempered already.
    temperature: Number((before.temperature * T).toPrecision(4)),
    unsureBelow: Number(unsureBelow(certainties, flagged).toPrecision(5)),
    scoreThreshold,
  };
}
