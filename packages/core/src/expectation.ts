/**
 * @file What a specimen is expected to hold. Models learn every kind of cell from about as many examples, while in
 * ordinary blood some kinds are nearly always something else that looks alike; a description says what each
 * expectation does to its probabilities. Nothing expected: the model's own probabilities stand.
 */

/** The expectations, as commands and descriptions name them. */
export const expectations = ['ordinary-blood', 'leukaemia', 'marrow'] as const;

/** What a specimen is expected to hold. */
export type Expectation = (typeof expectations)[number];

/** Expectations as people read them. */
export const expectationNames: Readonly<Record<Expectation, string>> = {
  'ordinary-blood': 'Ordinary blood',
  leukaemia: 'Known or suspected leukaemia',
  marrow: 'Bone marrow',
};
