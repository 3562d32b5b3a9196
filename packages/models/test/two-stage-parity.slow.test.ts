import { test } from 'vitest';
import { expectTorchvision } from './harness/two-stage-parity.ts';

test('gives the losses and detections of fasterrcnn_resnet50_fpn', () =>
  expectTorchvision('faster-rcnn', 'full'));

test('gives the losses, detections and masks of maskrcnn_resnet50_fpn', () =>
  expectTorchvision('mask-rcnn', 'full'));
