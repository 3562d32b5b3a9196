import { readFileSync } from 'node:fs';
import { float32 } from '@leukoscope/core';
import { darknetFileLayout, familyOf } from '@leukoscope/models';
import {
  buildInferenceModel,
  type DarknetLayer,
  emitGraph,
  encodeOnnxModel,
  createScope,
  input,
  readWeightsFile,
  foldValues,
} from '@leukoscope/nn';
import { openRuntime, type Runtime } from '@leukoscope/nn/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { noise } from '../../nn/test/harness/noise.ts';
import { yolov2 } from '../src/detectors/yolov2.ts';
import { yolov3, yolov3Tiny } from '../src/detectors/yolov3.ts';
import { backbonePresets } from '../src/backbones/backbone.ts';
import type { ModelFamily } from '../src/family/model-family.ts';
import type { YoloConfig } from '../src/detectors/yolo-fields.ts';
import type { YoloOutputs } from '../src/heads/yolo-head.ts';
import type { BoxTruth } from '../src/truth/box-truth.ts';
import { expectClose } from '../../nn/test/evaluate-graph.ts';

interface Recorded {
  readonly side: number;
  readonly loudness: number;
  readonly threshold: number;
  /** Every seventh value of each predictor's map. */
  readonly outputs: readonly { readonly shape: readonly number[]; readonly values: number[] }[];
  /** Score, class and box of the best. */
  readonly detections: readonly (readonly number[])[];
}

let runtime: Runtime;
beforeAll(() => {
  runtime = openRuntime({ host: 'inline', threads: 1, spinning: false });
});
afterAll(() => runtime.close());

function parseRecorded(name: string): Recorded {
  const path = new URL(`../../../fixtures/dense-detectors/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8')) as Recorded;
}

/** The .weights file of generate_yolo.py, byte for byte. */
function weightsFile(layout: readonly DarknetLayer[], loudness: number): Uint8Array {
  const parts: Float32Array[] = [];
  let stream = 50_000;
  const put = (count: number, low: number, high: number) =>
    parts.push(noise(stream++, count, low, high));
  let lastKernel = 0;
  for (const layer of layout) {
    if (layer.kind !== 'convolution') throw new Error('YOLO has convolutions only.');
    const { inputs, outputs, kernelSize, batchNorm } = layer;
    put(outputs, -0.1, 0.1);
    if (batchNorm) {
      const isQuiet = kernelSize === 3 && lastKernel === 1;
      put(outputs, isQuiet ? 0.1 : 0.8, isQuiet ? 0.3 : 1.2);
      put(outputs, -0.1, 0.1);
      put(outputs, 0.5, 1.5);
    }
    lastKernel = kernelSize;
    const fan = inputs * kernelSize ** 2;
    const limit = Math.sqrt(6 / fan) * (batchNorm ? 1 : loudness);
    put(outputs * fan, -limit, limit);
  }
  const header = new DataView(new ArrayBuffer(20));
  header.setInt32(4, 2, true);
  const bytes = parts.map(({ buffer }) => new Uint8Array(buffer));
  return Buffer.concat([new Uint8Array(header.buffer), ...bytes]);
}

const narrow = { classes: familyOf('yolov2').configure({ preset: 'paper' }).classes };

const cases = [
  [
    'yolov3',
    yolov3,
    {
      ...yolov3.presets.paper,
      ...narrow,
      backbone: backbonePresets['darknet-53-tiny'],
      levels: yolov3.presets.paper.levels.map((l) => ({ ...l, channels: l.channels / 8 })),
    },
  ],
  [
    'yolov3-tiny',
    yolov3Tiny,
    {
      ...yolov3Tiny.presets.paper,
      ...narrow,
      backbone: backbonePresets['darknet-tiny-narrow'],
      levels: yolov3Tiny.presets.paper.levels.map((l) => ({ ...l, channels: l.channels / 4 })),
    },
  ],
  [
    'yolov2',
    yolov2,
    {
      ...yolov2.presets.paper,
      backbone: backbonePresets['darknet-19-tiny'],
      channels: 128,
      passthrough: 8,
    },
  ],
] as unknown as readonly (readonly [
  string,
  ModelFamily<YoloConfig, YoloOutputs, BoxTruth>,
  YoloConfig,
])[];

test.each(cases)(
  '%s answers as darknet from the same .weights file',
  async (name, family, given) => {
    const { side, loudness, threshold, outputs, detections } = parseRecorded(name);
    const size = { width: side, height: side };
    const config = {
      ...given,
      size,
      detection: { ...given.detection, scoreThreshold: threshold, candidates: 5000 },
    };
    const layout = darknetFileLayout(familyOf(name).configure({ preset: 'paper', config }));
    const { tensors } = readWeightsFile(weightsFile(layout, loudness), `${name}.weights`, {
      darknetLayout: layout,
    });
    const image = float32(noise(7_000, 3 * side * side, 0, 1), [1, 3, side, side]);

    const scope = createScope({ mode: 'infer' });
    const { rows } = family.build(scope, input('image', image.shape), config);
    const { model } = emitGraph({
      name,
      outputs: { rows },
      parameterValues: foldValues(new Map(tensors), [...scope.declared.parameters.values()]),
    });
    const raw = await runtime.load(encodeOnnxModel(model));
    const ours = (await raw.run({ image }))['rows']!.data as Float32Array;
    let start = 0;
    for (const { shape, values } of outputs) {
      const [channels, height, width] = shape as [number, number, number];
      // Darknet has [anchor, value, row, column], we [row, column, anchor, value].
      const map = Array.from({ length: channels * height * width }, (_, i) => {
        const channel = Math.floor(i / (height * width));
        return ours[start + (i % (height * width)) * channels + channel]!;
      });
      start += map.length;
      const found = map.filter((_, i) => i % 7 === 0);
      expectClose(found, values, { rtol: 1e-3, atol: 1e-3, what: `${name} map` });
    }
    expect(start).toBe(ours.length);

    const whole = await runtime.load(
      buildInferenceModel(
        (at) => family.exported(at, family.build(at, input('image', image.shape), config), config),
        new Map(tensors),
      ),
    );
    const { scores, boxes, class_index } = await whole.run({ image });
    expect(detections.length).toBeGreaterThan(5);
    detections.forEach(([score, classIndex, ...box], i) => {
      expect(Math.abs(Number(scores!.data[i]) - score!)).toBeLessThan(1e-3);
      expect(Number(class_index!.data[i])).toBe(classIndex);
      const clipped = box.map((x) => Math.min(Math.max(x, 0), side));
      const found = Array.from(boxes!.data.slice(4 * i, 4 * i + 4) as Float32Array);
      expectClose(found, clipped, { rtol: 1e-3, atol: 1e-2, what: `${name} box ${i}` });
    });
  },
);
