import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli, temporaryFolder } from './run-cli.ts';
import { writeTinyRun } from './tiny-run.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const json = (file: string) => JSON.parse(readFileSync(folder.at(file), 'utf8'));
const cli = async (...argv: string[]) => {
  const run = await runCli([...argv, '--json']);
  return { code: run.code, result: run.code === 0 ? JSON.parse(run.out) : undefined, err: run.err };
};

beforeAll(async () => {
  writeTinyRun(folder.at('run'));
  const drawn = await runCli([
    'dataset',
    'synthesise',
    '--out',
    folder.at('fields'),
    '--count',
    '3',
    '--size',
    '480x360',
  ]);
  expect(drawn.err).not.toContain('error');
});

test('a name that a model that ships shares with its family is the model, with --preset the family', async () => {
  const model = await runCli(['model', 'show', 'fcos']);
  expect(model.out).toContain('A second opinion beside');
  const family = await runCli(['model', 'show', 'fcos', '--preset', 'tiny']);
  expect(family.out).toContain('Configuration (preset tiny');
});

test('list names models and families with task, presets and weights', async () => {
  const { result } = await cli('model', 'list');
  const compact = result.models.find(({ name }: { name: string }) => name === 'compact');
  expect(compact).toMatchObject({ reader: 'two-stage', task: 'instances' });
  expect(compact.sizeBytes).toBeGreaterThan(500_000);
  const resnet = result.families.find(({ name }: { name: string }) => name === 'resnet');
  expect(resnet).toMatchObject({
    task: 'classes',
    presets: ['tiny', 'slim', 'paper'],
    weights: [],
  });
  const { out } = await runCli(['model', 'list']);
  expect(out).toContain('watershed');
  expect(out).toContain('Residual network');
});

test('show prints card, settings and parent of a model, configuration and recipe of a family', async () => {
  const { out } = await runCli(['model', 'show', folder.at('run')]);
  for (const text of [
    'tiny classifier',
    'task      classes',
    'its parent',
    '# A card',
    'watershed',
  ])
    expect(out).toContain(text);
  const { result } = await cli('model', 'show', 'resnet', '--preset', 'paper');
  expect(result).toMatchObject({ preset: 'paper', config: { size: { width: 224 } } });
  expect(result.recipe.optimiser).toBe('adamw');
});

test('export writes a model that answers alike, also from the ONNX file alone', async () => {
  const { code } = await cli('model', 'export', folder.at('run'), '--out', folder.at('float'));
  expect(code).toBe(0);
  expect(readFileSync(folder.at('float/model.md'), 'utf8')).toContain('# A card');
  const answers = [];
  for (const name of ['run', 'float', 'float/model.onnx']) {
    const out = folder.at(`typed-${answers.length}`);
    await cli('predict', folder.at(name), folder.at('fields'), '--out', out);
    answers.push(readFileSync(`${out}/probabilities.csv`, 'utf8'));
  }
  expect(answers[1]).toBe(answers[0]);
  expect(answers[2]).toBe(answers[0]);
  expect(answers[0]!.split('\n')[0]).toBe(
    'file,neutrophil,lymphocyte,monocyte,eosinophil,basophil',
  );
});

test('chain puts a second classifier behind the first, as a model that predicts and is exported', async () => {
  const config = { classes: ['lymphocyte', 'neutrophil'] };
  writeTinyRun(folder.at('local'), {}, config);
  const joined = folder.at('joined');
  const { code } = await cli(
    'model',
    'chain',
    folder.at('run'),
    folder.at('local'),
    '--out',
    joined,
  );
  expect(code).toBe(0);
  expect(json('joined/model.json')).toMatchObject({
    name: 'tiny classifier + tiny classifier',
    classes: ['neutrophil', 'lymphocyte', 'monocyte', 'eosinophil', 'basophil'],
    settings: { locator: 'watershed', local: { classes: ['lymphocyte', 'neutrophil'] } },
  });
  const again = folder.at('joined-again');
  expect((await cli('model', 'export', joined, '--out', again)).code).toBe(0);
  for (const [model, out] of [
    [joined, folder.at('typed-joined')],
    [again, folder.at('typed-again')],
  ] as const) {
    expect((await cli('predict', model, folder.at('fields'), '--out', out)).code).toBe(0);
    const table = readFileSync(`${out}/probabilities.csv`, 'utf8');
    expect(table.trim().split('\n')).toHaveLength(1 + 3);
    expect(table).toBe(readFileSync(folder.at('typed-joined/probabilities.csv'), 'utf8'));
  }
  writeTinyRun(folder.at('strange'), {}, { classes: ['lymphocyte', 'blast'] });
  const strange = await cli(
    'model',
    'chain',
    folder.at('run'),
    folder.at('strange'),
    '--out',
    folder.at('x'),
  );
  expect([strange.code, strange.err.includes('Received blast')]).toEqual([2, true]);
});

