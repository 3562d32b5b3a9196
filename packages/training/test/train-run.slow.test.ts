import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { descriptionKey, parseModelDescription, prepareImage } from '@leukoscope/models';
import { decodeOnnxModel } from '@leukoscope/nn';
import { loadCheckpoint, openRuntime } from '@leukoscope/nn/runtime';
import { parseTrainRecipe, type RecipeInput } from '@leukoscope/training';
import { readLog, type TrainRunOptions, trainRun } from '@leukoscope/training/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawCell, temporaryFolder, writeClassFolders, writeFields } from './draw-data-set.ts';

const folder = temporaryFolder();
const cells = folder.at('cells');
const fields = folder.at('fields');

beforeAll(async () => {
  await writeClassFolders(cells, { neutrophil: 14, eosinophil: 12, lymphocyte: 10 });
  await writeFields(fields, 10);
});
afterAll(() => folder.remove());

const tiny: RecipeInput = {
  model: { family: 'resnet', preset: 'tiny', config: { size: { width: 32, height: 32 } } },
  data: [{ name: 'cells', split: { by: 'ratio', validation: 0.25 } }],
  augmentation: 'detection',
  steps: 9,
  batchSize: 4,
  accumulate: 2,
  averageDecay: 0.8,
  clipNorm: 5,
  rates: { fc: 2 },
  stages: [{ side: 64, frozen: ['conv1', 'layer1'], steps: 4 }, {}],
  validation: { every: 3 },
};

function run(out: string, recipe: RecipeInput = tiny, options: Partial<TrainRunOptions> = {}) {
  let time = 0;
  return trainRun({
    recipe: parseTrainRecipe(recipe, 'recipe'),
    out: folder.at(out),
    roots: new Map([
      ['cells', cells],
      ['fields', fields],
    ]),
    threads: 1,
    workers: 0,
    clock: () => time++ / 10,
    ...options,
  });
}

/** Run, with an interruption after each of these steps. */
async function runWithBreaks(out: string, breaks: readonly number[], workers = 0) {
  for (const at of breaks) {
    const stop = new AbortController();
    const { end, step } = await run(out, tiny, {
      workers,
      signal: stop.signal,
      onStep: (made) => made === at && stop.abort(),
    });
    expect([end, step]).toEqual(['interrupted', at]);
  }
  return run(out, tiny, { workers });
}

async function stateOf(out: string) {
  const { state, step, config } = await loadCheckpoint(folder.at(out, 'checkpoint.safetensors'));
  const bytes = [...state].map(
    ([key, { data }]) => [key, Buffer.from(data.buffer, data.byteOffset, data.byteLength)] as const,
  );
  return { step, config, state: new Map(bytes.map(([key, data]) => [key, data.toString('hex')])) };
}

const measuresOf = async (out: string) =>
  (await readLog(folder.at(out))).flatMap(({ kind, step, values }) =>
    kind === 'validation' ? [[step, values]] : [],
  );

test('a run broken off anywhere equals an unbroken one bit for bit, with workers or without', async () => {
  expect((await run('whole')).end).toBe('finished');
  const { end, best } = await runWithBreaks('broken', [1, 4, 6], 2);
  expect(end).toBe('finished');
  const [whole, broken] = [await stateOf('whole'), await stateOf('broken')];
  expect(broken.state).toEqual(whole.state);
  expect(whole.step).toBe(9);
  expect(await measuresOf('broken')).toEqual(await measuresOf('whole'));
  for (const file of ['model.json', 'model.onnx', 'weights.safetensors', 'card.md'])
    expect(readFileSync(folder.at('broken', 'best', file)), file).toEqual(
      readFileSync(folder.at('whole', 'best', file)),
    );
  expect(best!.value).toBeGreaterThan(0);
});

