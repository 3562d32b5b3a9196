/** @file Measures picture after picture, and keeps what was judged, so that any choice of pictures can be summed up. */
import type { Sample } from '@leukoscope/core';
import type { Measure, Measurement } from './measurement.ts';

/** A measurement under way. */
export interface Measuring<Answer> extends MeasuredPictures {
  add(sample: Sample, answer: Answer): void;
}

/** What was measured so far, by pictures in the order in which they came. */
export interface MeasuredPictures {
  finish(): Measurement;
  /** Of these pictures only, by place; one may be taken several times. */
  valuesOf(places: readonly number[]): Measurement['values'];
  /** What is told of each picture by itself. */
  each(): readonly Measurement['values'][];
}

/** Begin. */
export function startMeasuring<Answer, Judged>(
  measure: Measure<Answer, Judged>,
): Measuring<Answer> {
  const judged: Judged[] = [];
  return {
    add: (sample, answer) => void judged.push(measure.judge(sample, answer)),
    finish: () => measure.summarise(judged),
    valuesOf: (places) => measure.summarise(places.map((place) => judged[place]!)).values,
    each: () => judged.map((one) => measure.each(one)),
  };
}

/** Two measures of the same pictures; the second reads the answer in a form of its own. */
export function joinMeasures<A, J, B, K>(
  first: Measure<A, J>,
  second: Measure<B, K>,
  answerOf: (sample: Sample, answer: A) => B,
): Measure<A, readonly [J, K]> {
  return {
    judge: (sample, answer) => [
      first.judge(sample, answer),
      second.judge(sample, answerOf(sample, answer)),
    ],
    summarise(judged) {
      const measurement = first.summarise(judged.map(([one]) => one));
      const more = second.summarise(judged.map(([, other]) => other)).values;
      return { ...measurement, values: { ...measurement.values, ...more } };
    },
    each: ([one, other]) => ({ ...first.each(one), ...second.each(other) }),
  };
}
