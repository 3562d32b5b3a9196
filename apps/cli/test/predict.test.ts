import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli, temporaryFolder } from './run-cli.ts';
import { writeTinyRun } from './tiny-run.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const fields = folder.at('fields');
const cli = async (...argv: string[]) => {
  const run = await runCli([...argv, '--json']);
  return { ...run, result: run.out === '' ? undefined : JSON.parse(run.out) };
};

beforeAll(async () => {
  writeTinyRun(folder.at('run'));
  await runCli(['dataset', 'synthesise', '--out', fields, '--count', '3', '--size', '480x360']);
});

test('cells are written so that evaluate measures boxes, masks and pixels', async () => {
  const out = folder.at('cells');
  const { code, result } = await cli('predict', 'watershed', fields, '--out', out);
  expect(code).toBe(0);
  expect(result).toMatchObject({ as: 'cells', images: 3, model: { name: 'watershed' } });
  expect(result.predictions).toBeGreaterThan(0);
  const { result: measured } = await cli(
    ...['evaluate', `${out}/detections.json`, fields, '--any-type', '--resamples', '0'],
  );
  const kinds = measured.sections.map(
    ({ kind, overlap }: { kind: string; overlap?: string }) => overlap ?? kind,
  );
  expect(kinds).toContain('box');
  expect(measured.sections[0].coco.AP50).toBeGreaterThan(0.3);
});

test('other formats hold them as they can', async () => {
  const maps = folder.at('maps');
  const { result } = await cli(
    'predict',
    'watershed',
    fields,
    '--to',
    'class-masks',
    '--out',
    maps,
  );
  expect(result.losses.length).toBeGreaterThan(0);
  const { code } = await cli(
    ...['evaluate', maps, fields, '--task', 'pixels', '--predictions-format', 'masks'],
    ...['--mask-kind', 'class-map', '--resamples', '0'],
  );
  expect(code).toBe(0);
  const yolo = folder.at('yolo');
  await cli('predict', 'watershed', fields, '--to', 'yolo', '--out', yolo);
  expect(existsSync(`${yolo}/data.yaml`)).toBe(true);
});

test('the score threshold reaches the model', async () => {
  const count = async (name: string, ...more: string[]) =>
    (await cli('predict', 'watershed', fields, '--out', folder.at(name), ...more)).result;
  const all = await count('all', '--score', '0');
  const few = await count('few', '--score', '0.99');
  expect(few.predictions).toBeLessThan(all.predictions);
});

test('a classifier types whole pictures, or cells that another model finds', async () => {
  const types = folder.at('types');
  const { result } = await cli(
    'predict',
    folder.at('run'),
    fields,
    '--out',
    types,
    '--types',
    'five',
  );
  expect(result).toMatchObject({ as: 'types', predictions: 3 });
  const rows = readFileSync(`${types}/probabilities.csv`, 'utf8').trim().split('\n');
  expect(rows).toHaveLength(4);
  for (const row of rows.slice(1)) {
    const sum = row
      .split(',')
      .slice(1)
      .map(Number)
      .reduce((a, b) => a + b, 0);
    expect(sum).toBeCloseTo(1, 4);
  }
  const cells = folder.at('typed-cells');
  const { result: found } = await cli(
    ...['predict', folder.at('run'), fields, '--as', 'cells', '--out', cells],
  );
  expect(found.as).toBe('cells');
  const { annotations } = JSON.parse(readFileSync(`${cells}/detections.json`, 'utf8'));
  expect(annotations.length).toBeGreaterThan(0);
  expect(Object.keys(annotations[0].probabilities)).toContain('monocyte');
});

test('a model without probabilities cannot type pictures, and --to is for cells', async () => {
  const refused = await cli(
    'predict',
    'watershed',
    fields,
    '--as',
    'types',
    '--out',
    folder.at('no'),
  );
  expect(refused.err).toContain('Predict cells instead');
  const both = await cli(
    ...['predict', 'watershed', fields, '--as', 'types', '--to', 'voc', '--out', folder.at('no')],
  );
  expect(both.code).not.toBe(0);
  expect(both.err).toContain('must go with --as cells');
});

test('the top box of a detector decides the type of a picture, where it is asked to', async () => {
  const out = folder.at('top');
  const { code, result } = await cli(
    ...['predict', 'watershed', fields, '--as', 'types', '--cell', 'top', '--out', out],
  );
  expect([code, result.predictions]).toEqual([0, 3]);
  const [head, ...rows] = readFileSync(`${out}/probabilities.csv`, 'utf8').trim().split('\n');
  expect(head).toBe('file,leukocyte');
  expect(rows.map((row) => row.split(',')[1])).toEqual(['1', '1', '1']);
  for (const more of [
    ['watershed', fields, '--as', 'cells'],
    [folder.at('run'), fields],
  ]) {
    const refused = await cli('predict', ...more, '--cell', 'top', '--out', folder.at('no-top'));
    expect(refused.err).toContain('must go with --as types and a model that finds cells');
  }
});

test('a broken picture is told and the rest goes on', async () => {
  const broken = folder.at('broken');
  await runCli(['dataset', 'synthesise', '--out', broken, '--count', '2', '--size', '320x240']);
  const file = `${broken}/images/${readdirSync(`${broken}/images`)[0]}`;
  writeFileSync(file, readFileSync(file).subarray(0, 2000));
  const { code, result } = await cli('predict', 'watershed', broken, '--out', folder.at('rest'));
  expect(code).toBe(2);
  expect(result.images).toBe(1);
  expect(result.failed).toHaveLength(1);
});
