/**
 * @file Learns a laboratory's stain from corrected and confirmed cells: a layer near the parent's, fitted on their features
 * and on the stored ones of the parent's own laboratories, with temperature and doubt of its own. What it is worth is
 * measured on cells that were held apart by slide, before anybody can use it.
 */
import { type CellClass, LeukoscopeError, reportClass } from '@leukoscope/core';
import { fitTemperature, type JudgedCell, unsureBelow } from '@leukoscope/metrics';
import { allowedByLabel, meanOfViews, tempered, type TypeHead } from '@leukoscope/models';
import type { Runtime } from '@leukoscope/nn/runtime';
import { answerOf, answersOf } from './answer-of.ts';
import type { LabelledCell } from './see-cells.ts';
import { type AnswerComparison, compareAnswers } from './compare-answers.ts';
import { allowedOf, type FeatureCells, joinCells, taughtCells } from './feature-cells.ts';
import type { FeatureMemory } from './feature-memory.ts';
import { fitHead, widened } from './fit-head.ts';
import { groupFolds } from './group-folds.ts';
import { answerFor, isRight } from './judge-type.ts';
import { type AuthorDoubt, contradictions, suspiciousLabels } from './label-doubts.ts';
import { loneLabels } from './lone-labels.ts';

/** The model that learns. */
export interface ParentModel {
  readonly classes: readonly CellClass[];
  readonly head: TypeHead;
  readonly temperature: number;
}

