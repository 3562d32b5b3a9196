import { createHash } from 'node:crypto';
import { boxIou, createRandom, type Finding, type TensorData } from '@leukoscope/core';
import { synthesiseField } from '@leukoscope/datasets';
import {
  type ConfiguredModel,
  encodeHeadWeights,
  familyOf,
  freeBatch,
  freeShapes,
  readTypeHead,
  refinerClasses,
} from '@leukoscope/models';
import {
  buildInferenceModel,
  createScope,
  decodeOnnxModel,
  encodeOnnxModel,
  initialValues,
  type OnnxModel,
} from '@leukoscope/nn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { analyseImage } from '../analyse-image.ts';
import type { LeukocyteModel } from '../model/leukocyte-model.ts';
import type { ModelSession } from '../model/model-session.ts';
import { describeJson, loadModel } from '../load-model.ts';
import { joinStages } from './two-stage.ts';

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const [width, height, side, batch] = [128, 128, 32, 4];

/** An untrained network, written as it would be shipped. */
function network(
  build: NonNullable<ConfiguredModel['stage']>,
  free: (model: OnnxModel) => OnnxModel,
): Uint8Array {
  const scope = createScope({ mode: 'infer' });
  build(scope);
  const specs = [...scope.declared.parameters.values()];
  const fixed = buildInferenceModel(
    (inner) => build(inner),
    initialValues(specs, createRandom(1), new Map()),
  );
  return encodeOnnxModel(free(decodeOnnxModel(fixed)));
}

const tinyOf = (part: string) => familyOf(`compact-${part}`).configure({ preset: 'tiny' }).stage!;
const files = {
  'locator.onnx': network(
    (scope) => tinyOf('locator')(scope, { count: 1, size: { width, height } }),
    freeShapes,
  ),
  'refiner.onnx': network(
    (scope) => tinyOf('refiner')(scope, { count: batch, size: { width: side, height: side } }),
    freeBatch,
  ),
};

interface Changes {
  readonly calibration?: object;
  readonly refiner?: object;
  readonly networks?: object;
  readonly classes?: readonly string[];
  readonly attributes?: object;
  readonly stages?: object;
  readonly priors?: object;
}

const description = ({
  calibration,
  refiner,
  networks,
  classes = refinerClasses,
  attributes,
  stages,
  priors,
}: Changes = {}) => ({
  format: 2,
  name: 'tiny',
  reader: 'two-stage',
  classes,
  input: {
    size: { width, height },
    fit: 'letterbox',
    multipleOf: 64,
    mean: [0.65, 0.65, 0.65],
    deviation: [0.25, 0.25, 0.25],
    padding: 128,
  },
  networks: {
    locator: { onnx: 'locator.onnx', sha256: hashOf(files['locator.onnx']) },
    refiner: { onnx: 'refiner.onnx', sha256: hashOf(files['refiner.onnx']) },
    ...networks,
  },
  settings: {
    stages: 'locate-refine',
    locator: { side: width, largestSide: width, scoreThreshold: 0.01, iouThreshold: 0.5 },
    refiner: { batch, side, cropMargin: 1.35, passes: 2, views: 4, ...refiner },
    iouThreshold: 0.6,
  },
  calibration: { temperature: 1, unsureBelow: 0, scoreThreshold: 0, ...calibration },
  tile: { side: 1024, overlap: 300 },
  ...(attributes === undefined ? {} : { attributes }),
  ...(stages === undefined ? {} : { stages }),
  ...(priors === undefined ? {} : { priors }),
});

const read = async (file: string) => files[file as keyof typeof files];
const field = synthesiseField({ seed: 3, size: { width: 200, height: 160 } });
const models: LeukocyteModel[] = [];
const describeTiny = (more: Changes = {}) => describeJson(description(more), 'tiny.json', read);
const load = async (more: Changes = {}) => {
  const model = await loadModel(await describeTiny(more), { threads: 1 });
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
  const refiner = { onnx: 'refiner.onnx', sha256: '0'.repeat(64) };
  const model = await load({ networks: { refiner } });
  await expect(analyseImage(field.raster, model)).rejects.toMatchObject({ code: 'MODEL_HASH' });
});