test('the best weights are tested once, on pictures that neither trained nor chose them', async () => {
  const recipe: RecipeInput = {
    ...tiny,
    data: [{ name: 'cells', split: { by: 'ratio', validation: 0.25, test: 0.25 } }],
  };
  const stop = new AbortController();
  let isTesting = false;
  const broken = await run('tested', recipe, {
    signal: stop.signal,
    onLine: ({ kind }) => {
      isTesting = kind === 'end';
    },
    onMeasure: () => isTesting && stop.abort(),
  });
  expect([broken.end, broken.tested]).toEqual(['interrupted', undefined]);
  expect(existsSync(folder.at('tested', 'test.json'))).toBe(false);
  const { end, best, tested } = await run('tested', recipe);
  expect(end).toBe('finished');
  const namesOf = (side: string) =>
    readFileSync(folder.at('tested', 'data', `${side}.jsonl`), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).image.file);
  const names = namesOf('test');
  expect(names.length).toBeGreaterThan(6);
  for (const side of ['train', 'validation'])
    expect(namesOf(side).filter((name) => names.includes(name))).toEqual([]);
  expect(tested).toMatchObject({ step: best!.step, examples: names.length, groups: names.length });
  expect(tested!.pictures.map(({ file }) => file)).toEqual(names);
  const right = tested!.pictures.reduce((sum, { values }) => sum + values['accuracy']!, 0);
  expect(tested!.measures['accuracy']).toBeCloseTo(right / names.length, 9);
  const { low, high } = tested!.limits['accuracy']!;
  expect(low).toBeLessThanOrEqual(tested!.measures['accuracy']!);
  expect(high).toBeGreaterThanOrEqual(tested!.measures['accuracy']!);
  expect(readFileSync(folder.at('tested', 'best', 'card.md'), 'utf8')).toContain('## Tested');
  const before = readFileSync(folder.at('tested', 'test.json'), 'utf8');
  let measured = 0;
  await run('tested', recipe, { onMeasure: () => measured++ });
  expect(measured).toBe(0);
  expect(readFileSync(folder.at('tested', 'test.json'), 'utf8')).toBe(before);
});

test('a finished run is not continued, another recipe is refused, and so is a folder of other files', async () => {
  const lines: unknown[] = [];
  const again = await run('whole', tiny, { onLine: (line) => lines.push(line) });
  expect([again.end, again.step, lines]).toEqual(['finished', 9, []]);
  await expect(run('whole', { ...tiny, seed: 2, steps: 10 })).rejects.toThrow('steps, seed differ');
  // The recipe as run, which the folder holds, is the same run.
  const asRun = JSON.parse(await readFile(folder.at('whole', 'recipe.json'), 'utf8'));
  expect((await run('whole', asRun)).end).toBe('finished');
  await expect(run('cells')).rejects.toThrow('must be a new or empty folder');
});

test('the model says what it is, beside the network and inside it, and knows the cells it saw', async () => {
  const at = (file: string) => folder.at('learnt', 'best', file);
  const recipe: RecipeInput = {
    model: { family: 'resnet', preset: 'tiny' },
    data: [{ name: 'cells', split: { by: 'ratio', validation: 0.25 } }],
    augmentation: 'none',
    learningRate: 0.01,
    steps: 200,
    batchSize: 9,
    earlyStopping: { patience: 4 },
    validation: { every: 10 },
  };
  const { best, end } = await run('learnt', recipe);
  expect(best!.value).toBe(1);
  expect(end).toBe('early');
  const description = parseModelDescription(JSON.parse(readFileSync(at('model.json'), 'utf8')), '');
  expect(description.reader).toBe('classes');
  const network = decodeOnnxModel(readFileSync(at('model.onnx')));
  const { networks, ...inside } = description;
  expect(Object.keys(networks)).toEqual(['network']);
  expect(JSON.parse(network.metadata[descriptionKey]!)).toEqual(inside);
  const runtime = openRuntime({ host: 'inline', threads: 1 });
  const session = await runtime.load(readFileSync(at('model.onnx')));
  for (const kind of [0, 1, 2]) {
    const { tensor } = prepareImage(drawCell(kind, 777 + kind), description.input);
    const { probabilities } = await session.run({ image: tensor });
    const p = [...(probabilities!.data as Float32Array)];
    const expected = description.classes.indexOf(
      (['neutrophil', 'eosinophil', 'lymphocyte'] as const)[kind]!,
    );
    expect(p.indexOf(Math.max(...p))).toBe(expected);
  }
  await runtime.close();
  const page = readFileSync(folder.at('learnt', 'index.html'), 'utf8');
  expect(page).toContain('ended early');
  expect(page).not.toMatch(/src="http|href="http/);
  expect(readFileSync(folder.at('learnt', 'curves.svg'), 'utf8')).toContain('macroF1');
  expect(readFileSync(at('card.md'), 'utf8')).toContain('macroF1 | 1.0000');
});

