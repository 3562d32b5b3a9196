import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { runCli, temporaryFolder } from './run-cli.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());
let number = 0;
const put = (content: unknown, ending = 'json') => {
  const file = folder.at(`file-${number++}.${ending}`);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
};

const square = (x: number, y: number, side = 20) => [
  [x, y, x + side, y, x + side, y + side, x, y + side],
];
const categories = [
  { id: 1, name: 'band neutrophil' },
  { id: 2, name: 'lymphocyte' },
];
const images = [1, 2, 3].map((id) => ({ id, file_name: `i${id}.png`, width: 100, height: 80 }));
const cell = (id: number, image_id: number, category_id: number, x: number) => ({
  id,
  image_id,
  category_id,
  bbox: [x, 10, 20, 20],
  area: 400,
  iscrowd: 0,
  segmentation: square(x, 10),
});
const truth = put({
  images,
  categories,
  annotations: [cell(1, 1, 1, 10), cell(2, 1, 2, 50), cell(3, 2, 1, 10), cell(4, 3, 2, 30)],
});
const found = (image_id: number, category_id: number, x: number, score: number) => ({
  image_id,
  category_id,
  bbox: [x, 10, 20, 20],
  score,
  segmentation: square(x, 10),
});
const perfect = [
  found(1, 1, 10, 0.9),
  found(1, 2, 50, 0.8),
  found(2, 1, 10, 0.7),
  found(3, 2, 30, 0.95),
];

const evaluate = async (predictions: string, ...options: string[]) => {
  const run = await runCli([
    'evaluate',
    predictions,
    truth,
    '--resamples',
    '0',
    '--json',
    ...options,
  ]);
  return { code: run.code, report: JSON.parse(run.out) };
};

test('gives 1 to perfect COCO results, by box, by mask and by pixel', async () => {
  const { code, report } = await evaluate(put(perfect));
  expect(code).toBe(0);
  const [boxes, masks, pixels] = report.sections;
  expect([boxes.coco.AP, masks.coco.AP, pixels.measures.dice.mean]).toEqual([1, 1, 1]);
});

test('gives 0 to a detector that finds nothing', async () => {
  const { report } = await evaluate(put([]));
  expect(report.sections).toHaveLength(1);
  expect(report.sections[0]).toMatchObject({ detections: 0, coco: { AP: 0 } });
});

test('matches classes by meaning, makes both sides coarse, or takes any type', async () => {
  const coarse = {
    images,
    categories: [
      { id: 7, name: 'Neutrophil' },
      { id: 8, name: 'LY' },
    ],
    annotations: perfect.map((one, i) => ({ ...one, id: i + 1, category_id: one.category_id + 6 })),
  };
  const file = put(coarse);
  const plain = await runCli(['evaluate', file, truth, '--resamples', '0', '--task', 'boxes']);
  expect(plain.err).toContain('2 Neutrophil. Make both sides as coarse with --taxonomy');
  const five = await evaluate(file, '--taxonomy', 'five', '--task', 'boxes');
  expect(five.report.sections[0]).toMatchObject({
    coco: { AP: 1 },
    typing: { right: 4, found: 4 },
  });
  const mapped = await evaluate(file, '--map', 'Neutrophil=band neutrophil', '--task', 'boxes');
  expect(mapped.report.sections[0].coco.AP).toBe(1);
  const any = await evaluate(file, '--any-type', '--task', 'boxes');
  expect(any.report.sections[0].classes).toMatchObject([{ name: 'cell', AP50: 1 }]);
});

test('uses the IoU and score thresholds, and writes limits from the bootstrap, seeded', async () => {
  const shifted = put(
    perfect.map((one) => ({ ...one, bbox: [one.bbox[0]! + 6, 10, 20, 20], score: 0.4 })),
  );
  // 14 x 20 of overlap over 26 x 20 of union: IoU .54
  const at = async (...options: string[]) =>
    (await evaluate(shifted, '--task', 'boxes', ...options)).report.sections[0];
  expect((await at('--score', '0.3')).typing.found).toBe(4);
  expect((await at('--score', '0.3', '--iou', '0.6')).typing.found).toBe(0);
  expect((await at()).typing.found).toBe(0);
  const limits = async (seed: string) => {
    const { out } = await runCli([
      'evaluate',
      put(perfect.slice(0, 3)),
      truth,
      '--task',
      'boxes',
      '--resamples',
      '50',
      '--seed',
      seed,
      '--json',
    ]);
    return JSON.parse(out).sections[0].intervals.AP;
  };
  expect(await limits('3')).toEqual(await limits('3'));
  expect((await limits('3')).resamples).toBe(50);
});

