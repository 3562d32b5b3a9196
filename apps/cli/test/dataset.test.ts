import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cellClasses } from '@leukoscope/core';
import { exportFormats, interferenceFactors, type Layout, smearLooks } from '@leukoscope/datasets';
import { afterAll, beforeAll, expect, expectTypeOf, test } from 'vitest';
import { commandTable } from '../src/command-table.ts';
import { exportNames, type layoutNames } from '../src/dataset/source-options.ts';
import { runCli, temporaryFolder } from './run-cli.ts';

const folder = temporaryFolder();
const set = folder.at('set');
afterAll(() => folder.remove());

const json = async (...argv: string[]) => {
  const { code, out } = await runCli([...argv, '--json']);
  return { code, result: JSON.parse(out) };
};
const ok = async (...argv: string[]) => {
  const run = await runCli(argv);
  expect(run.err).toBe('');
  expect(run.code).toBe(0);
  return run.out;
};
const files = (name: string) =>
  readdirSync(folder.at(name), { recursive: true }).map(String).sort();

beforeAll(async () => {
  const cells = [
    '--cells',
    'neutrophil,lymphocyte',
    '--size',
    '200x150',
    '--pixels-per-micron',
    '4',
  ];
  await ok('dataset', 'synthesise', '--count', '4', ...cells, '--out', set);
});

test('synthesises the same fields from the same seed, other ones from another', async () => {
  const again = folder.at('again');
  const cells = [
    '--cells',
    'neutrophil,lymphocyte',
    '--size',
    '200x150',
    '--pixels-per-micron',
    '4',
  ];
  await ok('dataset', 'synthesise', '--count', '2', ...cells, '--out', again);
  const read = (name: string, i: number) =>
    readFileSync(folder.at(name, 'images', `field-${i}.png`));
  expect(read('again', 1).equals(read('set', 1))).toBe(true);
  const other = ['--seed', '9', '--out', folder.at('other')];
  await ok('dataset', 'synthesise', '--count', '1', ...cells, ...other);
  expect(read('other', 1).equals(read('set', 1))).toBe(false);
});

test('offers every format, factor and look that the library has', async () => {
  expectTypeOf<Exclude<Layout, (typeof layoutNames)[number]>>().toEqualTypeOf<never>();
  expect([...exportNames]).toEqual([...exportFormats]);
  const choicesOf = async (words: string, option: string) => {
    const spec = (await commandTable[words]!.load()).command.options[option]!;
    return 'choices' in spec ? spec.choices : [];
  };
  expect(await choicesOf('dataset interfere', 'factor')).toEqual(Object.keys(interferenceFactors));
  expect(await choicesOf('experiment robustness', 'factor')).toEqual(
    Object.keys(interferenceFactors),
  );
  expect(await choicesOf('dataset synthesise', 'look')).toEqual(Object.keys(smearLooks));
});

test('imports: recognises the format, counts, lists what cannot be read', async () => {
  const { result } = await json('dataset', 'import', set);
  expect(result).toMatchObject({ format: 'coco', images: 4, cells: 8, masks: 8, failed: [] });
  const broken = folder.at('broken.json');
  const text = readFileSync(folder.at('set', 'annotations.json'), 'utf8');
  writeFileSync(broken, text.replace(/"bbox":\s*\[[^\]]*\]/, '"bbox": [1, 2, -3, 4]'));
  const run = await json('dataset', 'import', broken, '--images', set);
  expect(run.code).toBe(2);
  expect(run.result.failed).toHaveLength(1);
  expect((await json('dataset', 'import', broken, '--images', set, '--allow-failed')).code).toBe(0);
});

test.each(exportNames.filter((name) => !name.endsWith('masks')))(
  'converts to %s, with images, and back without losing a cell',
  async (format) => {
    await ok('dataset', 'convert', set, '--to', format, '--out', folder.at(`as-${format}`));
    const { result } = await json('dataset', 'import', folder.at(`as-${format}`));
    expect(result).toMatchObject({ images: 4, cells: 8, failed: [] });
    expect(files(`as-${format}`).filter((file) => file.endsWith('.png'))).toHaveLength(4);
  },
);

