/** @file What a described model answers: its family's task, or what its reader gives. */
import { familyOf, type ModelDescription, type ReaderName, type Task } from '@leukoscope/models';

const taskOfReader: Readonly<Record<ReaderName, Task>> = {
  boxes: 'boxes',
  pixels: 'pixels',
  classes: 'classes',
  'two-stage': 'instances',
  watershed: 'instances',
  external: 'boxes',
  ensemble: 'boxes',
};

/** Return the task of a model. */
export function taskOf({ family, reader }: ModelDescription): Task {
  return family === undefined ? taskOfReader[reader] : familyOf(family.name).task;
}
