/** @file A real network with its description inside: it finds one monocyte in the middle of any picture. */
import {
  add,
  buildInferenceModel,
  constant,
  decodeOnnxModel,
  encodeOnnxModel,
  input,
  mean,
  mul,
  type OnnxModel,
} from '@leukoscope/nn';

const bytes = buildInferenceModel(() => {
  const nothing = mul(mean(input('image', [1, 3, 64, 64])), 0);
  const fixed = (shape: number[], ...values: number[]) =>
    add(constant({ dtype: 'float32', shape, data: Float32Array.from(values) }), nothing);
  return {
    boxes: fixed([1, 1, 4], 16, 16, 48, 48),
    scores: fixed([1, 1], 0.9),
    class_index: fixed([1, 1], 1),
    probabilities: fixed([1, 1, 2], 0.2, 0.8),
  };
}, new Map());

const description = {
  format: 2,
  name: 'Middle',
  reader: 'boxes',
  classes: ['lymphocyte', 'monocyte'],
  input: {
    size: { width: 64, height: 64 },
    fit: 'stretch',
    multipleOf: 8,
    mean: [0, 0, 0],
    deviation: [1, 1, 1],
    padding: 0,
  },
  calibration: { scoreThreshold: 0.1 },
  parent: { name: 'its parent', hash: 'cd'.repeat(32) },
};

/** Write the file as exports do; `more` replaces fields of the description, `change` the network. */
export function middleModel(
  more: object = {},
  change: (model: OnnxModel) => OnnxModel = (model) => model,
): Uint8Array<ArrayBuffer> {
  const metadata = { leukoscope: JSON.stringify({ ...description, ...more }) };
  return new Uint8Array(encodeOnnxModel({ ...change(decodeOnnxModel(bytes)), metadata }));
}
