import { test } from 'vitest';
import { expectTorchvision } from './harness/two-stage-parity.ts';

test('a small Faster R-CNN gives the losses and detections of torchvision', () =>
  expectTorchvision('faster-rcnn', 'small'));

test('a small Mask R-CNN gives the losses, detections and masks of torchvision', () =>
  expectTorchvision('mask-rcnn', 'small'));