test('renames classes, makes them coarse, and leaves classes out', async () => {
  const classes = async (...options: string[]) => {
    const { result } = await json('dataset', 'stats', set, ...options);
    return Object.fromEntries(
      result.classes.map((own: { name: string; cells: number }) => [own.name, own.cells]),
    );
  };
  expect(await classes('--taxonomy', 'leukocyte')).toEqual({ [cellClasses.leukocyte.name]: 8 });
  expect(await classes('--map', 'Neutrophil=PMN')).toEqual({ PMN: 4, Lymphocyte: 4 });
  expect(await classes('--map', 'Lymphocyte=')).toEqual({ Neutrophil: 4 });
  expect(await classes('--class', 'lymphocyte')).toMatchObject({ Lymphocyte: 4, Neutrophil: 0 });
  const { err, code } = await runCli(['dataset', 'stats', set, '--map', 'Lymphocite=x']);
  expect(code).toBe(2);
  expect(err).toContain('Did you mean Lymphocyte?');
});

test('writes statistics as page, figures and tables that need nothing else', async () => {
  await ok('dataset', 'stats', set, '--examples', '2', '--out', folder.at('stats'));
  const page = readFileSync(folder.at('stats', 'statistics.html'), 'utf8');
  expect(page).toContain('data:image/jpeg;base64,');
  expect(page).not.toMatch(/<script|src="(?!data:)|https?:\/\/(?!www\.w3\.org)/);
  for (const name of ['classes', 'box-sides', 'cells-per-image'])
    for (const kind of ['svg', 'png', 'csv'])
      expect(files('stats')).toContain(`figures/${name}.${kind}`);
  const csv = readFileSync(folder.at('stats', 'figures', 'classes.csv'), 'utf8');
  expect(csv).toContain('Neutrophil,Cells,4');
});

test('draws as many sheets as there are pictures for, and no more than the limit', async () => {
  const sheets = (...options: string[]) =>
    json(
      'dataset',
      'browse',
      set,
      '--size',
      '64',
      ...options,
      '--force',
      '--out',
      folder.at('sheets'),
    );
  expect((await sheets('--per-sheet', '3')).result).toMatchObject({
    sheets: ['sheet-001.png', 'sheet-002.png'],
    pictures: 4,
  });
  expect((await sheets('--cells')).result.pictures).toBe(8);
  expect((await sheets('--cells', '--limit', '3')).result.pictures).toBe(3);
});

test('splits by shares and into folds, the same way for the same seed', async () => {
  const split = (name: string, ...options: string[]) =>
    json('dataset', 'split', set, ...options, '--out', folder.at(name));
  const { result } = await split('split', '--ratio', 'train=3,test=1', '--copy', 'images');
  expect(result.parts.map((part: { images: number }) => part.images)).toEqual([3, 1]);
  const back = await json('dataset', 'import', folder.at('split', 'test'));
  expect(back.result).toMatchObject({ images: 1, cells: 2 });
  await split('folds', '--folds', '2', '--seed', '5');
  await split('folds-again', '--folds', '2', '--seed', '5');
  const table = (name: string) => readFileSync(folder.at(name, 'splits.csv'), 'utf8');
  await split('by-name', '--names', 'first=1\\.', '--names', 'rest=.');
  const named = table('by-name').trim().split(/\r?\n/).slice(1);
  expect(named.filter((line) => line.endsWith(',first'))).toHaveLength(1);
  expect(named.filter((line) => line.endsWith(',rest'))).toHaveLength(3);
  expect(table('folds')).toBe(table('folds-again'));
  expect(files('folds')).toContain('fold-2/annotations_val.json');
  for (const bad of [
    ['--ratio', 'train'],
    ['--group-by', 'moon'],
    ['--group-by', 'name:('],
  ])
    expect((await runCli(['dataset', 'split', set, ...bad, '--out', folder.at('no')])).code).toBe(
      1,
    );
});

test('keeps groups by name together', async () => {
  const { result } = await json(
    'dataset',
    'split',
    set,
    '--ratio',
    'a=1,b=1',
    '--group-by',
    'name:field-([12])|field-[34]',
    '--out',
    folder.at('named'),
  );
  expect(result.parts.reduce((sum: number, part: { images: number }) => sum + part.images, 0)).toBe(
    4,
  );
});

test('finds copies between data sets and fails on leaks when asked', async () => {
  const small = folder.at('small');
  await ok('dataset', 'resize', set, '--longer-side', '120', '--out', small);
  const { code, result } = await json('dataset', 'duplicates', set, small, '--fail-on-leak');
  expect(code).toBe(2);
  expect(result.leaks).toBe(4);
  await ok('dataset', 'duplicates', set, small, '--out', folder.at('pairs'));
  expect(files('pairs')).toEqual(['duplicates.csv', 'pairs-001.png']);
});

test('resizes pixels, boxes and masks together, also in both forms of the paper', async () => {
  await ok('dataset', 'resize', set, '--form', 'both', '--out', folder.at('forms'));
  const mini = await json('dataset', 'stats', folder.at('forms', 'mini'));
  expect(mini.result.imageSizes).toMatchObject([{ name: '600x600', images: 4 }]);
  expect((await json('dataset', 'validate', folder.at('forms', 'mini'))).result.errors).toBe(0);
  const original = await json('dataset', 'stats', folder.at('forms', 'original'));
  expect(original.result.imageSizes[0].name).toBe('200x150');
  expect((await runCli(['dataset', 'resize', set, '--out', folder.at('none')])).code).toBe(1);
});

test('lists cells about whose type annotators disagree', async () => {
  const text = readFileSync(folder.at('set', 'annotations.json'), 'utf8');
  const data = JSON.parse(text);
  data.annotations[0].category_id = data.categories[1].id;
  data.annotations[1].category_id = data.categories[1].id;
  data.annotations.splice(7, 1);
  writeFileSync(folder.at('cara.json'), JSON.stringify(data));
  writeFileSync(folder.at('anna.json'), text);
  writeFileSync(folder.at('ben.json'), text);
  const people = ['anna', 'ben', 'cara'].map((name) => folder.at(`${name}.json`));
  const { result } = await json(
    'dataset',
    'merge',
    ...people,
    '--images',
    set,
    '--out',
    folder.at('merged'),
  );
  // Of the two moved to class 1 one was of that class already.
  expect(result).toMatchObject({ authors: ['anna', 'ben', 'cara'], agreed: 7 });
  expect(result.disputed).toHaveLength(1);
  expect(result.disputed[0].reason).toBe('types disagree');
  expect(files('merged')).toContain('disputed-001.png');
  expect(readFileSync(folder.at('merged', 'disputed.csv'), 'utf8').split('\r\n')).toHaveLength(5);
});

test('previews a recipe by name or from a file', async () => {
  const file = folder.at('recipe.json');
  writeFileSync(file, JSON.stringify({ steps: [{ kind: 'flip', probability: 1 }] }));
  for (const recipe of ['none', file])
    await ok(
      'dataset',
      'preview',
      set,
      '--recipe',
      recipe,
      '--count',
      '2',
      '--size',
      '40',
      '--force',
      '--out',
      folder.at('preview.png'),
    );
  const { err } = await runCli([
    'dataset',
    'preview',
    set,
    '--recipe',
    'detecton',
    '--out',
    folder.at('x.png'),
  ]);
  expect(err).toContain('Did you mean detection?');
});

test('puts interference on images; severity, seed and tags are kept', async () => {
  await ok(
    'dataset',
    'interfere',
    set,
    '--factor',
    'defocus,incomplete-cells',
    '--severity',
    '5',
    '--out',
    folder.at('bad'),
  );
  const { result } = await json('dataset', 'stats', folder.at('bad'));
  expect(result.factors.map((factor: { name: string }) => factor.name).sort()).toEqual([
    'defocus',
    'incomplete-cells',
  ]);
  expect((await json('dataset', 'validate', folder.at('bad'))).result.errors).toBe(0);
  expect(
    (await runCli(['dataset', 'interfere', set, '--factor', 'fog', '--out', folder.at('no')])).code,
  ).toBe(1);
});

test('composes scenes of the cells of a set', async () => {
  const { result } = await json(
    'dataset',
    'compose',
    set,
    '--count',
    '2',
    '--cells',
    '3',
    '--cut-off',
    '0',
    '--overlap',
    '0',
    '--out',
    folder.at('scenes'),
  );
  expect(result.images).toBe(2);
  const scenes = await json('dataset', 'stats', folder.at('scenes'));
  expect(scenes.result).toMatchObject({ images: 2, cells: 6, masks: 6 });
});

test('says what is wrong with folders that are none', async () => {
  const missing = await runCli(['dataset', 'stats', folder.at('nothing')]);
  expect(missing).toMatchObject({ code: 2, out: '' });
  expect(missing.err).toContain('Found none there');
  const images = await runCli(['dataset', 'stats', set, '--images', set]);
  expect(images.err).toContain('Leave --images out');
  writeFileSync(folder.at('notes.txt'), 'hello');
  expect((await runCli(['dataset', 'stats', folder.at('notes.txt')])).err).toContain(
    'name their folder',
  );
});
