import { createHash } from 'node:crypto';
import { createRandom, type TensorData } from '@leukoscope/core';
import { synthesiseField } from '@leukoscope/datasets';
import {
  buildLocator,
  buildRefiner,
  locatorDefaults,
  refinerClasses,
  refinerDefaults,
} from '@leukoscope/models';
import { buildInferenceModel, createScope, initialValues, input, type Scope } from '@leukoscope/nn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { analyseImage } from '../analyse-image.ts';
import type { LeukocyteModel } from '../model/leukocyte-model.ts';
import type { ModelSession } from '../model/model-session.ts';
import { parseCompactConfig } from './compact-config.ts';
import { chooseInput, createCompactModel } from './compact-model.ts';
import { loadCompactModel } from './load-compact-model.ts';

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const [width, height, side, batch] = [128, 128, 32, 2];

/** An untrained network, written as it would be shipped. */
function network(build: (scope: Scope) => Record<string, ReturnType<typeof input>>): Uint8Array {
  const scope = createScope({ mode: 'infer' });
  build(scope);
  const specs = [...scope.declared.parameters.values()];
  return buildInferenceModel(build, initialValues(specs, createRandom(1), new Map()));
}

const files = {
  'locator.onnx': network((scope) => ({
    ...buildLocator(scope, input('image', [1, 3, height, width]), {
      ...locatorDefaults,
      widths: [4, 4, 4, 4, 4, 4],
      upWidths: [4, 4, 4, 4],
      blocks: [0, 0, 0],
    }),
  })),
  'refiner.onnx': network((scope) => ({
    ...buildRefiner(scope, input('image', [batch, 3, side, side]), {
      ...refinerDefaults,
      side,
      widths: [4, 4, 4, 4],
      blocks: [0, 0, 0],
      maskWidth: 4,
    }),
  })),
};

const description = (more: object = {}) => ({
  name: 'tiny',
  locator: {
    inputs: [{ onnx: 'locator.onnx', sha256: hashOf(files['locator.onnx']), width, height }],
    scoreThreshold: 0.01,
    iouThreshold: 0.5,
  },
  refiner: {
    onnx: 'refiner.onnx',
    sha256: hashOf(files['refiner.onnx']),
    batch,
    side,
    cropMargin: 1.35,
    passes: 2,
    temperature: 1,
  },
  unsure: { probability: 0, energy: -1000 },
  scoreThreshold: 0,
  iouThreshold: 0.6,
  tile: { side: 1024, overlap: 300 },
  ...more,
});

const read = async (file: string) => files[file as keyof typeof files];
const field = synthesiseField({ seed: 3, size: { width: 200, height: 160 } });
const models: LeukocyteModel[] = [];
const load = async (more: object = {}) => {
  const model = await loadCompactModel(description(more), read, { threads: 1 });
  models.push(model);
  return model;
};

let tiny: LeukocyteModel;
beforeAll(async () => {
  tiny = await load();
});
afterAll(async () => {
  for (const model of models) await model.close();
});

