import { boxIou, createRandom, LeukoscopeError, type RgbRaster } from '@leukoscope/core';
import { synthesiseField } from '@leukoscope/datasets';
import { cropRaster, encodePng, encodeTiff, toRgbRaster } from '@leukoscope/image';
import {
  analyseImage,
  analyseImages,
  createEnsemble,
  describeJson,
  type LeukocyteModel,
  loadModel,
  makePreview,
  openImage,
} from '@leukoscope/pipeline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildVioletDetector, violetDescription } from './harness/violet-detector.ts';

const size = { width: 640, height: 480 };
const field = synthesiseField({
  seed: 5,
  size,
  cells: ['neutrophil', 'lymphocyte', 'monocyte', 'lymphocyte', 'neutrophil'],
  look: 'scanner',
  cutOff: 0,
});

let whole: LeukocyteModel;
/** The same network over tiles of 256 pixels. */
let small: LeukocyteModel;

beforeAll(async () => {
  whole = await loadViolet(size);
  const tile = { width: 256, height: 256 };
  small = await loadViolet(tile);
});

afterAll(async () => {
  await whole.close();
  await small.close();
});

async function loadViolet(input: { width: number; height: number }, more = {}) {
  const onnx = buildVioletDetector(input, 120);
  const json = { ...violetDescription(input), ...more };
  return loadModel(await describeJson(json, 'violet.json', async () => onnx), { threads: 1 });
}

const centre = ({ x1, y1, x2, y2 }: { x1: number; y1: number; x2: number; y2: number }) => ({
  x: (x1 + x2) / 2,
  y: (y1 + y2) / 2,
});

test('finds the nuclei of a synthetic field with a real network', async () => {
  const { findings, size: seen, tiles } = await analyseImage(field.raster, whole);
  expect(seen).toEqual(size);
  expect(tiles).toBe(1);
  expect(findings).toHaveLength(field.annotations.length);
  for (const { box } of field.annotations) {
    const { x, y } = centre(box!);
    const near = findings.filter((finding) => {
      const at = centre(finding.box);
      return Math.hypot(at.x - x, at.y - y) < 40;
    });
    expect(near).toHaveLength(1);
  }
  expect(findings.every(({ cellClass }) => cellClass === 'leukocyte')).toBe(true);
});

test('tiles give the same findings as the whole image', async () => {
  // The network sees 3 + 2 squares around a place; the tile grid keeps its phase.
  const cut: LeukocyteModel = {
    ...whole,
    tiling: { side: 256, overlap: 208, alignment: 16 },
    analyse: async (raster, options) => {
      // Tiles at the border are smaller: lay them into the network's size, the rest is white.
      const padded = toRgbRaster(
        cropRaster(raster, { x1: 0, y1: 0, x2: 256, y2: 256 }, { padding: [235, 235, 235] }),
      );
      return small.analyse(padded, options);
    },
  };
  const untiled = (await analyseImage(field.raster, whole)).findings;
  const { findings: tiled, tiles } = await analyseImage(field.raster, cut);
  expect(tiles).toBeGreaterThan(6);
  expect(tiled).toHaveLength(untiled.length);
  for (const finding of untiled) {
    const twin = tiled.find(({ box }) => boxIou(box, finding.box) > 0.999);
    expect(twin?.score).toBeCloseTo(finding.score, 4);
  }
});

test('scoreThreshold and tileSide reach the model and the grid', async () => {
  const all = await analyseImage(field.raster, whole, { scoreThreshold: 0.001 });
  const few = await analyseImage(field.raster, whole, { scoreThreshold: 0.9999 });
  expect(all.findings.length).toBeGreaterThan(few.findings.length);
  const cut = { ...whole, tiling: { side: 4000, overlap: 100 } };
  expect((await analyseImage(field.raster, cut, { tileSide: 300 })).tiles).toBeGreaterThan(4);
  await expect(analyseImage(field.raster, cut, { tileSide: 90 })).rejects.toThrow('at least 101');
});

