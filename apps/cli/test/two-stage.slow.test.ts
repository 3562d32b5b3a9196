import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli, temporaryFolder } from './run-cli.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const weights = fileURLToPath(
  new URL('../../../experiments/compact/weights/compact-', import.meta.url),
);
const json = (file: string) => JSON.parse(readFileSync(folder.at(file), 'utf8'));
const cli = async (...argv: string[]) => {
  const run = await runCli([...argv, '--json']);
  if (run.code !== 0) throw new Error(run.err);
  return JSON.parse(run.out);
};

beforeAll(async () => {
  const out = folder.at('fields');
  await cli('dataset', 'synthesise', '--out', out, '--count', '2', '--size', '480x360');
  const stages = [`${weights}locator.safetensors`, `${weights}refiner.safetensors`];
  await cli('model', 'join', ...stages, '--out', folder.at('joined'));
}, 120_000);

const found = async (model: string, name: string) => {
  await cli('predict', model, folder.at('fields'), '--score', '0.05', '--out', folder.at(name));
  return json(`${name}/detections.json`).annotations as {
    bbox: number[];
    score: number;
    category_id: number;
  }[];
};

test('weights joined into a model answer as the model that ships', async () => {
  const shipped = await found('compact-float', 'shipped');
  const { calibration } = JSON.parse(
    readFileSync(
      path.resolve(weights, '../../../../weights/leukoscope-compact-float.json'),
      'utf8',
    ),
  );
  const description = json('joined/model.json');
  writeFileSync(folder.at('joined/model.json'), JSON.stringify({ ...description, calibration }));
  const joined = await found(folder.at('joined'), 'own');
  expect(shipped.length).toBeGreaterThan(2);
  expect(joined.map(({ category_id }) => category_id)).toEqual(
    shipped.map(({ category_id }) => category_id),
  );
  joined.forEach(({ bbox, score }, i) => {
    expect(score).toBeCloseTo(shipped[i]!.score, 4);
    for (const [side, value] of bbox.entries())
      expect(value).toBeCloseTo(shipped[i]!.bbox[side]!, 1);
  });
}, 120_000);

test('calibrating writes the model with thresholds that fit the data', async () => {
  const { calibration, cells } = await cli(
    'model',
    'calibrate',
    folder.at('joined'),
    folder.at('fields'),
    '--flagged',
    '0.2',
    '--out',
    folder.at('calibrated'),
  );
  expect(cells).toBeGreaterThan(1);
  expect(json('calibrated/model.json').calibration).toEqual(calibration);
  expect(calibration.unsureBelow).toBeGreaterThan(0);
  // What is calibrated already keeps its temperature, about.
  const again = await cli(
    'model',
    'calibrate',
    folder.at('calibrated'),
    folder.at('fields'),
    '--out',
    folder.at('again'),
  );
  expect(again.calibration.temperature / calibration.temperature).toBeCloseTo(1, 1);
}, 120_000);

test('stages of another family are refused', async () => {
  const file = `${weights}locator.safetensors`;
  const { code, err } = await runCli(['model', 'join', file, file, '--out', folder.at('wrong')]);
  expect(code).not.toBe(0);
  expect(err).toContain('weights of a compact-refiner');
});

test('one network of a model alone becomes 8 bits', async () => {
  const out = folder.at('int8');
  const images = ['--images', folder.at('fields'), '--exclude', 'types.'];
  await cli(
    'model',
    'export',
    folder.at('joined'),
    '--to',
    'int8',
    '--network',
    'refiner',
    ...images,
    '--out',
    out,
  );
  const size = (file: string) => readFileSync(folder.at(file)).length;
  expect(size('int8/refiner.onnx')).toBeLessThan(0.5 * size('joined/refiner.onnx'));
  expect(json('int8/model.json').networks.locator.sha256).toBe(
    json('joined/model.json').networks.locator.sha256,
  );
  const wrong = await runCli([
    'model',
    'export',
    out,
    '--network',
    'head',
    '--out',
    folder.at('x'),
  ]);
  expect(wrong.err).toContain('--network must be locator, refiner');
}, 120_000);
