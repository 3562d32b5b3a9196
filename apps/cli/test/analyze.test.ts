import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { synthesiseField } from '@leukoscope/datasets';
import { decodeRgb, encodeJpeg, encodePng, encodeTiff } from '@leukoscope/image';
import { buildInferenceModel, constant, input, mean, mul, sum } from '@leukoscope/nn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli, temporaryFolder } from './run-cli.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const size = { width: 320, height: 240 };
const model = folder.at('detector.json');

/** A network that finds the same three cells in every picture: R-CNN outputs with one mask each. */
function fixedDetector(): Uint8Array {
  const floats = (shape: number[], values: number[]) =>
    constant({ dtype: 'float32', shape, data: Float32Array.from(values) });
  return buildInferenceModel(() => {
    const image = input('image', [1, 3, size.height, size.width]);
    // The picture must enter the graph, or ONNX Runtime refuses to be fed with it.
    const nothing = mul(sum(mean(image, [1, 2, 3])), 0);
    const boxes = [40, 40, 100, 100, 150, 60, 210, 120, 0, 150, 50, 200];
    const zero = floats([3, 4], boxes);
    return {
      boxes: mul(zero, 1),
      scores: floats([3], [0.95, 0.9, 0.6]),
      labels: floats([3], [1, 2, 3]),
      masks: floats([3, 1, 4, 4], new Array(48).fill(0.9)),
      nothing,
    };
  }, new Map());
}

beforeAll(async () => {
  writeFileSync(folder.at('detector.onnx'), fixedDetector());
  writeFileSync(
    model,
    JSON.stringify({
      name: 'three cells',
      onnx: 'detector.onnx',
      classes: ['SNE', 'MMY', 'ERB'],
      input: { ...size, fit: 'stretch' },
      output: { style: 'rcnn', boxes: 'boxes', scores: 'scores', labels: 'labels', masks: 'masks' },
    }),
  );
  const { raster } = synthesiseField({ seed: 2, size, pixelsPerMicron: 6 });
  mkdirSync(folder.at('smears', 'deep'), { recursive: true });
  writeFileSync(folder.at('smears', 'a.png'), await encodePng(raster));
  writeFileSync(folder.at('smears', 'b.jpg'), await encodeJpeg(raster));
  writeFileSync(folder.at('smears', 'notes.txt'), 'no image');
  writeFileSync(folder.at('smears', 'deep', 'c.tif'), await encodeTiff(raster));
  const png = await encodePng(raster);
  mkdirSync(folder.at('bad'));
  writeFileSync(folder.at('bad', 'cut.png'), png.slice(0, png.length / 2));
  writeFileSync(folder.at('bad', 'text.jpg'), 'not an image');
  writeFileSync(folder.at('bad', 'good.png'), png);
});

const analyze = (...argv: string[]) => runCli(['analyze', ...argv, '--model', model]);
const json = async (...argv: string[]) => JSON.parse((await analyze(...argv, '--json')).out);

test('prints a table per case with counts, shares, limits and flags', async () => {
  const { code, out } = await analyze(folder.at('smears'));
  expect(code).toBe(0);
  expect(out).toContain('smears  2 images, 4 leukocytes');
  // 2 of 4: Clopper-Pearson 6.8 to 93.2
  expect(out).toMatch(/Segmented neutrophil\s+2\s+50\.0 %\s+6\.8 to 93\.2\s+45 to 79/);
  expect(out).toContain('Other cells: 2 erythroblasts (50.0 per 100)');
  expect(out).toContain('! 2 immature granulocytes');
  expect(out).toContain('4 of 100 cells to count');
  expect(out).toContain('For research use only, not for diagnosis.');
});

test('analyse is the same command', async () => {
  const { code, out } = await runCli(['analyse', folder.at('smears'), '--model', model]);
  expect([code, out.includes('4 leukocytes')]).toEqual([0, true]);
});

test('--recursive finds subfolders, each a case of its own; --case joins or parts them', async () => {
  const names = async (...argv: string[]) =>
    (await json(folder.at('smears'), ...argv)).cases.map((c: { name: string }) => c.name);
  expect(await names()).toEqual(['smears']);
  expect(await names('-r')).toEqual(['smears', 'deep']);
  expect(await names('-r', '--case', 'all')).toEqual(['All images']);
  expect(await names('-r', '--case', 'image')).toEqual(['a.png', 'b.jpg', 'deep/c.tif']);
});