test('a description that does not fit says where', async () => {
  const wrong = (more: Changes, message: string) => expect(load(more)).rejects.toThrow(message);
  await wrong({ calibration: { scoreThreshold: 3 } }, 'at calibration.scoreThreshold');
  await wrong({ refiner: { views: 3 } }, 'at refiner.views');
  await wrong({ networks: { refiner: undefined } }, 'at networks.refiner');
  await wrong({ classes: ['leukocyte'] }, 'as refiners give them. Received leukocyte');
  const { networks, ...rest } = description();
  const noRefiner = { ...rest, networks: { locator: networks.locator } };
  const described = await describeJson(noRefiner, 'tiny.json', read);
  await expect(loadModel(described)).rejects.toThrow('must name refiner');
});

/** Sessions whose answers are known: one leukocyte in the middle, typed by `logits`. */
function known(logitsOfView: (view: number) => readonly number[], [from, to] = [4, 12]) {
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
    run: async ({ image }) => {
      const N = image!.shape[0]!;
      calls.push(N);
      const grid = side / 2;
      const mask = new Float32Array(N * grid ** 2).fill(-1);
      // the middle of the crop, in every view
      for (let n = 0; n < N; n++) {
        for (let y = from; y < to; y++)
          mask.fill(1, (n * grid + y) * grid + from, (n * grid + y) * grid + to);
      }
      const rows = Array.from({ length: N }, (_, view) => logitsOfView(view)).flat();
      return {
        logits: tensor([N, refinerClasses.length], Float32Array.from(rows)),
        mask: tensor([N, 1, grid, grid], mask),
      };
    },
  };
  return { sessions: { locator, refiner }, calls };
}

const logitsOf = (values: Partial<Record<(typeof refinerClasses)[number], number>>) =>
  refinerClasses.map((cellClass) => values[cellClass] ?? 0);
const blank = { ...field.raster, width, height, data: new Uint8Array(width * height * 3) };

async function findingOf(
  logits: readonly number[] | ((view: number) => readonly number[]),
  more: Changes = {},
  outline?: [number, number],
) {
  const { sessions, calls } = known(typeof logits === 'function' ? logits : () => logits, outline);
  const run = { threads: 1 };
  const open = () => Promise.reject(new Error('none'));
  const model = joinStages({ ...(await describeTiny(more)), run, open }, sessions);
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
  // Two passes: what the first saw is one of the second's four views ...
  expect(calls).toEqual([1, 3]);
  // ... unless the outline, 40 of 48 pixels across, moves the square.
  expect((await findingOf(logits, {}, [3, 13])).calls).toEqual([1, 4]);
  const once = await findingOf(logits, { refiner: { passes: 1 } });
  expect(once.calls).toEqual([4]);
  const plain = await findingOf(logits, { refiner: { views: 1 } });
  expect(plain.calls).toEqual([1]);
});

test('a temperature flattens probabilities without changing the type', async () => {
  const calibration = { temperature: 3 };
  const plain = await findingOf(logitsOf({ basophil: 5 }));
  const flat = await findingOf(logitsOf({ basophil: 5 }), { calibration });
  expect(flat.finding.cellClass).toBe('basophil');
  const index = plain.finding.classIndex;
  expect(flat.finding.probabilities![index]).toBeLessThan(plain.finding.probabilities![index]!);
});

test('probabilities are the mean over views: where they disagree, the cell is unsure', async () => {
  const agreeing = logitsOf({ monocyte: 6 });
  const other = logitsOf({ lymphocyte: 6 });
  const doubting = { calibration: { unsureBelow: 0.8 } };
  const torn = await findingOf((view) => (view === 1 ? other : agreeing), doubting);
  const p = Math.exp(6) / (Math.exp(6) + refinerClasses.length - 1);
  const rest = (1 - p) / (refinerClasses.length - 1);
  expect(torn.finding.probabilities![torn.finding.classIndex]).toBeCloseTo(
    0.75 * p + 0.25 * rest,
    5,
  );
  expect(torn.finding.isUnsure).toBe(true);
  expect((await findingOf(agreeing, doubting)).finding.isUnsure).toBe(false);
});

