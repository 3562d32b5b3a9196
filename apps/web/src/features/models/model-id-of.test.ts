import { expect, test } from 'vitest';
import { modelIdOf } from './model-id-of.ts';

test('a file name becomes an id that the server takes', () => {
  expect(modelIdOf('My U-Net (final).onnx')).toBe('My-U-Net-final-');
  expect(modelIdOf('_best.ONNX')).toBe('best');
  expect(modelIdOf('...')).toBe('');
  expect(modelIdOf(`${'a'.repeat(80)}.onnx`)).toHaveLength(64);
});
