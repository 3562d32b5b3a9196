import { readFileSync } from 'node:fs';
import { familyOf } from '@leukoscope/models';
import { expect, test } from 'vitest';
import { expectClose } from '../../nn/test/evaluate-graph.ts';
import { runScene } from './harness/scene.ts';
import {
  expectDetections,
  noiseStreams,
  type Recorded,
  recordedConfig,
} from './harness/two-stage-parity.ts';

const file = new URL('../../../fixtures/detectors/refining-heads.json', import.meta.url);
const all = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Recorded>;

const { masks: _masks, boxes, ...common } = recordedConfig('small');
const { deltaWeights: _weights, ...boxesOfGrid } = boxes;
const { positiveIou: _iou, ...boxesOfCascade } = boxesOfGrid;
const conv = { channels: 16, bottlenecks: 1, norm: 'frozen', normGroups: 4 };
const grid = {
  ...{ poolSize: 7, layers: 2, dilation: 1, channels: 4 },
  ...{ norm: 'none', normGroups: 4, lossWeight: 15 },
};

test.each([
  ['cascade-rcnn', { ...common, boxes: boxesOfCascade }],
  ['double-head', { ...common, boxes, conv }],
  ['grid-rcnn', { ...common, boxes: boxesOfGrid, grid }],
])('%s gives the losses and detections of its definition in PyTorch', async (name, config) => {
  const recorded = all[name]!;
  const model = familyOf(name).configure({ preset: 'paper', config });
  const { losses, outputs } = await runScene(model, noiseStreams);
  for (const [key, value] of Object.entries(recorded.losses)) {
    expectClose([losses[key]!], [value], { what: key });
  }
  expectDetections(outputs, recorded);
  expect(recorded.classIndex.length).toBeGreaterThan(0);
});
