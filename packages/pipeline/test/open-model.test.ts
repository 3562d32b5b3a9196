import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRgbRaster } from '@leukoscope/core';
import { synthesiseField } from '@leukoscope/datasets';
import { decodeOnnxModel, encodeOnnxModel } from '@leukoscope/nn';
import { analyseImage } from '@leukoscope/pipeline';
import { describeModel, openModel } from '@leukoscope/pipeline/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { descriptionOf, fixedNetwork } from './harness/described.ts';
import { buildVioletDetector, violetDescription } from './harness/violet-detector.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'leukoscope-open-'));
const at = (...parts: string[]) => path.join(folder, ...parts);
const network = fixedNetwork({
  boxes: { shape: [1, 1, 4], data: [10, 5, 20, 15] },
  scores: { shape: [1, 1], data: [0.9] },
  class_index: { shape: [1, 1], data: [1], isWhole: true },
  probabilities: { shape: [1, 1, 2], data: [0.2, 0.8] },
});
const { networks: _, ...inside } = descriptionOf(network, 'boxes');
const raster = createRgbRaster({ width: 64, height: 32 });

beforeAll(() => {
  mkdirSync(at('run', 'best'), { recursive: true });
  mkdirSync(at('empty'));
  writeFileSync(at('run', 'best', 'model.json'), JSON.stringify(descriptionOf(network, 'boxes')));
  writeFileSync(at('run', 'best', 'network.onnx'), network);
  const model = decodeOnnxModel(network);
  const metadata = { ...model.metadata, leukoscope: JSON.stringify(inside) };
  writeFileSync(at('alone.onnx'), encodeOnnxModel({ ...model, metadata }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function findingsOf(name: string) {
  const model = await openModel(name, { threads: 1 });
  try {
    return { findings: await model.analyse(raster), facts: model.facts };
  } finally {
    await model.close();
  }
}

test('a run folder, its best folder, the description in it and the ONNX file alone open alike', async () => {
  const places = [at('run'), at('run', 'best'), at('run', 'best', 'model.json')];
  const [first, ...others] = await Promise.all(places.map(findingsOf));
  expect(first!.findings).toHaveLength(1);
  expect(first!.findings[0]).toMatchObject({
    box: { x1: 10, y1: 5, x2: 20, y2: 15 },
    cellClass: 'monocyte',
  });
  for (const other of others) expect(other).toEqual(first);
  const alone = await findingsOf(at('alone.onnx'));
  expect(alone.findings).toEqual(first!.findings);
  expect(alone.facts.name).toBe(first!.facts.name);
  // Of a file that holds its description, it is the hash of the file.
  expect(alone.facts.hash).not.toBe(first!.facts.hash);
});

test('descriptions of before format 2 open, and are told', async () => {
  const size = { width: 64, height: 64 };
  writeFileSync(at('violet.json'), JSON.stringify(violetDescription(size)));
  writeFileSync(at('violet.onnx'), buildVioletDetector(size, 20));
  const told: string[] = [];
  const options = { threads: 1, onOldFormat: (name: string) => told.push(name) };
  await (await openModel(at('violet.json'), options)).close();
  await (await openModel('watershed', options)).close();
  expect(told).toEqual([at('violet.json')]);
});

test('what cannot be opened is told with a cure', async () => {
  await expect(openModel('compactt')).rejects.toThrow(
    'the folder of a training run. Received "compactt"',
  );
  await expect(openModel(at('empty'))).rejects.toThrow('must hold best/model.json');
  await expect(openModel(at('none.json'))).rejects.toMatchObject({ code: 'MODEL_FILE' });
  writeFileSync(at('text.json'), 'text');
  await expect(openModel(at('text.json'))).rejects.toThrow('must be JSON');
});

test('a classifier takes its locator from beside it, and none that needs itself', async () => {
  const classifier = fixedNetwork({ probabilities: { shape: [1, 2], data: [0.4, 0.6] } });
  const describe = (locator: string) =>
    JSON.stringify({ ...descriptionOf(classifier, 'classes'), settings: { locator } });
  mkdirSync(at('classifier'));
  writeFileSync(at('classifier', 'network.onnx'), classifier);
  writeFileSync(at('classifier', 'model.json'), describe('../run'));
  const { findings } = await findingsOf(at('classifier'));
  expect(findings).toHaveLength(1);
  expect(findings[0]!.probabilities![1]).toBeCloseTo(0.6, 5);
  writeFileSync(at('classifier', 'model.json'), describe('model.json'));
  await expect(findingsOf(at('classifier'))).rejects.toThrow('a part of itself');
});

test('what a description says is known without its networks', async () => {
  mkdirSync(at('bare'));
  copyFileSync(at('run', 'best', 'model.json'), at('bare', 'model.json'));
  const { description, file } = await describeModel(at('bare'));
  expect(description.reader).toBe('boxes');
  expect(file).toBe(at('bare', 'model.json'));
});

test('the model that ships finds on a drawn field what it found before format 2', async () => {
  // Recorded with the descriptions of version 0.1: box, score, type.
  const field = synthesiseField({ seed: 3, size: { width: 700, height: 500 }, look: 'scanner' });
  const model = await openModel('compact', { threads: 2 });
  const { findings } = await analyseImage(field.raster, model);
  await model.close();
  expect(
    findings.map(({ box, score, cellClass, mask, isUnsure }) => ({
      box: [box.x1, box.y1, box.x2, box.y2].map(Math.round),
      score: Math.round(score * 1000) / 1000,
      cellClass,
      isUnsure,
      // A processor's own order of sums moves some pixels of a border.
      pixels: mask && 100 * Math.round(mask.mask.data.reduce((a, b) => a + b, 0) / 100),
    })),
  ).toMatchInlineSnapshot(`
    [
      {
        "box": [
          173,
          330,
          339,
          485,
        ],
        "cellClass": "eosinophil",
        "isUnsure": false,
        "pixels": 20400,
        "score": 0.709,
      },
      {
        "box": [
          139,
          47,
          291,
          186,
        ],
        "cellClass": "segmented-neutrophil",
        "isUnsure": false,
        "pixels": 16100,
        "score": 0.687,
      },
      {
        "box": [
          437,
          247,
          580,
          391,
        ],
        "cellClass": "segmented-neutrophil",
        "isUnsure": false,
        "pixels": 15900,
        "score": 0.673,
      },
      {
        "box": [
          664,
          243,
          697,
          352,
        ],
        "cellClass": "erythrocyte",
        "isUnsure": false,
        "pixels": undefined,
        "score": 0.361,
      },
      {
        "box": [
          91,
          5,
          198,
          50,
        ],
        "cellClass": "erythrocyte",
        "isUnsure": false,
        "pixels": undefined,
        "score": 0.34,
      },
      {
        "box": [
          588,
          3,
          677,
          81,
        ],
        "cellClass": "erythrocyte",
        "isUnsure": false,
        "pixels": undefined,
        "score": 0.313,
      },
      {
        "box": [
          0,
          0,
          34,
          38,
        ],
        "cellClass": "erythrocyte",
        "isUnsure": false,
        "pixels": undefined,
        "score": 0.305,
      },
      {
        "box": [
          588,
          448,
          682,
          498,
        ],
        "cellClass": "erythrocyte",
        "isUnsure": false,
        "pixels": undefined,
        "score": 0.3,
      },
    ]
  `);
});