test('a pattern names files, and a file named twice is one', async () => {
  const { cases } = await json(folder.at('smears', '*.png'), folder.at('smears', 'a.png'));
  expect(cases[0].images.map(({ file }: { file: string }) => file)).toEqual(['a.png']);
});

test('bad files are reported with their reason, the rest goes on, the exit code is 2', async () => {
  const { code, out } = await analyze(folder.at('bad'), folder.at('nowhere.png'), '--json');
  expect(code).toBe(2);
  const { cases, failed } = JSON.parse(out);
  expect(cases[0].images).toHaveLength(1);
  expect(failed.map(({ code: own }: { code: string }) => own).sort()).toEqual([
    'ENOENT',
    'IMAGE_DAMAGED',
    'IMAGE_NOT_RECOGNISED',
  ]);
  const text = await analyze(folder.at('bad'));
  expect(text.out).toContain('text.jpg');
  const empty = await analyze(folder.at('smears', 'notes.txt'), '--json');
  expect(JSON.parse(empty.out).failed).toHaveLength(1);
});

test.skipIf(process.getuid?.() === 0)('a file without permission is reported', async () => {
  const file = folder.at('locked.png');
  writeFileSync(file, 'x');
  chmodSync(file, 0);
  expect((await json(file)).failed[0].reason).toContain('ermission');
});

test('enormous images are refused by --max-megapixels', async () => {
  const { failed } = await json(folder.at('smears', 'a.png'), '--max-megapixels', '0.01');
  expect(failed[0]).toMatchObject({ code: 'IMAGE_TOO_LARGE' });
});

test('--types, --target, --wbc and --ranges reach the differential', async () => {
  const site = folder.at('ranges.json');
  writeFileSync(site, JSON.stringify({ name: 'ours', percent: { neutrophil: [1, 2] } }));
  const [analysis] = (
    await json(
      ...[folder.at('smears'), '--types', 'five', '--target', '200'],
      ...['--wbc', '8000', '--ranges', site],
    )
  ).cases;
  const { rows, target, ranges } = analysis.differential;
  expect([target, ranges]).toEqual([200, 'ours']);
  expect(rows.map(({ cellClass }: { cellClass: string }) => cellClass)).toEqual([
    'neutrophil',
    'immature-granulocyte',
  ]);
  expect(rows[0].perMicrolitre.value).toBe(0.5 * 8000);
  expect(rows[0].check.position).toBe('above');
  expect((await analyze(folder.at('smears'), '--ranges', folder.at('none.json'))).code).toBe(2);
});

test('--score leaves out cells below it, --tile cuts', async () => {
  const count = async (...argv: string[]) =>
    (await json(folder.at('smears', 'a.png'), ...argv)).cases[0].images[0].cells.length;
  expect(await count()).toBe(3);
  expect(await count('--score', '0.92')).toBe(1);
  // The detector finds its three cells in every tile.
  expect(await count('--tile', '200')).toBeGreaterThan(3);
});

