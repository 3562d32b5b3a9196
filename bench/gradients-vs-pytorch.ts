/**
 * @file Compares every number of a ResNet's gradients with PyTorch's (float64), not only the recorded
 * summaries: `node --conditions=@leukoscope/source bench/gradients-vs-pytorch.ts [--size 64]`.
 *
 * Prints per network the loss of both and the worst relative L2 error |ours - theirs| / |theirs| of a
 * parameter, beside that of PyTorch's own float32: where rounding turns a ReLU near 0 the other way,
 * both leave the float64 gradients by some 1e-3. Ends with code 1 where ours is above 1e-3 and twice
 * PyTorch's. Needs Debian's python3-torch and python3-torchvision.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import {
  type NetworkName,
  type NormKind,
  networkGradients,
} from '../packages/nn/test/networks/gradients.ts';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '64' },
    python: { type: 'string', default: '/usr/bin/python3' },
  },
});
const size = Number(values.size);
const script = path.join(import.meta.dirname, '../fixtures/nn-reference/networks.py');
const folder = mkdtempSync(path.join(tmpdir(), 'leukoscope-gradients-'));
const networks: readonly (readonly [NetworkName, NormKind])[] = [
  ['resnet18', 'frozen'],
  ['resnet18', 'batch'],
  ['resnet50', 'frozen'],
  ['resnet50', 'batch'],
];

console.log(`2 images of ${size}x${size}, against PyTorch in float64`);
try {
  for (const [name, norm] of networks) await compare(name, norm);
} finally {
  rmSync(folder, { recursive: true });
}

async function compare(name: NetworkName, norm: NormKind): Promise<void> {
  const file = path.join(folder, `${name}.bin`);
  const output = execFileSync(
    values.python,
    ['-B', '-W', 'ignore', script, name, norm, String(size), file],
    {
      encoding: 'utf8',
    },
  );
  const theirs = JSON.parse(output) as {
    loss: number;
    ownError: number;
    counts: Record<string, number>;
  };
  const bytes = readFileSync(file);
  const all = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  const ours = await networkGradients(name, norm, [2, 3, size, size]);
  const errors: { key: string; error: number }[] = [];
  let start = 0;
  for (const [key, count] of Object.entries(theirs.counts)) {
    const expected = all.subarray(start, start + count);
    errors.push({ key, error: relativeError(ours.gradients.get(key)!, expected) });
    start += count;
  }
  errors.sort((a, b) => b.error - a.error);
  const { key, error } = errors[0]!;
  console.log(
    `${name} ${norm.padEnd(6)} loss ${ours.loss.toFixed(6)} / ${theirs.loss.toFixed(6)}  ` +
      `${errors.length} gradients, worst relative L2 ${error.toExponential(2)} (${key}), PyTorch's float32 ${theirs.ownError.toExponential(2)}`,
  );
  if (error > Math.max(1e-3, 2 * theirs.ownError)) process.exitCode = 1;
}

function relativeError(ours: Float32Array, theirs: Float32Array): number {
  let [difference, total] = [0, 0];
  for (let i = 0; i < theirs.length; i++) {
    difference += (ours[i]! - theirs[i]!) ** 2;
    total += theirs[i]! ** 2;
  }
  return Math.sqrt(difference / total);
}