test('what has no nucleus falls behind and has no outline', async () => {
  const { finding } = await findingOf(logitsOf({ platelet: 9 }));
  expect(finding.cellClass).toBe('platelet');
  expect(finding.score).toBeLessThan(0.01);
  expect(finding.mask).toBeUndefined();
  const { findings } = await findingOf(logitsOf({ platelet: 9 }), {
    calibration: { scoreThreshold: 0.3 },
  });
  expect(findings).toEqual([]);
});

test('the hash of a model changes with its thresholds as with its files', async () => {
  const other = await load({ calibration: { unsureBelow: 0.5 } });
  expect(tiny.facts.hash).toMatch(/^[0-9a-f]{64}$/);
  expect(other.facts.hash).not.toBe(tiny.facts.hash);
  expect((await load()).facts.hash).toBe(tiny.facts.hash);
});

test('findings carry what their types were decided from, view by view, only where it is asked for', async () => {
  const model = await loadModel(await describeTiny(), { threads: 1, features: true });
  models.push(model);
  const { findings } = await analyseImage(field.raster, model);
  const plain = (await analyseImage(field.raster, tiny)).findings;
  const head = readTypeHead(decodeOnnxModel(files['refiner.onnx']));
  const K = refinerClasses.length;
  const own = head.weights.length / K;
  expect(findings.map(({ features: _, ...rest }) => rest)).toEqual(plain);
  const typed = findings.filter(({ probabilities }) => probabilities !== undefined);
  expect(typed.length).toBeGreaterThan(0);
  for (const { probabilities, features } of typed) {
    expect(features).toHaveLength(4);
    const mean = new Float64Array(K);
    for (const x of features!) {
      const logits = Array.from(head.bias, (b, k) =>
        head.weights.subarray(k * own, (k + 1) * own).reduce((z, w, f) => z + w * x[f]!, b),
      );
      const sum = logits.reduce((total, z) => total + Math.exp(z), 0);
      logits.forEach((z, k) => {
        mean[k]! += Math.exp(z) / sum / 4;
      });
    }
    probabilities!.forEach((p, k) => {
      expect(p).toBeCloseTo(mean[k]!, 4);
    });
  }
  expect(plain.some(({ features }) => features !== undefined)).toBe(false);
});

test('a model with heads tells attributes of cells of their kinds, by the mean features of the views', async () => {
  const width =
    readTypeHead(decodeOnnxModel(files['refiner.onnx'])).weights.length / refinerClasses.length;
  const random = createRandom(7);
  const weights = Float32Array.from({ length: 2 * width }, () => random.uniform(-1, 1));
  const attributes = (kinds: readonly string[]) => ({
    kinds,
    heads: [{ name: 'vacuoles', bias: [0.1, 0], weights: encodeHeadWeights(weights) }],
  });
  const model = await load({ attributes: attributes(refinerClasses) });
  const asked = await loadModel(await describeTiny(), { threads: 1, features: 'pooled' });
  models.push(asked);
  const told = (await analyseImage(field.raster, model)).findings;
  const known = (await analyseImage(field.raster, asked)).findings;
  const seen = known.filter(({ features }) => features !== undefined);
  expect(seen.length).toBeGreaterThan(0);
  for (const [i, { features }] of known.entries()) {
    if (features === undefined) {
      expect(told[i]).not.toHaveProperty('attributes');
      continue;
    }
    expect(features[0]).toHaveLength(width);
    const logit = (v: number) =>
      (v === 0 ? 0.1 : 0) +
      features.reduce(
        (sum, x) =>
          sum + x.reduce((z, value, f) => z + value * weights[v * width + f]!, 0) / features.length,
        0,
      );
    const p = 1 / (1 + Math.exp(logit(0) - logit(1)));
    const [own] = told[i]!.attributes!;
    expect(own!.value).toBe(p > 0.5 ? 'yes' : 'no');
    expect(own!.probability).toBeCloseTo(Math.max(p, 1 - p), 4);
    expect(told[i]).not.toHaveProperty('features');
  }
  // Of kinds that taught nothing it says nothing.
  const none = await load({ attributes: attributes(['artefact']) });
  const others = (await analyseImage(field.raster, none)).findings;
  for (const { attributes: own, probabilities } of others)
    if (own !== undefined) expect(probabilities!.at(-1)).toBeGreaterThanOrEqual(0.5);
}, 120_000);