test('fuse makes one model of several, which is listed, moved and refused when a member changed', async () => {
  const three = folder.at('three');
  const names = ['watershed', folder.at('run')];
  const { code } = await cli('model', 'fuse', names.join(','), '--name', 'two', '--out', three);
  expect(code).toBe(0);
  expect(json('three/model.json')).toMatchObject({
    name: 'two',
    reader: 'ensemble',
    classes: ['leukocyte'],
    settings: {
      fuse: 'majority',
      members: [{ model: 'watershed' }, { model: path.join('..', 'run') }],
    },
  });
  const moved = folder.at('deeper/moved');
  expect((await cli('model', 'export', three, '--out', moved)).code).toBe(0);
  expect(json('deeper/moved/model.json').settings.members[1].model).toBe(
    path.join('..', '..', 'run'),
  );
  const out = folder.at('found-by-two');
  expect((await cli('predict', moved, folder.at('fields'), '--out', out)).code).toBe(0);
  expect(existsSync(path.join(out, 'detections.json'))).toBe(true);
  const half = await cli('model', 'export', three, '--to', 'float16', '--out', folder.at('y'));
  expect(half.err).toContain('Convert what it is made of');
  const alone = await cli('model', 'fuse', 'watershed,watershed', '--out', folder.at('z'));
  expect(alone.err).toContain('two or more different ones');
  const description = json('three/model.json');
  description.settings.members[0].hash = 'another';
  writeFileSync(folder.at('three/model.json'), JSON.stringify(description));
  const changed = await cli('predict', three, folder.at('fields'), '--out', folder.at('w'));
  expect(changed.err).toContain('Make the ensemble anew');
});

test('float16 and 8 bits are smaller and say how far they are', async () => {
  const fields = folder.at('fields');
  const run = folder.at('run');
  const bytes = (result: { networks: { network: { sizeBytes: number } } }) =>
    result.networks.network.sizeBytes;
  const float = bytes((await cli('model', 'export', run, '--out', folder.at('f32'))).result);
  const half = await cli(
    ...['model', 'export', run, '--to', 'float16', '--images', fields, '--out', folder.at('f16')],
  );
  expect(bytes(half.result)).toBeLessThan(0.75 * float);
  expect(half.result.networks.network.comparison.outputs[0].relativeL2).toBeLessThan(0.01);
  const eight = await cli(
    ...['model', 'export', run, '--to', 'int8', '--images', fields, '--count', '2'],
    ...['--name', 'small', '--out', folder.at('int8')],
  );
  expect(bytes(eight.result)).toBeLessThan(0.7 * float);
  expect(json('int8/model.json').name).toBe('small');
  const refused = await cli('model', 'export', run, '--to', 'int8', '--out', folder.at('none'));
  expect(refused.err).toContain('--to int8 must go with --images');
  expect(existsSync(folder.at('none'))).toBe(false);
});

test('layers that are excluded stay float, so that the file is larger', async () => {
  const size = async (name: string, ...more: string[]) => {
    const run = folder.at('run');
    const images = ['--images', folder.at('fields'), '--count', '1'];
    const { result } = await cli(
      ...['model', 'export', run, '--to', 'int8', ...images, '--out', folder.at(name), ...more],
    );
    return result.networks.network.sizeBytes as number;
  };
  expect(await size('kept', '--exclude', 'layer4')).toBeGreaterThan(await size('all'));
});

test('layers to exclude that are not there, or with nothing to convert, are refused before anything is written', async () => {
  const images = ['--to', 'int8', '--images', folder.at('fields'), '--out', folder.at('none')];
  const slip = await cli('model', 'export', folder.at('run'), ...images, '--exclude', 'layer4.');
  expect(slip.err).toContain('layer4, ');
  expect(slip.err).toContain('Received layer4., which none has');
  const float = ['--exclude', 'layer4', '--out', folder.at('none')];
  const idle = await cli('model', 'export', folder.at('run'), ...float);
  expect(idle.err).toContain('must go with --to float16 or int8');
  const nobody = [...images, '--network', 'nobody', '--exclude', 'layer4'];
  const unknown = await cli('model', 'export', folder.at('run'), ...nobody);
  expect(unknown.err).toContain('--network must be network for this model. Received nobody');
  expect(existsSync(folder.at('none'))).toBe(false);
});

test('an old description is renewed, and says so while it is old', async () => {
  mkdirSync(folder.at('old'));
  copyFileSync(folder.at('run/best/network.onnx'), folder.at('old/network.onnx'));
  const old = {
    name: 'old',
    onnx: 'network.onnx',
    classes: ['WBC'],
    input: { width: 64, height: 64 },
    output: { style: 'rcnn', boxes: 'b', scores: 's', labels: 'l' },
  };
  writeFileSync(folder.at('old/old.json'), JSON.stringify(old));
  const { out } = await runCli(['model', 'show', folder.at('old/old.json')]);
  expect(out).toContain('leukoscope model export renews it');
  const { code } = await cli(
    'model',
    'export',
    folder.at('old/old.json'),
    '--out',
    folder.at('new'),
  );
  expect(code).toBe(0);
  expect(json('new/model.json')).toMatchObject({ format: 2, reader: 'external', name: 'old' });
});

test('compare counts the cells of two models, and says by its exit code whether the second is better', async () => {
  const run = (...argv: string[]) => runCli(['model', 'compare', ...argv]);
  const { code, out } = await run('compact', 'compact', '--here', folder.at('fields'), '--json');
  const { isBetter, here, there, refusals } = JSON.parse(out);
  expect({ code, isBetter, there }).toEqual({ code: 2, isBetter: false, there: null });
  const { answers, notFound } = here;
  expect(answers.cells).toBeGreaterThan(0);
  expect(answers).toMatchObject({ gained: 0, lost: 0, parent: answers.candidate });
  expect(notFound.parent).toBe(notFound.candidate);
  expect(refusals).toMatchObject([{ kind: 'not-better-here' }]);
  const untyped = await run('compact', 'watershed', '--here', folder.at('fields'));
  expect(untyped.code).not.toBe(0);
  expect(untyped.err).toContain('a type that both models know');
  const unasked = await run('compact', 'compact');
  expect(unasked.err).toContain('--here must name at least one data set');
});
