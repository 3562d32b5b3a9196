/**
 * @file Networks without training that see cells by their colour: a detector with final boxes (and masks), and a
 * segmenter. Their outputs are those that exported families have (models/src/family/exported-outputs.ts).
 *
 * violet = relu((R + B) / 2 - G) / 255, high where nuclei are.
 */
import type { Size } from '@leukoscope/core';
import {
  averagePool,
  broadcastTo,
  buildInferenceModel,
  cast,
  concat,
  constant,
  conv2d,
  filterProposals,
  input,
  less,
  mul,
  relu,
  reshape,
  sigmoid,
  sub,
  type Tensor,
} from '@leukoscope/nn';

const stride = 16;
/** Most detections. */
const D = 24;

function violetOf({ width, height }: Size): Tensor {
  const image = input('image', [1, 3, height, width]);
  const weight = constant({
    dtype: 'float32',
    shape: [1, 3, 1, 1],
    data: Float32Array.of(0.5 / 255, -1 / 255, 0.5 / 255),
  });
  return relu(conv2d(image, weight));
}

/** Boxes of 64 pixels where it is violet, after suppression; two types by how violet. */
export function colourDetector(size: Size, { masks }: { readonly masks: boolean }): Uint8Array {
  const [columns, rows] = [size.width / stride, size.height / stride];
  return buildInferenceModel(() => {
    const violet = averagePool(averagePool(violetOf(size), stride), 3, { stride: 1, padding: 1 });
    const logits = mul(sub(reshape(violet, [1, rows * columns]), 0.1), 40);
    const boxes = Float32Array.from({ length: rows * columns * 4 }, (_, i) => {
      const place = Math.floor(i / 4);
      const centre = ((i % 2 === 0 ? place % columns : Math.floor(place / columns)) + 0.5) * stride;
      return centre + (i % 4 < 2 ? -32 : 32);
    });
    const anchors = constant({ dtype: 'float32', shape: [1, rows * columns, 4], data: boxes });
    const found = filterProposals(anchors, logits, {
      levelCounts: [rows * columns],
      perLevel: rows * columns,
      count: D,
      size,
      iouThreshold: 0.1,
    });
    const { scores } = found;
    const one = reshape(scores, [1, D, 1]);
    const share = sigmoid(mul(sub(one, 0.5), 8));
    const outputs = {
      boxes: found.boxes,
      scores,
      class_index: cast(less(scores, 0.5), 'int64'),
      probabilities: concat([share, sub(1, share)], 2),
    };
    return masks ? { ...outputs, masks: discs() } : outputs;
  }, new Map());

  function discs(): Tensor {
    const data = Float32Array.from({ length: 64 }, (_, i) => {
      const [x, y] = [(i % 8) - 3.5, Math.floor(i / 8) - 3.5];
      return 1 / (1 + Math.exp(Math.hypot(x, y) - 3.1));
    });
    return broadcastTo(constant({ dtype: 'float32', shape: [1, 1, 8, 8], data }), [1, D, 8, 8]);
  }
}

/** A class per pixel: two types by how violet, and background. */
export function colourSegmenter(size: Size): Uint8Array {
  return buildInferenceModel(() => {
    const violet = averagePool(violetOf(size), 3, { stride: 1, padding: 1 });
    const cell = sigmoid(mul(sub(violet, 0.12), 60));
    const share = sigmoid(mul(sub(violet, 0.25), 30));
    const background = sub(1, cell);
    return {
      probabilities: concat([mul(cell, share), mul(cell, sub(1, share)), background], 1),
    };
  }, new Map());
}
