/** @file From what is typed to an experiment: its file, its folder, or its name below `experiments`. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { LeukoscopeError, messageOf } from '@leukoscope/core';
import { type Experiment, type ExperimentRun, parseExperiment } from '@leukoscope/training';

/** The name of the file in an experiment's folder. */
export const experimentFile = 'experiment.json';

/** An experiment and where it lies. */
export interface FoundExperiment {
  readonly name: string;
  /** Its folder. */
  readonly home: string;
  readonly experiment: Experiment;
  readonly runs: readonly ExperimentRun[];
}

/** Read an experiment. */
export async function findExperiment(typed: string): Promise<FoundExperiment> {
  const places = /\.json$/i.test(typed)
    ? [typed]
    : [path.join(typed, experimentFile), path.join('experiments', typed, experimentFile)];
  const file = places.find((place) => existsSync(place));
  if (file === undefined) {
    throw new LeukoscopeError(
      'CLI_EXPERIMENT',
      `an experiment must have its file ${places.join(' or ')}. Found none. docs/guide-training.md shows one.`,
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new LeukoscopeError(
      'CLI_EXPERIMENT',
      `${file} must be JSON that can be read. Received: ${messageOf(cause)}.`,
      { cause },
    );
  }
  const home = path.dirname(path.resolve(file));
  return { name: path.basename(home), home, ...parseExperiment(json, file) };
}
