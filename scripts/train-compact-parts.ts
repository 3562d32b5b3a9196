/** @file What both parts of the compact model are prepared from, and what a prepared part is. */
import type { TensorData } from '@leukoscope/core';
import type { Runtime } from '@leukoscope/nn/runtime';
import type { CompactExperiment, TrainLoopOptions } from '@leukoscope/training';

/** What the parts of the compact model are prepared from. */
export interface PartOptions {
  readonly experiment: CompactExperiment;
  readonly runtime: Runtime;
  readonly data: string;
  /** File of the boxes of centred cells, `train-compact-boxes.ts` writes it. */
  readonly boxes: string | undefined;
  /** Folder for what reading the sets gives. */
  readonly cache: string | undefined;
  readonly say: (text: string) => void;
  /** Weights to begin with instead of random ones. */
  readonly start: ReadonlyMap<string, TensorData> | undefined;
}

/** Steps up to `until` see pictures of this side. */
export interface TrainStage {
  readonly until: number;
  readonly side: number;
}

/** A part that is ready to train, stage by stage. */
export interface PreparedPart {
  readonly stages: readonly TrainStage[];
  prepareStage(
    side: number,
  ): Promise<
    Pick<TrainLoopOptions, 'trainer' | 'batches' | 'schedule' | 'validateEvery' | 'validate'>
  >;
}

/** The stages of a recipe whose pictures end at `side`. */
export function stagesOf(
  { beginSmall, steps }: CompactExperiment['refiner']['recipe'],
  side: number,
): TrainStage[] {
  const whole = { until: steps, side };
  return beginSmall === undefined
    ? [whole]
    : [{ until: beginSmall.steps, side: beginSmall.side }, whole];
}
