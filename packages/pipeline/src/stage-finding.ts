/**
 * @file A finding's finer type, where the specimen is expected to hold such types: the stages of maturation in marrow.
 *
 * The model says how likely the kinds that have stages are together; the head of stages says how that is divided:
 *
 *   m = Σ p_k over the kinds k that hold a stage,  P(stage j) = m s_j
 *
 * Kinds without stages (lymphocytes, plasma cells, platelets) keep their probabilities and may still be likelier.
 */
import { type CellClass, coarsen, type Expectation, type TypeDepth } from '@leukoscope/core';
import type { ModelFacts, ModelFinding } from './model/leukocyte-model.ts';

/** What decides whether stages are told. */
export interface StagingOptions {
  readonly depth: TypeDepth;
  readonly expectation: Expectation | undefined;
}

type Facts = Pick<ModelFacts, 'classes' | 'stages' | 'unsureBelow'>;

/** The classes that findings are told in: the model's, and behind them the stages that it has no class for. */
export function classesFor(facts: Facts, options: StagingOptions): readonly CellClass[] {
  const { classes } = facts;
  const more = stagesAsked(facts, options)?.classes.filter((stage) => !classes.includes(stage));
  return more === undefined ? classes : [...classes, ...more];
}

/** Return the finding by its stage where stages are asked for, else as it is. */
export function stageFinding<T extends ModelFinding>(
  { stages: seen, ...finding }: T,
  facts: Facts,
  options: StagingOptions,
): Omit<T, 'stages'> {
  const { probabilities } = finding;
  const stages = stagesAsked(facts, options);
  if (stages === undefined || seen === undefined || probabilities === undefined) return finding;
  const own = facts.classes;
  const holdsStages = new Set(stages.classes.map((stage) => coarsen(stage, own)));
  const mass = probabilities.reduce((sum, p, k) => (holdsStages.has(own[k]) ? sum + p : sum), 0);
  const classes = classesFor(facts, options);
  const divided = classes.map((cellClass, k) => {
    const stage = stages.classes.indexOf(cellClass);
    if (stage >= 0) return mass * seen[stage]!;
    return holdsStages.has(cellClass) ? 0 : probabilities[k]!;
  });
  const classIndex = divided.indexOf(Math.max(...divided));
  const cellClass = classes[classIndex]!;
  const isStage = stages.classes.includes(cellClass);
  const threshold = isStage ? stages.unsureBelow : (facts.unsureBelow ?? 0);
  const isUnsure = divided[classIndex]! < threshold;
  return { ...finding, classIndex, cellClass, isUnsure, probabilities: divided };
}

/** The stages, where the specimen holds them and the table is fine enough to show them. */
function stagesAsked({ stages }: Facts, { depth, expectation }: StagingOptions): Facts['stages'] {
  return expectation === stages?.specimen && depth === 'fine' ? stages : undefined;
}