test('begins with the weights of another run and says what matched; a wrong hash is refused', async () => {
  const { stages: _, ...plain } = tiny;
  const recipe = { ...plain, steps: 2, learningRate: 1e-9, initial: { file: 'whole' } };
  const said: string[] = [];
  await run('tuned', recipe, { initial: folder.at('whole'), say: (text) => said.push(text) });
  expect(said.join('\n')).toMatch(/(\d+) of \1 parameters matched/);
  const description = JSON.parse(readFileSync(folder.at('tuned', 'best', 'model.json'), 'utf8'));
  expect(description.parent.hash).toMatch(/^[0-9a-f]{64}$/);
  const wrong = { ...recipe, initial: { file: 'whole', sha256: '0'.repeat(64) } };
  await expect(run('wrong', wrong, { initial: folder.at('whole') })).rejects.toThrow('hash');
});

test('a detector begins with the weights of a classifier, as its backbone', async () => {
  const recipe: RecipeInput = {
    model: { family: 'retinanet', preset: 'tiny' },
    data: [{ name: 'fields' }],
    augmentation: 'none',
    steps: 1,
    batchSize: 1,
    initial: { file: 'whole' },
  };
  const initial = folder.at('whole');
  await expect(run('headless', recipe, { initial })).rejects.toThrow('"into" of the recipe');
  const said: string[] = [];
  const into = { ...recipe, initial: { file: 'whole', into: 'backbone.body' } };
  await run('detector', into, { initial, say: (text) => said.push(text) });
  expect(Number(/(\d+) of \d+ parameters matched/.exec(said.join('\n'))![1])).toBeGreaterThan(20);
});

