import { test } from 'vitest';
import { expectGradients } from './networks/expect-gradients.ts';

test('differentiates ResNet-50 with frozen norms as PyTorch', () =>
  expectGradients('resnet50', 'frozen'));

test('differentiates ResNet-50 with trained norms as PyTorch', () =>
  expectGradients('resnet50', 'batch'));
