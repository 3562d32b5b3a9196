/** @file How locator and refiner take pictures: v / 64 - 2.6, mean and spread of stained smears, about. */
import type { Size } from '@leukoscope/core';
import type { InputSpec } from '../family/input-spec.ts';
import { fillValue } from './sample-square.ts';

const deviation = 64 / 255;
const mean = 2.6 * deviation;

/** The input of a part, in balanced light; what lies beside the picture is the grey of borders. */
export function stainedInput(size: Size, multipleOf: number): InputSpec {
  return {
    size,
    fit: 'letterbox',
    multipleOf,
    mean: [mean, mean, mean],
    deviation: [deviation, deviation, deviation],
    padding: fillValue,
    light: 'balanced',
  };
}