test('writes metrics, a page that needs nothing else, and figures', async () => {
  const out = folder.at('report');
  const { code } = await runCli([
    'evaluate',
    put(perfect),
    truth,
    '--resamples',
    '0',
    '--task',
    'boxes',
    '--title',
    'My title',
    '--model',
    'My model',
    '--out',
    out,
  ]);
  expect(code).toBe(0);
  const page = readFileSync(`${out}/report.html`, 'utf8');
  for (const words of ['My title', 'My model', '2026-01-02 03:04']) expect(page).toContain(words);
  expect(page).not.toMatch(/<script|src="(?!data:)/);
  expect(JSON.parse(readFileSync(`${out}/metrics.json`, 'utf8')).format).toBe(
    'leukoscope-evaluation',
  );
  for (const kind of ['svg', 'png', 'csv'])
    expect(existsSync(`${out}/figures/box-confusion.${kind}`)).toBe(true);
});

test('measures types from a table of probabilities, in the order of the classes by name', async () => {
  const cells = folder.at('cells.csv');
  writeFileSync(
    cells,
    'file,class,x1,y1,x2,y2\na.png,lymphocyte,,,,\nb.png,monocyte,,,,\nc.png,monocyte,,,,\n',
  );
  const table = put(
    'file,monocyte,lymphocyte\na.png,0.1,0.9\nb.png,0.8,0.2\nc.png,0.4,0.6\n',
    'csv',
  );
  const { out } = await runCli(['evaluate', table, cells, '--resamples', '0', '--json']);
  const [section] = JSON.parse(out).sections;
  expect(section.scores.accuracy).toBeCloseTo(2 / 3, 12);
  expect(section.confusion.classNames).toEqual(['lymphocyte', 'monocyte']);
  // Every monocyte has a higher monocyte probability than the lymphocyte.
  expect(section.roc.macroArea).toBe(1);
  const broken = put(
    'file,monocyte,lymphocyte\na.png,0.1,0.9\nb.png,0.9,0.9\nc.png,x,0.1\n',
    'csv',
  );
  const run = await runCli(['evaluate', broken, cells, '--resamples', '0', '--json']);
  expect(run.code).toBe(2);
  expect(JSON.parse(run.out).failed.map((issue: { line: number }) => issue.line)).toEqual([3, 4]);
});

test('lends the images of the ground truth to YOLO labels that come alone', async () => {
  mkdirSync(folder.at('yolo', 'labels'), { recursive: true });
  const line = (index: number, x: number) => `${index} ${(x + 10) / 100} ${20 / 80} 0.2 0.25 0.9\n`;
  writeFileSync(folder.at('yolo', 'labels', 'i1.txt'), line(0, 10) + line(1, 50));
  writeFileSync(folder.at('yolo', 'labels', 'i2.txt'), line(0, 10));
  writeFileSync(folder.at('yolo', 'labels', 'i3.txt'), line(1, 30));
  const set = folder.at('with-images');
  await runCli([
    'dataset',
    'synthesise',
    '--count',
    '3',
    '--size',
    '100x80',
    '--cells',
    'lymphocyte',
    '--out',
    set,
  ]);
  for (const i of [1, 2, 3])
    writeFileSync(
      folder.at('with-images', `i${i}.png`),
      readFileSync(folder.at('with-images', 'images', `field-${i}.png`)),
    );
  const own = folder.at('with-images', 'truth.json');
  writeFileSync(own, readFileSync(truth));
  const { out } = await runCli([
    'evaluate',
    folder.at('yolo'),
    own,
    '--task',
    'boxes',
    '--resamples',
    '0',
    '--json',
  ]);
  expect(JSON.parse(out).sections[0].coco.AP).toBe(1);
});

test.each([
  [['--task', 'types'], 'types of whole images'],
  [['--task', 'masks'], 'a mask at every cell of both sides'],
])('refuses %j where the files have nothing to measure', async (options, words) => {
  const boxesOnly = put(perfect.map(({ segmentation: _, ...rest }) => rest));
  const wanted = options[1] === 'types' ? folder.at('none.json') : boxesOnly;
  if (options[1] === 'types') {
    writeFileSync(wanted, '[]');
  }
  const { code, err } = await runCli(['evaluate', wanted, truth, '--resamples', '0', ...options]);
  expect(code).toBe(2);
  expect(err).toContain(words);
});

test('refuses predictions about other images or other sizes', async () => {
  const other = {
    images: [{ id: 1, file_name: 'zzz.png', width: 100, height: 80 }],
    categories,
    annotations: [cell(1, 1, 1, 10)],
  };
  expect((await runCli(['evaluate', put(other), truth])).err).toContain('such as zzz.png');
  const larger = { ...other, images: [{ id: 1, file_name: 'i1.png', width: 200, height: 80 }] };
  expect((await runCli(['evaluate', put(larger), truth])).err).toContain('200 x 80 and 100 x 80');
});