test('marks cells that the border cuts', async () => {
  const target = field.annotations[0]!.box!;
  const x1 = Math.round((target.x1 + target.x2) / 2) - 8;
  const cutField = toRgbRaster(cropRaster(field.raster, { x1, y1: 0, x2: x1 + 400, y2: 480 }));
  const { findings } = await analyseImage(cutField, whole);
  const atBorder = findings.filter(({ box }) => box.x1 < 2);
  expect(atBorder.length).toBeGreaterThan(0);
  expect(atBorder.every(({ isIncomplete }) => isIncomplete)).toBe(true);
  const inside = findings.filter(({ box }) => box.x1 > 5 && box.y1 > 5 && box.y2 < 475);
  expect(inside.filter(({ box, isIncomplete }) => isIncomplete && box.x2 < 390)).toEqual([]);
});

test('reads strips and tiles of large images as it reads whole ones', async () => {
  const png = await encodePng(field.raster);
  const tiff = await encodeTiff(field.raster, { tileSize: 128 });
  const box = { x1: 130, y1: 90, x2: 450, y2: 330 };
  const expected = cropRaster(field.raster, box).data;
  for (const bytes of [png, tiff]) {
    const image = await openImage(bytes, { wholePixels: 1000, stripRows: 100 });
    expect(image.isInMemory).toBe(false);
    expect((await image.read(box)).data).toEqual(expected);
    const above = { ...box, y1: 0, y2: 40 };
    expect((await image.read(above)).data).toEqual(cropRaster(field.raster, above).data);
  }
  expect((await openImage(png)).isInMemory).toBe(true);
  await expect(openImage(png, { maxPixels: 1000 })).rejects.toThrow('at most 1000 pixels');
});

test('a preview averages blocks, also read strip by strip', async () => {
  const image = await openImage(await encodePng(field.raster), { wholePixels: 1000 });
  const { raster, factor } = await makePreview(image, 220);
  expect(factor).toBe(3);
  expect([raster.width, raster.height]).toEqual([214, 160]);
  let sum = 0;
  for (let y = 30; y < 33; y++) {
    for (let x = 60; x < 63; x++) sum += field.raster.data[(y * 640 + x) * 3 + 1]!;
  }
  expect(raster.data[(10 * 214 + 20) * 3 + 1]).toBe(Math.round(sum / 9));
  expect((await makePreview(image, 640)).factor).toBe(1);
});