test('both networks run through ONNX Runtime and every finding is whole', async () => {
  const { findings } = await analyseImage(field.raster, tiny);
  expect(findings.length).toBeGreaterThan(0);
  for (const { box, score, cellClass, probabilities } of findings) {
    expect(box.x1).toBeGreaterThanOrEqual(0);
    expect(box.x2).toBeLessThanOrEqual(200);
    expect(box.y2).toBeLessThanOrEqual(160);
    expect(score).toBeGreaterThan(0);
    expect(score).toBeLessThanOrEqual(1);
    if (probabilities === undefined) expect(['erythrocyte', 'platelet']).toContain(cellClass);
    else expect(probabilities.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
  }
});

test('files whose hash is another are refused', async () => {
  const wrong = { ...description().refiner, sha256: '0'.repeat(64) };
  const model = await load({ refiner: wrong });
  await expect(analyseImage(field.raster, model)).rejects.toMatchObject({ code: 'MODEL_HASH' });
});

test('a description that does not fit says where', () => {
  expect(() => parseCompactConfig({ ...description(), scoreThreshold: 3 })).toThrow(
    'at scoreThreshold',
  );
  expect(() => parseCompactConfig({})).toThrow('at name');
});

test('of several inputs the one that shows most with least padding is taken', () => {
  const inputs = [
    { width: 512, height: 512 },
    { width: 512, height: 384 },
    { width: 384, height: 512 },
  ];
  expect(chooseInput({ width: 1024, height: 768 }, inputs)).toBe(1);
  expect(chooseInput({ width: 600, height: 800 }, inputs)).toBe(2);
  expect(chooseInput({ width: 360, height: 363 }, inputs)).toBe(0);
});

/** Sessions whose answers are known: one leukocyte in the middle, typed by `logits`. */
function known(logits: readonly number[], spread = 0) {
  const cells = (width / 4) * (height / 4);
  const at = (height / 8) * (width / 4) + width / 8;
  const heat = new Float32Array(3 * cells).fill(-9);
  heat[at] = 4;
  const reach = new Float32Array(4 * cells).fill(Math.log(24 / 16)); // 24 pixels to every side
  const tensor = (shape: number[], data: Float32Array): TensorData => ({
    dtype: 'float32',
    shape,
    data,
  });
  const calls: number[] = [];
  const close = async () => {};
  const locator: ModelSession = {
    inputs: ['image'],
    outputs: [],
    close,
    run: async () => ({
      heat: tensor([1, 3, height / 4, width / 4], heat),
      reach: tensor([1, 4, height / 4, width / 4], reach),
    }),
  };
  const refiner: ModelSession = {
    inputs: ['image'],
    outputs: [],
    close,
    run: async () => {
      calls.push(1);
      const mask = new Float32Array(batch * (side / 2) ** 2).fill(-1);
      // the middle half of the crop, less as `spread` says
      for (let y = 4 + spread; y < 12; y++) mask.fill(1, y * 16 + 4, y * 16 + 12);
      const rows = [...logits, ...logits];
      return {
        logits: tensor([batch, refinerClasses.length], Float32Array.from(rows)),
        mask: tensor([batch, 1, side / 2, side / 2], mask),
      };
    },
  };
  return { sessions: { locators: [locator], refiner }, calls };
}

const logitsOf = (values: Partial<Record<(typeof refinerClasses)[number], number>>) =>
  refinerClasses.map((cellClass) => values[cellClass] ?? 0);
const blank = { ...field.raster, width, height, data: new Uint8Array(width * height * 3) };

async function findingOf(logits: readonly number[], more: object = {}) {
  const { sessions, calls } = known(logits);
  const model = createCompactModel(sessions, parseCompactConfig(description(more)), 'hash');
  const findings = await model.analyse(blank);
  return { finding: findings[0]!, findings, calls };
}

test('type, score and mask follow from the outputs as the header says', async () => {
  const logits = logitsOf({ monocyte: 6 });
  const { finding, calls } = await findingOf(logits);
  const others = refinerClasses.length - 1;
  const p = Math.exp(6) / (Math.exp(6) + others);
  expect(finding.cellClass).toBe('monocyte');
  expect(finding.probabilities![finding.classIndex]).toBeCloseTo(p, 5);
  // four of the classes have no nucleus
  const nucleated = 1 - 4 / (Math.exp(6) + others);
  expect(finding.score).toBeCloseTo((1 / (1 + Math.exp(-4))) * nucleated, 5);
  expect(finding.mask).toBeDefined();
  expect(calls).toHaveLength(2); // two passes
  const once = await findingOf(logits, { refiner: { ...description().refiner, passes: 1 } });
  expect(once.calls).toHaveLength(1);
});

test('a temperature flattens probabilities without changing the type', async () => {
  const refiner = { ...description().refiner, temperature: 3 };
  const plain = await findingOf(logitsOf({ basophil: 5 }));
  const flat = await findingOf(logitsOf({ basophil: 5 }), { refiner });
  expect(flat.finding.cellClass).toBe('basophil');
  const index = plain.finding.classIndex;
  expect(flat.finding.probabilities![index]).toBeLessThan(plain.finding.probabilities![index]!);
});

test('a cell is unsure below either threshold; stages of one type support one another', async () => {
  const torn = logitsOf({ monocyte: 3, lymphocyte: 3 });
  const within = logitsOf({ 'segmented-neutrophil': 6, 'band-neutrophil': 6 });
  const unsure = { probability: 0.7, energy: -1000 };
  expect((await findingOf(torn, { unsure })).finding.isUnsure).toBe(true);
  expect((await findingOf(within, { unsure })).finding.isUnsure).toBe(false);
  const fine = { ...unsure, fine: 0.7 };
  expect((await findingOf(within, { unsure: fine })).finding.isUnsure).toBe(true);
  const strange = { probability: 0, energy: 50 };
  expect((await findingOf(within, { unsure: strange })).finding.isUnsure).toBe(true);
});

test('what has no nucleus falls behind and has no outline', async () => {
  const { finding } = await findingOf(logitsOf({ platelet: 9 }));
  expect(finding.cellClass).toBe('platelet');
  expect(finding.score).toBeLessThan(0.01);
  expect(finding.mask).toBeUndefined();
  const { findings } = await findingOf(logitsOf({ platelet: 9 }), { scoreThreshold: 0.3 });
  expect(findings).toEqual([]);
});