/** How to adapt. */
export interface AdaptOptions {
  /** Works the fits out. */
  readonly runtime: Runtime;
  /** Share of the cells, by groups, on which the written layer itself is measured; 0: each fifth of the cells by a layer that was fitted on the others. @default 0 */
  readonly holdout?: number;
  /** Share of right answers that may be flagged as not sure. @default 0.085 */
  readonly flagged?: number;
  /** Called after each fit. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A cell whose type the candidate tells otherwise than the parent. */
export interface ChangedCell {
  /** Its place among the cells given. */
  readonly place: number;
  readonly label: CellClass;
  readonly before: CellClass;
  readonly after: CellClass;
}

/** A layer that nobody has accepted yet, and what is known of it. */
export interface Candidate {
  readonly head: TypeHead;
  readonly calibration: { readonly temperature: number; readonly unsureBelow: number };
  /** Cells of this laboratory that were held apart. */
  readonly here: AnswerComparison;
  /** Stored cells of the parent's laboratories, which fitted nothing: five types and other kinds, stages of one kind as one. */
  readonly there: AnswerComparison;
  /** How often cells held apart are flagged as not sure. */
  readonly doubt: { readonly ofRight: number; readonly ofWrong: number };
  /** Places of cells that contradict another one; they fitted nothing. */
  readonly contradicting: readonly number[];
  /** Places of labels that all other cells speak against. */
  readonly suspicious: readonly number[];
  readonly byAuthor: readonly AuthorDoubt[];
  /** Labels of one slide only: learnt, but measured on no other. */
  readonly loneLabels: readonly CellClass[];
  readonly changed: readonly ChangedCell[];
}

/** λ of `fitHead`, and how much the laboratory's cells count beside the stored ones. */
export interface AdaptSettings {
  readonly hold: number;
  readonly siteShare: number;
  readonly mostSteps: number;
}

/** Chosen on laboratories that may train (docs/decisions/0170-adaptation-by-a-linear-layer.md). */
export const adaptSettings: AdaptSettings = { hold: 0.03, siteShare: 0.5, mostSteps: 40 };

const folds = 5;

/** Fit a candidate and measure it. */
export async function adaptHead(
  parent: ParentModel,
  site: readonly LabelledCell[],
  stored: Pick<FeatureMemory, 'memory' | 'check'>,
  options: AdaptOptions,
): Promise<Candidate> {
  const { runtime, holdout = 0, flagged = 0.085, onProgress, signal } = options;
  const { classes, temperature } = parent;
  const features = site.map(({ views }) => meanOfViews(views));
  const contradicting = contradictions(
    site.map(({ label, author }, n) => ({ label, author, features: features[n]! })),
  );
  const isLeftOut = new Set(contradicting);
  const usable = [...site.keys()].filter((n) => !isLeftOut.has(n));
  const isHeldOut = heldOut(site, holdout);
  const learnt = usable.filter((n) => !isHeldOut.has(n));
  const lone = loneLabels(learnt.map((n) => site[n]!));
  const isLone = (n: number) => lone.has(site[n]!.label);
  // Without its only slide nothing of such a label would be left to learn: its cells are held apart one by one, which says
  // whether they agree with each other, not how another slide would fare.
  const foldOf = groupFolds(
    site.map(({ label, group }, n) => ({
      label,
      group: isLone(n) ? `${group}, cell ${n}` : group,
    })),
    folds,
  );
  const measured =
    holdout > 0 ? usable.filter((n) => isHeldOut.has(n)) : learnt.filter((n) => !isLone(n));
  const slides = new Set(learnt.map((n) => site[n]!.group)).size;
  if (slides < 2 || measured.length === 0) {
    throw new LeukoscopeError(
      'ADAPT_SLIDES',
      `cells of a type must come from at least two slides to learn from${holdout > 0 ? ', and others to measure with' : ''}, contradicting ones not counted. Received ${slides}${slides < 2 ? '' : ', none with a type that another has'}. Name cells of more slides${holdout > 0 ? ', or leave the share held out away' : ''}.`,
    );
  }
  const parts = [...new Set(learnt.map((n) => foldOf[n]!))];
  const fits = parts.length + 1;
  let done = 0;
  const fitOn = async (places: readonly number[]) => {
    // A turn of the event loop: Ctrl-C is heard between fits.
    await new Promise((resolve) => setTimeout(resolve, 0));
    signal?.throwIfAborted();
    const own = taughtCells(places.map((place) => site[place]!));
    const head = await fitSite(parent, own, stored.memory, { runtime });
    onProgress?.(++done, fits);
    return head;
  };
  // By layers that never saw a cell's group.
  const apart = new Map<number, number[]>();
  for (const part of parts) {
    const head = await fitOn(learnt.filter((n) => foldOf[n] !== part));
    for (const n of learnt) {
      if (foldOf[n] === part) apart.set(n, answerOf(site[n]!.views, head, 1));
    }
  }
  const head = await fitOn(learnt);
  const measuring = learnt.filter((n) => !isLone(n));
  const judged = measuring.map((n) => judge(apart.get(n)!, site[n]!.label, classes));
  const checked = answersOf(stored.check.features, head, 1);
  const calibration = calibrate(
    [...judged, ...someOf(judgedCheck(checked, stored.check, classes), judged.length)],
    flagged,
  );
  for (const n of isHeldOut) {
    if (!isLeftOut.has(n)) apart.set(n, answerOf(site[n]!.views, head, 1));
  }
  const labels = measured.map((n) => site[n]!.label);
  const temper = (p: readonly number[]) => Array.from(tempered(p, calibration.temperature));
  const answers = measured.map((n) => temper(apart.get(n)!));
  const { places, byAuthor } = suspiciousLabels(
    learnt.map((n) => site[n]!),
    classes,
    learnt.map((n) => apart.get(n)!),
  );
  const wide = widened(parent.head, stored.check.width);
  return {
    head,
    calibration,
    here: compareAnswers(
      labels,
      { classes, probabilities: measured.map((n) => site[n]!.probabilities) },
      { classes, probabilities: answers },
    ),
    there: compareAnswers(
      stored.check.labels.map((label) => reportClass(label, 'five')),
      { classes, probabilities: answersOf(stored.check.features, wide, temperature) },
      { classes, probabilities: checked.map(temper) },
    ),
    doubt: doubtOf(answers, labels, classes, calibration.unsureBelow),
    contradicting,
    suspicious: places.map((i) => learnt[i]!),
    byAuthor,
    loneLabels: [...lone].sort(),
    changed: measured.flatMap((n, i) => {
      const { label, probabilities } = site[n]!;
      const before = answerFor(probabilities, classes, label);
      const after = answerFor(answers[i]!, classes, label);
      return before === after ? [] : [{ place: n, label, before, after }];
    }),
  };
}

/** How to fit a layer. */
export interface FitSiteOptions {
  readonly runtime: Runtime;
  /** @default adaptSettings */
  readonly settings?: AdaptSettings;
}

/** Fit a layer on cells of a laboratory beside the stored ones. */
export function fitSite(
  parent: Pick<ParentModel, 'classes' | 'head'>,
  site: FeatureCells,
  memory: FeatureCells,
  { runtime, settings = adaptSettings }: FitSiteOptions,
): Promise<TypeHead> {
  const { hold, siteShare, mostSteps } = settings;
  const { classes } = parent;
  const all = joinCells([site, memory]);
  const counts = Float64Array.from([
    ...evenly(site.labels, siteShare),
    ...evenly(memory.labels, 1 - siteShare),
  ]);
  const examples = {
    features: all.features,
    allowed: allowedOf(all.labels, classes),
    counts,
    kept: keptAnswers(parent, memory, site.labels.length),
  };
  return fitHead(examples, parent.head, { runtime, hold, mostSteps });
}

/** The parent's own answers about stored cells that it is right about: neither surer nor less sure than it was. */
function keptAnswers(
  { classes, head }: Pick<ParentModel, 'classes' | 'head'>,
  { width, features, labels }: FeatureCells,
  before: number,
): Float64Array {
  const K = classes.length;
  const kept = new Float64Array((before + labels.length) * K);
  answersOf(features, widened(head, width), 1).forEach((p, n) => {
    if (isRight(p, classes, labels[n]!)) kept.set(p, (before + n) * K);
  });
  return kept;
}

/** Counts that sum to a total: of a type with n cells each counts 1 / √n, so that rare ones are heard. */
function evenly(labels: readonly CellClass[], total: number): number[] {
  const numbers = new Map<CellClass, number>();
  for (const label of labels) numbers.set(label, (numbers.get(label) ?? 0) + 1);
  const raw = labels.map((label) => 1 / Math.sqrt(numbers.get(label)!));
  const sum = raw.reduce((a, b) => a + b, 0);
  return raw.map((count) => (count * total) / sum);
}

/** Whole groups, until the share is reached; the fold that holds them is as balanced as any. */
function heldOut(site: readonly LabelledCell[], share: number): Set<number> {
  if (share === 0) return new Set();
  const parts = Math.max(2, Math.round(1 / share));
  const foldOf = groupFolds(site, parts);
  return new Set([...site.keys()].filter((n) => foldOf[n] === 0));
}

function judge(
  probabilities: readonly number[],
  label: CellClass,
  classes: readonly CellClass[],
): JudgedCell {
  return { probabilities, allowed: allowedByLabel(label, classes) };
}

function judgedCheck(
  answers: readonly (readonly number[])[],
  { labels }: FeatureCells,
  classes: readonly CellClass[],
): JudgedCell[] {
  return answers.map((p, n) => judge(p, labels[n]!, classes));
}

/** As many of the stored cells as there are of the site, 100 at least: a temperature of a few cells is chance. */
function someOf(cells: readonly JudgedCell[], wanted: number): JudgedCell[] {
  const step = Math.max(1, Math.floor(cells.length / Math.max(100, wanted)));
  return cells.filter((_, n) => n % step === 0);
}

function calibrate(cells: readonly JudgedCell[], flagged: number): Candidate['calibration'] {
  const T = fitTemperature(cells);
  const certainties = cells.flatMap(({ probabilities, allowed }) => {
    const p = Array.from(tempered(probabilities, T));
    const highest = Math.max(...p);
    return allowed[p.indexOf(highest)] === true ? [highest] : [];
  });
  return {
    temperature: Number(T.toPrecision(4)),
    unsureBelow: Number(unsureBelow(certainties, flagged).toPrecision(5)),
  };
}

function doubtOf(
  answers: readonly (readonly number[])[],
  labels: readonly CellClass[],
  classes: readonly CellClass[],
  limit: number,
): Candidate['doubt'] {
  const shares = (wanted: boolean) => {
    const own = answers.filter((p, n) => isRight(p, classes, labels[n]!) === wanted);
    return own.filter((p) => Math.max(...p) < limit).length / Math.max(1, own.length);
  };
  return { ofRight: shares(true), ofWrong: shares(false) };
}