test('many images come in order, failures are told and do not stop the rest', async () => {
  const png = await encodePng(field.raster);
  const broken = png.slice(0, png.length / 2);
  const outcomes = [];
  for await (const outcome of analyseImages([png, broken, Uint8Array.of(1, 2), png], whole)) {
    outcomes.push(outcome);
  }
  expect(outcomes.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
  expect(outcomes.map(({ kind }) => kind)).toEqual(['analysed', 'failed', 'failed', 'analysed']);
  expect(outcomes[1]).toMatchObject({ code: 'IMAGE_DAMAGED' });
});

test('a fault of the model ends everything instead of failing every image', async () => {
  const fault = new LeukoscopeError('MODEL_HASH', 'another file');
  const broken: LeukocyteModel = { ...whole, analyse: () => Promise.reject(fault) };
  const run = async () => {
    for await (const outcome of analyseImages([field.raster, field.raster], broken)) {
      expect(outcome.kind).toBe('analysed');
    }
  };
  await expect(run()).rejects.toBe(fault);
});

test('at most lookAhead images are opened before their turn', async () => {
  let opened = 0;
  const png = await encodePng(field.raster);
  const sources = Array.from({ length: 6 }, () => {
    const source = { width: 32, height: 32, channels: 3 as const, bitDepth: 8 as const };
    return Object.defineProperty({ ...source, data: new Uint8Array(0) }, 'data', {
      get() {
        opened++;
        return new Uint8Array(32 * 32 * 3);
      },
    }) as RgbRaster;
  });
  expect(png.length).toBeGreaterThan(0);
  const idle: LeukocyteModel = { ...whole, analyse: async () => [] };
  const perImage = await countOpened(sources, idle, 0, () => opened);
  opened = 0;
  expect(await countOpened(sources, idle, 2, () => opened)).toBeGreaterThan(perImage);
});

async function countOpened(
  sources: RgbRaster[],
  model: LeukocyteModel,
  lookAhead: number,
  count: () => number,
) {
  for await (const outcome of analyseImages(sources, model, { lookAhead })) {
    if (outcome.index === 0) return count();
  }
  return -1;
}

test('a signal stops between tiles with its reason, and progress tells tiles', async () => {
  const controller = new AbortController();
  const cut = { ...whole, tiling: { side: 256, overlap: 100 } };
  const seen: number[] = [];
  const running = analyseImage(field.raster, cut, {
    signal: controller.signal,
    onProgress: ({ tilesDone, tiles }) => {
      seen.push(tilesDone / tiles);
      if (tilesDone === 2) controller.abort(new Error('enough'));
    },
  });
  await expect(running).rejects.toThrow('enough');
  expect(seen).toHaveLength(2);
});

test('an ensemble fuses what its models find', async () => {
  const ensemble = createEnsemble([whole, whole]);
  const alone = (await analyseImage(field.raster, whole)).findings;
  const both = (await analyseImage(field.raster, ensemble)).findings;
  expect(both.map(({ score }) => score.toFixed(6)).sort()).toEqual(
    alone.map(({ score }) => score.toFixed(6)).sort(),
  );
  const blind: LeukocyteModel = { ...whole, analyse: async () => [] };
  const half = (await analyseImage(field.raster, createEnsemble([whole, blind]))).findings;
  expect(half[0]!.score).toBeCloseTo(both[0]!.score / 2, 6);
  const voted = (
    await analyseImage(field.raster, createEnsemble([whole, blind, whole], { fuse: 'majority' }))
  ).findings;
  expect(voted).toHaveLength(both.length);
  expect(voted[0]!.score).toBeCloseTo((2 * both[0]!.score) / 3, 6);
  // What the threshold let in and the vote made less sure is left out again.
  const scoreThreshold = both[0]!.score - 0.01;
  const few = await analyseImage(field.raster, createEnsemble([whole, blind]), { scoreThreshold });
  expect(few.findings).toEqual([]);
  expect(() => createEnsemble([])).toThrow('one or more');
});

test('a file with another hash is refused', async () => {
  await expect(loadViolet(size, { sha256: '0'.repeat(64) })).rejects.toMatchObject({
    code: 'MODEL_HASH',
  });
});

test('random fields: cells on seams are found once', async () => {
  const random = createRandom(3);
  for (let i = 0; i < 2; i++) {
    const sample = synthesiseField({
      seed: random.integer(0, 1000),
      size,
      cells: Array.from({ length: 6 }, () => 'lymphocyte' as const),
    });
    const cut = { ...whole, tiling: { side: 400, overlap: 256, alignment: 16 } };
    const padded: LeukocyteModel = {
      ...cut,
      analyse: (raster, options) => {
        const box = { x1: 0, y1: 0, x2: size.width, y2: size.height };
        const laid = cropRaster(raster, box, { padding: [235, 235, 235] });
        return whole.analyse(toRgbRaster(laid), options);
      },
    };
    const untiled = (await analyseImage(sample.raster, whole)).findings;
    const tiled = (await analyseImage(sample.raster, padded)).findings;
    expect(tiled).toHaveLength(untiled.length);
  }
});

test('a model that saw cells too small looks again in smaller tiles, and only the last look counts', async () => {
  const sidesSeen: number[] = [];
  const shy: LeukocyteModel = {
    ...whole,
    tiling: { side: 640, overlap: 64 },
    finerTiling: (_, shownSide) =>
      shownSide > 320 ? { side: shownSide / 2, overlap: shownSide / 4 } : undefined,
    analyse: (raster) => {
      sidesSeen.push(Math.max(raster.width, raster.height));
      const box = { x1: 4, y1: 4, x2: 24, y2: 24 };
      return Promise.resolve([
        { box, score: 0.9, cellClass: 'leukocyte', classIndex: 0, isUnsure: false },
      ]);
    },
  };
  const progress: string[] = [];
  const onProgress = ({ tilesDone, tiles }: { tilesDone: number; tiles: number }) =>
    progress.push(`${tilesDone}/${tiles}`);
  const { tiles, findings } = await analyseImage(field.raster, shy, { onProgress });
  expect(sidesSeen[0]).toBe(640);
  expect(sidesSeen.slice(1).every((side) => side <= 320)).toBe(true);
  expect(tiles).toBe(sidesSeen.length - 1);
  expect(findings).toHaveLength(tiles);
  expect(progress.at(-1)).toBe(`${tiles + 1}/${tiles + 1}`);
  // A side that was asked for is kept.
  sidesSeen.length = 0;
  await analyseImage(field.raster, shy, { tileSide: 640 });
  expect(sidesSeen).toEqual([640]);
});