test('a model with stages tells them in a specimen that is expected to hold them, and nowhere else', async () => {
  const width =
    readTypeHead(decodeOnnxModel(files['refiner.onnx'])).weights.length / refinerClasses.length;
  const random = createRandom(8);
  const weights = Float32Array.from({ length: 3 * width }, () => random.uniform(-1, 1));
  const classes = ['basophilic-normoblast', 'orthochromatic-normoblast', 'blast'] as const;
  const bias = [0.3, 0, -0.3];
  const stages = { specimen: 'marrow', classes, unsureBelow: 0.5, bias };
  const written = { ...stages, weights: encodeHeadWeights(weights) };
  const prior = { factors: {}, unexpectedFrom: 1 };
  const priors = { marrow: prior, leukaemia: prior };
  const model = await load({ stages: written, priors });
  const asked = await loadModel(await describeTiny({ priors }), { threads: 1, features: 'pooled' });
  models.push(asked);
  const plain = (await analyseImage(field.raster, asked, { expectation: 'marrow' })).findings;
  const told = (await analyseImage(field.raster, model, { expectation: 'marrow' })).findings;
  let staged = 0;
  for (const { box, features, probabilities } of plain) {
    if (features === undefined || probabilities === undefined) continue;
    const logits = bias.map(
      (b, v) =>
        b +
        features.reduce(
          (sum, x) =>
            sum +
            x.reduce((z, value, f) => z + value * weights[v * width + f]!, 0) / features.length,
          0,
        ),
    );
    const stage = logits.indexOf(Math.max(...logits));
    const sum = logits.reduce((total, z) => total + Math.exp(z - logits[stage]!), 0);
    const mass =
      probabilities[refinerClasses.indexOf('erythroblast')]! +
      probabilities[refinerClasses.indexOf('blast')]!;
    // Where marrow is expected there may be more cells, which may also take a place: each is known by its box.
    const own = told.find((cell) => boxIou(cell.box, box) > 0.999);
    if (own === undefined) continue;
    const { cellClass, isUnsure } = own;
    if (!classes.some((stageClass) => stageClass === cellClass)) continue;
    staged++;
    expect(cellClass).toBe(classes[stage]);
    expect(isUnsure).toBe(mass / sum < 0.5);
    expect(own).not.toHaveProperty('stages');
  }
  expect(staged).toBeGreaterThan(0);
  const elsewhere = (await analyseImage(field.raster, model, { expectation: 'leukaemia' }))
    .findings;
  const open = (await analyseImage(field.raster, model)).findings;
  expect(elsewhere.map(({ cellClass }) => cellClass)).toEqual(
    open.map(({ cellClass }) => cellClass),
  );
  expect(elsewhere.some(({ cellClass }) => cellClass.endsWith('normoblast'))).toBe(false);
}, 120_000);

test('in marrow the refiner looks at what the locator takes for platelets, and keeps those that show no nucleus', async () => {
  const width =
    readTypeHead(decodeOnnxModel(files['refiner.onnx'])).weights.length / refinerClasses.length;
  const stages = {
    specimen: 'marrow',
    classes: ['blast'],
    unsureBelow: 0,
    bias: [0],
    weights: encodeHeadWeights(new Float32Array(width)),
  };
  const priors = { marrow: { factors: {}, unexpectedFrom: 1 } };
  const model = await load({ stages, priors });
  const found = async (expectation?: 'marrow') =>
    (await analyseImage(field.raster, model, { expectation })).findings;
  const isPlain = ({ probabilities }: Finding) => probabilities === undefined;
  const [open, marrow] = [await found(), await found('marrow')];
  const platelets = open.filter((cell) => isPlain(cell) && cell.cellClass === 'platelet');
  const left = marrow.filter((cell) => isPlain(cell) && cell.cellClass === 'platelet');
  expect(left.length).toBeLessThan(platelets.length);
  for (const cell of left) expect(platelets).toContainEqual(cell);
  const more = marrow.filter((cell) => !isPlain(cell)).length;
  expect(more).toBeGreaterThan(open.filter((cell) => !isPlain(cell)).length);
  // Red cells are left alone.
  const reds = (cells: readonly Finding[]) =>
    cells.filter((cell) => cell.cellClass === 'erythrocyte' && isPlain(cell));
  expect(reds(marrow)).toEqual(reds(open));
}, 120_000);
