import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readSafetensors, writeSafetensors } from '@leukoscope/nn';
import { afterAll, expect, test } from 'vitest';
import { runCli, temporaryFolder } from './run-cli.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const fixture = (name: string) =>
  fileURLToPath(new URL(`../../../fixtures/weights/${name}`, import.meta.url));
const inspect = async (name: string, ...options: string[]) =>
  JSON.parse((await runCli(['weights', 'inspect', fixture(name), '--json', ...options])).out);

test.each([
  ['state-dict.pth', 'pytorch'],
  ['torch.onnx', 'onnx'],
  ['caffe.caffemodel', 'caffe'],
])('recognises %s as %s and lists its tensors', async (name, format) => {
  const result = await inspect(name);
  expect(result.format).toBe(format);
  expect(result.tensors.length).toBeGreaterThan(0);
});

test('converts to safetensors with every name, and with --float32 every float as float32', async () => {
  const before = await inspect('state-dict.pth');
  const dtypes = async (...options: string[]) => {
    const out = folder.at(`w${options.length}.safetensors`);
    await runCli(['weights', 'convert', fixture('state-dict.pth'), '--out', out, ...options]);
    const { tensors } = readSafetensors(new Uint8Array(readFileSync(out)));
    expect([...tensors.keys()].sort()).toEqual(
      before.tensors.map((tensor: { name: string }) => tensor.name).sort(),
    );
    return new Set([...tensors.values()].map(({ dtype }) => dtype));
  };
  expect((await dtypes()).has('float16')).toBe(true);
  expect([...(await dtypes('--float32'))]).not.toContain('float16');
});

test('mean averages files of one network, and refuses those of two', async () => {
  const file = folder.at('once.safetensors');
  await runCli(['weights', 'convert', fixture('state-dict.pth'), '--float32', '--out', file]);
  const { tensors } = readSafetensors(new Uint8Array(readFileSync(file)));
  const floats = new Map([...tensors].filter(([, { dtype }]) => dtype === 'float32'));
  const twice = new Map(
    [...floats].map(([name, tensor]) => [
      name,
      { ...tensor, data: (tensor.data as Float32Array).map((value) => 3 * value) },
    ]),
  );
  writeFileSync(folder.at('a.safetensors'), writeSafetensors(floats));
  writeFileSync(folder.at('b.safetensors'), writeSafetensors(twice));
  const out = folder.at('mean.safetensors');
  await runCli([
    'weights',
    'mean',
    folder.at('a.safetensors'),
    folder.at('b.safetensors'),
    '--out',
    out,
  ]);
  const mean = readSafetensors(new Uint8Array(readFileSync(out))).tensors;
  const [name, first] = [...floats][0]!;
  expect((mean.get(name)!.data as Float32Array)[0]).toBeCloseTo(
    2 * (first.data as Float32Array)[0]!,
    5,
  );
  const { code, err } = await runCli([
    'weights',
    'mean',
    out,
    fixture('torch.onnx'),
    '--out',
    folder.at('no'),
  ]);
  expect(code).not.toBe(0);
  expect(err).toContain('in every run');
});

test('lists what matches, and as many as asked', async () => {
  const all = await inspect('caffe.caffemodel');
  const some = await inspect('caffe.caffemodel', '--match', 'conv1');
  expect(some.tensors.length).toBe(
    all.tensors.filter(({ name }: { name: string }) => name.includes('conv1')).length,
  );
  const { out } = await runCli(['weights', 'inspect', fixture('caffe.caffemodel'), '--limit', '1']);
  expect(out).toContain('and 3 more (--limit 0 lists all)');
});

test('chooses one of several dicts by --path, and says how when it is missing', async () => {
  const { code, err } = await runCli(['weights', 'inspect', fixture('two-models.pth')]);
  expect(code).toBe(2);
  expect(err).toContain('On the command line: --path KEY,KEY.');
  expect((await inspect('two-models.pth', '--path', 'ema,weights')).tensors).toHaveLength(1);
});

test('never runs code in a checkpoint', async () => {
  const { code, err } = await runCli(['weights', 'inspect', fixture('malicious.pth')]);
  expect(code).toBe(2);
  expect(err).toContain('posix.system');
});

test('reads Darknet files by a layout, which is checked field by field', async () => {
  const layout = folder.at('layout.json');
  const run = async (value: unknown) => {
    writeFileSync(layout, typeof value === 'string' ? value : JSON.stringify(value));
    return runCli(['weights', 'inspect', fixture('darknet-v2.weights'), '--layout', layout]);
  };
  expect((await run('{')).err).toContain('must be JSON');
  expect((await run({})).err).toContain('must be a list of layers');
  expect((await run([{ kind: 'pool' }])).err).toContain('"convolution" or "connected"');
  const base = {
    kind: 'convolution',
    name: 'a',
    inputs: 3,
    outputs: 4,
    kernelSize: 3,
    batchNorm: true,
  };
  expect((await run([{ ...base, kernelSize: 0 }])).err).toContain('must have kernelSize');
  expect((await run([{ ...base, batchNorm: 1 }])).err).toContain('batchNorm, true or false');
  // A layout that is well formed reaches the reader, which compares it with the file.
  expect((await run([{ ...base, outputs: 4000 }])).err).toMatch(/Darknet/);
  expect((await runCli(['weights', 'inspect', fixture('darknet-v2.weights')])).err).toContain(
    '--layout FILE.json',
  );
});