test('--out writes overlays, sheet, table, JSON and page; --format adds the cells', async () => {
  const out = folder.at('results');
  const { code } = await analyze(
    ...[folder.at('smears'), '-r', '--out', out],
    ...['--format', 'coco,voc,yolo,geojson,csv'],
  );
  expect(code).toBe(0);
  expect(readdirSync(out).sort()).toEqual([
    'analysis.json',
    'cells-deep.png',
    'cells-smears.png',
    'cells.csv',
    'detections-csv',
    'detections-geojson',
    'detections-voc',
    'detections-yolo',
    'detections.json',
    'overlays',
    'report.html',
  ]);
  const overlay = await decodeRgb(new Uint8Array(readFileSync(`${out}/overlays/a.png`)));
  expect(overlay.width).toBe(size.width);
  expect(overlay.height).toBeGreaterThan(size.height); // legend
  expect(existsSync(`${out}/overlays/deep/c.png`)).toBe(true);
  expect(readFileSync(`${out}/cells.csv`, 'utf8').trimEnd().split('\r\n')).toHaveLength(1 + 9);

  const coco = JSON.parse(readFileSync(`${out}/detections.json`, 'utf8'));
  expect(coco.images.map(({ file_name }: { file_name: string }) => file_name)).toEqual([
    'a.png',
    'b.jpg',
    'deep/c.tif',
  ]);
  expect(coco.categories.map(({ name }: { name: string }) => name)).toEqual([
    'segmented-neutrophil',
    'metamyelocyte',
    'erythroblast',
  ]);
  const [first] = coco.annotations;
  expect(first).toMatchObject({ image_id: 1, bbox: [40, 40, 60, 60], category_id: 1 });
  expect(first.score).toBeCloseTo(0.95, 4);
  expect(first.segmentation.size).toEqual([size.height, size.width]);
  expect(coco.annotations).toHaveLength(9);

  const page = readFileSync(`${out}/report.html`, 'utf8');
  expect(page).toContain('For research use only, not for diagnosis');
  expect(page).not.toMatch(/(src|href)="(?!data:)/); // self-contained
  expect(page).not.toContain('<script');
});

test('nothing is overwritten without --force', async () => {
  const out = folder.at('once');
  mkdirSync(out);
  writeFileSync(`${out}/mine.txt`, 'mine');
  const { code, err } = await analyze(folder.at('smears'), '--out', out);
  expect(code).toBe(2);
  expect(err).toContain('--force');
  expect(readdirSync(out)).toEqual(['mine.txt']);
  expect((await analyze(folder.at('smears'), '--out', out, '--force')).code).toBe(0);
  expect(readdirSync(out)).toContain('mine.txt');
});

test('a name of a file cannot become markup of the page', async () => {
  const nasty = folder.at('<img src=x onerror=alert(1)>.png');
  writeFileSync(nasty, readFileSync(folder.at('smears', 'a.png')));
  const out = folder.at('nasty');
  await analyze(nasty, '--out', out);
  expect(readFileSync(`${out}/report.html`, 'utf8')).not.toContain('<img src=x');
});

test('several models vote, on the coarser of their types; --fuse alone is refused', async () => {
  const coarse = folder.at('coarse.json');
  const description = JSON.parse(readFileSync(model, 'utf8'));
  writeFileSync(coarse, JSON.stringify({ ...description, classes: ['NEU', 'MMY', 'monocyte'] }));
  const picture = folder.at('smears', 'a.png');
  const of = (models: string, ...argv: string[]) =>
    runCli(['analyze', picture, '--model', models, ...argv, '--json']);
  const voted = await of(`${model},${coarse},${model}`, '--fuse', 'majority');
  const cells = JSON.parse(voted.out).cases[0].images[0].cells;
  const types = cells.map(({ cellClass }: { cellClass: string }) => cellClass);
  expect(types).toEqual(['neutrophil', 'metamyelocyte', 'erythroblast']);
  // Named by the first alone, as finely as it can.
  const named = await of(`${model},${coarse},${model}`, '--fuse', 'first-names');
  const alone = await of(model);
  const typesOf = ({ out }: { out: string }) =>
    JSON.parse(out).cases[0].images[0].cells.map((cell: { cellClass: string }) => cell.cellClass);
  expect(typesOf(named)).toEqual(typesOf(alone));
  expect(typesOf(named)).not.toEqual(types);
  // Weighted boxes keep cells of unlike types apart.
  const averaged = await of(`${model},${coarse},${model}`);
  expect(JSON.parse(averaged.out).cases[0].images[0].cells).toHaveLength(4);
  const single = await of(model, '--fuse', 'majority');
  expect([single.code, single.err.includes('several models')]).toEqual([1, true]);
});

test('wrong usage is told with exit code 1, unknown models with 2', async () => {
  expect((await analyze(folder.at('smears'), '--format', 'coco')).code).toBe(1);
  expect((await analyze()).code).toBe(1);
  const { code, err } = await runCli(['analyze', folder.at('smears'), '--model', 'yolo']);
  expect([code, err.includes('docs/guide-models.md')]).toEqual([2, true]);
  const missing = await runCli(['analyze', folder.at('smears'), '--model', folder.at('x.json')]);
  expect(missing.err).toContain('Check the path');
});