test('types are learnt from cells cut out of fields, a slide on one side only', async () => {
  const recipe: RecipeInput = {
    ...tiny,
    data: [
      { name: 'cells', share: 1 },
      { name: 'fields', share: 3 },
    ],
    draw: 'types',
    steps: 2,
    stages: [{}],
  };
  const said: string[] = [];
  await run('mixed', recipe, { say: (text) => said.push(text) });
  const items = (side: string) =>
    readFileSync(folder.at('mixed', 'data', `${side}.jsonl`), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  const cut = items('train').find(({ isCut }) => isCut);
  expect(existsSync(folder.at('mixed', 'data', cut.image.file))).toBe(true);
  expect(cut.image.size).toEqual({ width: 54, height: 54 });
  // What a test draws again for its limits.
  expect(cut.image.slide).toMatch(/./);
  expect(existsSync(folder.at('fields', cut.cutFrom))).toBe(true);
  expect(said.join(' ')).toContain('a square of 1.5 times the cell');
});

test('a family that keeps its classes learns them alone, whatever else the data name', async () => {
  const patches = folder.at('patches');
  await writeClassFolders(patches, {
    'band-neutrophil': 8,
    'segmented-neutrophil': 8,
    lymphocyte: 6,
  });
  const recipe: RecipeInput = {
    model: { family: 'marrow-local', preset: 'tiny', config: {} },
    data: [{ name: 'patches', split: { by: 'ratio', validation: 0.25 } }],
    steps: 2,
    batchSize: 4,
    validation: { every: 2 },
  };
  await run('local', recipe, { roots: new Map([['patches', patches]]) });
  const { classes } = JSON.parse(readFileSync(folder.at('local', 'best', 'model.json'), 'utf8'));
  expect(classes).toEqual(['band-neutrophil', 'segmented-neutrophil']);
  const lines = ['train', 'validation'].flatMap((side) =>
    readFileSync(folder.at('local', 'data', `${side}.jsonl`), 'utf8')
      .trim()
      .split('\n'),
  );
  const indices = lines.map((line): number => JSON.parse(line).classIndex);
  expect(indices.toSorted()).toEqual([...new Array(8).fill(0), ...new Array(8).fill(1)]);
});

test('a model without pictures that measure is that of the last step', async () => {
  const recipe = { ...tiny, data: [{ name: 'cells', split: { by: 'none' as const } }] };
  const { end, best } = await run('unmeasured', recipe);
  expect([end, best]).toEqual(['finished', undefined]);
  expect(readFileSync(folder.at('unmeasured', 'best', 'card.md'), 'utf8')).toContain(
    'Nothing was measured',
  );
});

test('a run that was killed while it wrote goes on: a torn log line, steps behind the checkpoint', async () => {
  await runWithBreaks('killed', [5]);
  const log = folder.at('killed', 'log.jsonl');
  const text = readFileSync(log, 'utf8');
  // As if it had gone on to step 8 and died without a save.
  const stop = new AbortController();
  await run('killed-2', tiny, { signal: stop.signal, onStep: (s) => s === 5 && stop.abort() });
  const late = '{"kind":"steps","step":8,"seconds":1,"values":{"loss":1}}\n{"kind":"ste';
  writeFileSync(
    folder.at('killed-2', 'log.jsonl'),
    readFileSync(folder.at('killed-2', 'log.jsonl'), 'utf8') + late,
  );
  expect((await run('killed-2')).end).toBe('finished');
  expect((await stateOf('killed-2')).state).toEqual((await stateOf('killed')).state);
  expect(await measuresOf('killed-2')).toEqual(await measuresOf('killed'));
  expect(text).not.toContain('"step":8,"seconds":1,');
});

test('a picture that goes bad, and a place that cannot be written, lose nothing', async () => {
  await writeClassFolders(folder.at('fragile'), { neutrophil: 6, eosinophil: 6 });
  const recipe = { ...tiny, data: [{ name: 'fragile', split: { by: 'none' as const } }] };
  const roots = new Map([['fragile', folder.at('fragile')]]);
  const picture = folder.at('fragile', 'neutrophil', '0.png');
  const good = readFileSync(picture);
  const spoil = (step: number) => step === 2 && writeFileSync(picture, 'spoilt');
  await expect(run('fragile-run', recipe, { roots, onStep: spoil })).rejects.toThrow(
    /neutrophil\/0\.png" must load/,
  );
  writeFileSync(picture, good);
  const reached = (await stateOf('fragile-run')).step;
  expect(reached).toBeGreaterThanOrEqual(2);
  const checkpoint = folder.at('fragile-run', 'checkpoint.safetensors');
  const kept = readFileSync(checkpoint);
  rmSync(checkpoint);
  mkdirSync(checkpoint);
  await expect(run('fragile-run', recipe, { roots })).rejects.toThrow();
  rmSync(checkpoint, { recursive: true });
  writeFileSync(checkpoint, kept);
  expect((await run('fragile-run', recipe, { roots })).end).toBe('finished');
  await run('sound', recipe, { roots });
  expect((await stateOf('fragile-run')).state).toEqual((await stateOf('sound')).state);
});
