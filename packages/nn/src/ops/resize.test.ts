import { expect, test } from 'vitest';
import '../../test/harness/close-to-tensor.ts';
import { evaluate } from '../../test/harness/evaluate.ts';
import { input } from '../graph/tensor.ts';
import { resizeNearest } from './resize.ts';

test('reads floor(i from / to), also where the quotient is whole and rounding could miss it', async () => {
  const targets = Array.from({ length: 75 }, (_, i) => i + 1);
  for (const from of [1, 2, 3, 5, 6, 7, 10, 12, 19, 38, 75]) {
    const x = input('x', [1, 1, 1, from]);
    const outputs = targets.map((to) => [`to${to}`, resizeNearest(x, [1, to])] as const);
    // An output may not be the input itself.
    const resized = outputs.filter(([, tensor]) => tensor !== x);
    const data = Float32Array.from({ length: from }, (_, i) => i);
    const results = await evaluate(Object.fromEntries(resized), {
      x: { dtype: 'float32', shape: [1, 1, 1, from], data },
    });
    for (const [name, tensor] of resized) {
      const to = tensor.shape[3]!;
      const expected = Array.from({ length: to }, (_, i) => Math.floor((i * from) / to));
      expect(Array.from(results[name]!.data, Number), `${from} to ${to}`).toEqual(expected);
    }
  }
});
