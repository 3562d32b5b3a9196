import { test } from 'vitest';
import { expectGradients } from './networks/expect-gradients.ts';

test('differentiates ResNet-18 with frozen norms as PyTorch', () =>
  expectGradients('resnet18', 'frozen'));

test('differentiates ResNet-18 with trained norms as PyTorch', () =>
  expectGradients('resnet18', 'batch'));
