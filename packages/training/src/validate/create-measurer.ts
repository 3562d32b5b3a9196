/** @file What is measured while a model trains, by its task. */
import type { ConfiguredModel } from '@leukoscope/models';
import { measureBoxes } from './measure-boxes.ts';
import { measureClasses } from './measure-classes.ts';
import { measurePixels } from './measure-pixels.ts';
import type { Measurer } from './measurer.ts';

/** Make the measurer of a model's task. */
export function createMeasurer(model: ConfiguredModel): Measurer {
  switch (model.task) {
    case 'classes':
      return measureClasses(model);
    case 'boxes':
    case 'instances':
      return measureBoxes(model.classes);
    case 'pixels':
      return measurePixels(model);
  }
}
