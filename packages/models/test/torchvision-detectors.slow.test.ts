import { taxonomies } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { expectClose } from '../../nn/test/evaluate-graph.ts';
import { fcos } from '../src/detectors/fcos.ts';
import { retinanet } from '../src/detectors/retinanet.ts';
import { ssd } from '../src/detectors/ssd.ts';
import {
  type ComparedDetector,
  parseRecorded,
  type RecordedDetector,
  runRecorded,
} from './harness/recorded-detector.ts';

/** Hold everything that was recorded against ours. */
async function expectAsRecorded<O>(
  recorded: RecordedDetector,
  detector: ComparedDetector<O>,
  lossNames: Readonly<Record<string, string>>,
): Promise<void> {
  const { batch, first } = await runRecorded(detector, recorded);
  for (const [name, { step, values }] of Object.entries(recorded.samples)) {
    const ours = batch[name]!.filter((_, i) => i % step === 0).slice(0, values.length);
    expectClose(ours, values, { rtol: 1e-3, atol: 1e-4, what: name });
  }
  for (const [theirs, ours] of Object.entries(lossNames)) {
    expectClose(batch[ours]!, [recorded.losses[theirs]!], { rtol: 1e-3, what: theirs });
  }
  const total = Object.values(recorded.losses).reduce((a, b) => a + b, 0);
  expectClose(batch['loss']!, [total], { rtol: 1e-3, what: 'loss' });
  for (const [key, norm] of Object.entries(recorded.gradients)) {
    expectClose(batch[`d ${key}`]!, [norm], { rtol: 1e-3, what: `gradient of ${key}` });
  }
  const { boxes, scores, labels } = recorded.detections;
  expectClose(first['scores']!.slice(0, scores.length), scores, { rtol: 1e-3, what: 'scores' });
  expect(first['class_index']!.slice(0, labels.length)).toEqual(labels);
  const ourBoxes = first['boxes']!.slice(0, boxes.length);
  expectClose(ourBoxes, boxes, { rtol: 1e-3, atol: 0.05, what: 'boxes' });
}

test('RetinaNet with ResNet-50 answers as torchvision, loss and gradients too', async () => {
  const recorded = parseRecorded('retinanet');
  const config = { ...retinanet.presets.paper, size: recorded };
  await expectAsRecorded(
    recorded,
    {
      input: retinanet.input(config),
      rename: retinanet.rename,
      build: (scope, image) => retinanet.build(scope, image, config),
      loss: (scope, outputs, truth, plan) => retinanet.loss(scope, outputs, truth, config, plan),
      raw: ({ logits, deltas }) => ({ cls_logits: logits, bbox_regression: deltas }),
      exported: (scope, outputs) => retinanet.exported(scope, outputs, config),
    },
    { classification: 'types', bbox_regression: 'boxes' },
  );
});

test('FCOS with ResNet-50 answers as torchvision, loss and gradients too', async () => {
  const recorded = parseRecorded('fcos');
  const config = { ...fcos.presets.paper, size: recorded };
  await expectAsRecorded(
    recorded,
    {
      input: fcos.input(config),
      rename: fcos.rename,
      build: (scope, image) => fcos.build(scope, image, config),
      loss: (scope, outputs, truth, plan) => fcos.loss(scope, outputs, truth, config, plan),
      raw: ({ logits, distances, centreness }) => ({
        cls_logits: logits,
        bbox_regression: distances,
        bbox_ctrness: centreness,
      }),
      exported: (scope, outputs) => fcos.exported(scope, outputs, config),
    },
    { classification: 'types', bbox_regression: 'boxes', bbox_ctrness: 'central' },
  );
});

test('SSD300 with VGG-16 answers as torchvision, loss and gradients too', async () => {
  const recorded = parseRecorded('ssd');
  const { paper } = ssd.presets;
  const config = {
    ...paper,
    classes: taxonomies.five.classes,
    // torchvision's scales are those for COCO.
    defaultBoxes: { ...paper.defaultBoxes, scales: [0.07, 0.15, 0.33, 0.51, 0.69, 0.87, 1.05] },
  };
  await expectAsRecorded(
    recorded,
    {
      input: ssd.input(config),
      rename: ssd.rename,
      build: (scope, image) => ssd.build(scope, image, config),
      loss: (scope, outputs, truth, plan) => ssd.loss(scope, outputs, truth, config, plan),
      raw: ({ logits, deltas }) => ({ cls_logits: logits, bbox_regression: deltas }),
      exported: (scope, outputs) => ssd.exported(scope, outputs, config),
    },
    { classification: 'types', bbox_regression: 'boxes' },
  );
});
