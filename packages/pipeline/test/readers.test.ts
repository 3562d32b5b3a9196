import { createHash } from 'node:crypto';
import { createRgbRaster, isLeukocyte, type TensorData } from '@leukoscope/core';
import { synthesiseField } from '@leukoscope/datasets';
import { glass } from '@leukoscope/image';
import {
  describeJson,
  type LeukocyteModel,
  type LoadModelOptions,
  loadModel,
} from '@leukoscope/pipeline';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type Changes,
  descriptionOf,
  type FixedOutput,
  fixedNetwork,
  openDescribed,
} from './harness/described.ts';

const open: LeukocyteModel[] = [];
const opened = async (
  bytes: Uint8Array,
  reader: string,
  more: Changes = {},
  options: LoadModelOptions = {},
) => {
  const model = await openDescribed(bytes, reader, more, options);
  open.push(model);
  return model;
};
afterEach(async () => {
  for (const model of open.splice(0)) await model.close();
});

/** Twice the size of the input. */
const raster = createRgbRaster({ width: 128, height: 64 });

describe('ensemble', () => {
  const memberOf = (name: string, hash: string, classIndex: number, closed: string[]) => {
    const classes = ['lymphocyte', 'monocyte'] as const;
    const box = { x1: 20, y1: 10, x2: 40, y2: 30 };
    return {
      facts: { name, hash, classes },
      tiling: { side: 400, overlap: 80 },
      analyse: async () => [
        { box, score: 0.6, classIndex, cellClass: classes[classIndex]!, isUnsure: false },
      ],
      close: async () => void closed.push(name),
    };
  };
  const network = fixedNetwork({ scores: { shape: [1, 1], data: [0] } });
  const changes = (members: readonly { model: string; hash: string }[], more = {}) => ({
    networks: {},
    settings: { members, fuse: 'majority' },
    ...more,
  });
  const members = ['a', 'b', 'c'].map((name) => ({ model: name, hash: `hash of ${name}` }));

  test('its members vote, and are closed with it', async () => {
    const closed: string[] = [];
    const open = async (name: string) =>
      memberOf(name, `hash of ${name}`, name === 'b' ? 0 : 1, closed);
    const model = await opened(network, 'ensemble', changes(members, { name: 'three' }), { open });
    expect(model.facts.name).toBe('three');
    const [cell, ...rest] = await model.analyse(raster);
    expect(rest).toEqual([]);
    expect(cell).toMatchObject({ cellClass: 'monocyte', score: expect.closeTo(0.6, 6) });
    expect(model.tiling).toMatchObject({ side: 400, overlap: 80 });
    await model.close();
    expect(closed).toEqual(['a', 'b', 'c']);
    const strict = changes(members, { calibration: { scoreThreshold: 0.7 } });
    const strictModel = await opened(network, 'ensemble', strict, { open });
    expect(await strictModel.analyse(raster)).toEqual([]);
  });

  test('a member that was replaced, and classes that are none of theirs, are refused; what is open is closed', async () => {
    const closed: string[] = [];
    const open = async (name: string) => memberOf(name, 'another', 0, closed);
    await expect(opened(network, 'ensemble', changes(members), { open })).rejects.toThrow(
      'Make the ensemble anew',
    );
    expect(closed).toEqual(['a']);
    const right = async (name: string) => memberOf(name, `hash of ${name}`, 0, closed);
    const classes = { classes: ['monocyte', 'lymphocyte'] };
    await expect(
      opened(network, 'ensemble', changes(members, classes), { open: right }),
    ).rejects.toThrow('have in common, lymphocyte, monocyte');
    expect(closed).toEqual(['a', 'a', 'b', 'c']);
    await expect(
      opened(network, 'ensemble', changes(members.slice(1, 2)), { open: right }),
    ).rejects.toThrow('settings of');
  });
});

describe('boxes', () => {
  const rows: Record<string, FixedOutput> = {
    boxes: {
      shape: [1, 4, 4],
      data: [...[10, 5, 20, 15], ...[11, 5, 21, 15], ...[-4, 4, 4, 12], ...[0, 0, 0, 0]],
    },
    scores: { shape: [1, 4], data: [0.9, 0.8, 0.5, 0] },
    class_index: { shape: [1, 4], data: [1, 0, 0, 0], isWhole: true },
    probabilities: { shape: [1, 4, 2], data: [0.2, 0.8, 0.6, 0.4, 0.9, 0.1, 0, 0] },
  };
  // The left half of the box in row 0, all of the others.
  const halves = (n: number) => (n === 0 ? [1, 0, 1, 0] : [1, 1, 1, 1]);
  const masks: FixedOutput = { shape: [1, 4, 2, 2], data: [0, 1, 2, 3].flatMap(halves) };

  test('boxes, classes and probabilities are those of the rows; overlapping boxes are one cell', async () => {
    const model = await opened(fixedNetwork(rows), 'boxes');
    const found = await model.analyse(raster);
    expect(found.map(({ box }) => box)).toEqual([
      { x1: 20, y1: 10, x2: 40, y2: 30 },
      { x1: 0, y1: 8, x2: 8, y2: 24 },
    ]);
    expect(found[0]).toMatchObject({ cellClass: 'monocyte', classIndex: 1, isUnsure: false });
    expect(found[0]!.probabilities![1]).toBeCloseTo(0.8, 5);
    expect(found[0]!.mask).toBeUndefined();
    const all = await opened(fixedNetwork(rows), 'boxes', { settings: { iouThreshold: 1 } });
    expect(await all.analyse(raster)).toHaveLength(3);
  });

  test('a model of balanced fields sees every picture in that light, others as it is', async () => {
    const dull = createRgbRaster({ width: 64, height: 32 });
    for (let i = 0; i < dull.data.length; i += 3) dull.data.set([120, 100, 80], i);
    const seen: number[][] = [];
    const onRun = (_: number, { image }: Readonly<Record<string, TensorData>>) =>
      void seen.push([0, 1, 2].map((c) => Number(image!.data[c * 64 * 32])));
    const { input } = descriptionOf(new Uint8Array(), 'boxes');
    for (const light of [undefined, 'balanced']) {
      const more = { input: { ...input, ...(light === undefined ? {} : { light }) } };
      await (await opened(fixedNetwork(rows), 'boxes', more, { onRun })).analyse(dull);
    }
    expect(seen).toEqual([
      [120, 100, 80],
      [glass, glass, glass],
    ]);
  });

  test('masks lie over their box, also where the border of the image cuts it', async () => {
    const model = await opened(fixedNetwork({ ...rows, masks }), 'boxes');
    const [left, cut] = await model.analyse(raster);
    expect(left!.mask).toMatchObject({ left: 20, top: 10, mask: { width: 10, height: 20 } });
    expect(cut!.mask).toMatchObject({ left: 0, top: 8, mask: { width: 8, height: 16 } });
    const strict = await opened(fixedNetwork({ ...rows, masks }), 'boxes', {
      settings: { maskThreshold: 0.9 },
    });
    expect((await strict.analyse(raster))[0]!.mask!.mask.width).toBeLessThan(10);
  });

  test('temperature, doubt and score threshold are the description’s', async () => {
    const calibration = { temperature: 2, unsureBelow: 0.7, scoreThreshold: 0.6 };
    const model = await opened(fixedNetwork(rows), 'boxes', { calibration });
    const [only, ...rest] = await model.analyse(raster);
    expect(rest).toEqual([]);
    const [a, b] = [Math.sqrt(0.2), Math.sqrt(0.8)];
    expect(only!.probabilities![1]).toBeCloseTo(b / (a + b), 5);
    expect(only!.isUnsure).toBe(true);
    expect(model.facts.unsureBelow).toBe(0.7);
    expect(await model.analyse(raster, { scoreThreshold: 0.4 })).toHaveLength(2);
  });

  test('a network with other outputs or another number of classes is refused with what is missing', async () => {
    const { scores: _, ...without } = rows;
    await expect(opened(fixedNetwork(without), 'boxes')).rejects.toMatchObject({
      code: 'MODEL_NETWORK',
      message: expect.stringContaining('none called scores'),
    });
    const model = await opened(fixedNetwork(rows), 'boxes', { classes: ['lymphocyte'] });
    await expect(model.analyse(raster)).rejects.toThrow('shape [1, 4, 1]. Received [1, 4, 2]');
    await expect(opened(fixedNetwork(rows), 'boxes', { settings: { iou: 1 } })).rejects.toThrow(
      'settings of made for a test must fit the reader boxes',
    );
  });
});

describe('pixels', () => {
  /** Two squares of 8 pixels side by side, a lymphocyte and a monocyte, with a hole; a speck of 2 pixels. */
  const map = (): FixedOutput => {
    const data = new Float32Array(3 * 32 * 64);
    data.fill(1, 2 * 2048);
    const set = (x: number, y: number, shares: readonly number[]) =>
      shares.forEach((p, k) => {
        data[k * 2048 + y * 64 + x] = p;
      });
    for (let y = 8; y < 16; y++) {
      for (let x = 8; x < 16; x++) set(x, y, [0.7, 0.2, 0.1]);
      for (let x = 16; x < 24; x++) set(x, y, [0.1, 0.6, 0.3]);
    }
    for (const x of [11, 12]) for (const y of [11, 12]) set(x, y, [0, 0, 1]);
    for (const x of [50, 51]) set(x, 20, [0.45, 0.45, 0.1]);
    return { shape: [1, 3, 32, 64], data: Array.from(data) };
  };
  const network = fixedNetwork({ probabilities: map() });

  test('connected pixels are one cell, with mask, mean probabilities and score', async () => {
    const model = await opened(network, 'pixels', { settings: { smallestRegion: 50 } });
    const [cell, ...rest] = await model.analyse(raster);
    expect(rest).toEqual([]);
    // Halfway between 1 - p of the border and 0 lies above one half's place: up to a pixel less each side.
    expect(cell!.box.x1).toBeGreaterThanOrEqual(16);
    expect(cell!.box.x2).toBeLessThanOrEqual(48);
    expect(cell!.box.x2 - cell!.box.x1).toBeGreaterThanOrEqual(30);
    const filled = cell!.mask!.mask.data.reduce((a, b) => a + b, 0);
    expect(filled).toBeLessThan(32 * 16 - 8); // the hole
    // Means of 7/9 and 1/7 over about as many pixels; two fewer of ten of the first, for the hole.
    expect(cell!.probabilities![0]).toBeGreaterThan(0.4);
    expect(cell!.probabilities![0]).toBeLessThan(0.5);
    expect(cell!.cellClass).toBe('monocyte');
    expect(cell!.score).toBeGreaterThan(0.75);
    expect(cell!.score).toBeLessThan(0.85);
  });

  test('holes are filled, specks kept and types parted where the settings say so', async () => {
    const settings = { fillHoles: true };
    const model = await opened(network, 'pixels', { settings });
    const cells = await model.analyse(raster);
    expect(cells).toHaveLength(2);
    const area = (i: number) => cells[i]!.mask!.mask.data.reduce((a, b) => a + b, 0);
    const pair = area(0) > area(1) ? 0 : 1;
    const { x1, y1, x2, y2 } = cells[pair]!.box;
    expect(area(pair)).toBeGreaterThan(0.97 * (x2 - x1) * (y2 - y1));
    const parted = await opened(network, 'pixels', {
      settings: { regions: 'types', smallestRegion: 50 },
    });
    const types = (await parted.analyse(raster)).map(({ cellClass }) => cellClass);
    expect(types.sort()).toEqual(['lymphocyte', 'monocyte']);
  });

  test('a score threshold applies to the mean over the region', async () => {
    const model = await opened(network, 'pixels', { settings: { smallestRegion: 50 } });
    expect(await model.analyse(raster, { scoreThreshold: 0.9 })).toEqual([]);
  });
});

describe('classes', () => {
  const network = fixedNetwork({ probabilities: { shape: [1, 2], data: [0.3, 0.7] } });
  const cell = { score: 0.6, classIndex: 0, isUnsure: false };
  const box = { x1: 10, y1: 10, x2: 40, y2: 30 };
  let closed = 0;
  const locator: LeukocyteModel = {
    facts: { name: 'locator', hash: 'a', classes: ['leukocyte', 'erythrocyte', 'platelet'] },
    tiling: { side: 500, overlap: 100 },
    finerTiling: () => ({ side: 250, overlap: 50 }),
    analyse: async (_, options) =>
      [
        { ...cell, box, cellClass: 'leukocyte' as const, probabilities: [1, 0, 0] },
        { ...cell, box, cellClass: 'erythrocyte' as const, classIndex: 1 },
        { ...cell, box, cellClass: 'platelet' as const, classIndex: 2 },
      ].filter(({ score }) => score >= (options?.scoreThreshold ?? 0)),
    close: async () => {
      closed++;
    },
  };
  const names: string[] = [];
  const options = {
    open: async (name: string) => {
      names.push(name);
      return locator;
    },
  };

  test('the locator finds, the classifier types; what only the locator knows is left out', async () => {
    const model = await opened(network, 'classes', {}, options);
    const [typed, ...rest] = await model.analyse(raster);
    expect(rest).toEqual([]);
    expect(typed).toMatchObject({ box, score: 0.6, cellClass: 'monocyte', classIndex: 1 });
    expect(typed!.probabilities![1]).toBeCloseTo(0.7, 5);
    expect(names.at(-1)).toBe('compact');
    expect(model.tiling).toEqual(locator.tiling);
    // A whole picture needs no locator.
    expect((await model.typePicture!(raster)).cellClass).toBe('monocyte');
    expect(model.finerTiling!([], 500)).toEqual({ side: 250, overlap: 50 });
    expect(await model.analyse(raster, { scoreThreshold: 0.7 })).toEqual([]);
    await model.close();
    expect(closed).toBe(1);
  });

  test('the locator is named in the settings, and changes the hash', async () => {
    const settings = { locator: 'other.json' };
    const tile = { side: 300, overlap: 60 };
    const model = await opened(network, 'classes', { settings, tile }, options);
    expect(names.at(-1)).toBe('other.json');
    expect(model.tiling).toEqual(tile);
    const other = { ...locator, facts: { ...locator.facts, hash: 'b' } };
    const changed = await opened(
      network,
      'classes',
      { settings, tile },
      { open: async () => other },
    );
    expect(changed.facts.hash).not.toBe(model.facts.hash);
  });

  test('a local network decides where the first says one of its classes', async () => {
    const classes = ['monocyte', 'band-neutrophil', 'segmented-neutrophil'];
    const answers = (data: readonly number[]) =>
      fixedNetwork({ probabilities: { shape: [1, data.length], data } });
    const files: Record<string, Uint8Array> = {
      'global.onnx': answers([0.1, 0.5, 0.4]),
      'local.onnx': answers([0.8, 0.2]),
    };
    const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
    const networks = Object.fromEntries(
      ['global', 'local'].map((key) => {
        const onnx = `${key}.onnx`;
        return [key, { onnx, sha256: hashOf(files[onnx]!) }];
      }),
    );
    const load = async (local?: object) => {
      const settings = local === undefined ? {} : { local };
      const json = descriptionOf(files['global.onnx']!, 'classes', { classes, networks, settings });
      const described = await describeJson(json, 'dual.json', async (file) => files[file]!);
      const model = await loadModel(described, { threads: 1, ...options });
      open.push(model);
      return model;
    };
    // The local network names its classes in an order of its own.
    const model = await load({ classes: ['segmented-neutrophil', 'band-neutrophil'] });
    const typed = await model.typePicture!(raster);
    expect(typed.cellClass).toBe('segmented-neutrophil');
    [0.1, 0.2 * 0.9, 0.8 * 0.9].forEach((p, k) => {
      expect(typed.probabilities![k]).toBeCloseTo(p, 5);
    });
    expect((await model.analyse(raster))[0]!.cellClass).toBe('segmented-neutrophil');
    await expect(load()).rejects.toThrow('must name one file');
    await expect(load({ classes: ['band-neutrophil', 'blast'] })).rejects.toThrow('Received blast');
  });

  test('classes that the classifier shares with the locator keep what the locator says', async () => {
    const classes = ['lymphocyte', 'platelet'];
    const model = await opened(network, 'classes', { classes }, options);
    const found = await model.analyse(raster);
    expect(found.map(({ cellClass, classIndex }) => [cellClass, classIndex])).toEqual([
      ['platelet', 1],
      ['platelet', 1],
    ]);
    expect(found[1]!.probabilities).toBeUndefined();
  });

  test('a locator that cannot be opened is said, and nothing stays open', async () => {
    await expect(opened(network, 'classes')).rejects.toMatchObject({ code: 'MODEL_NAME' });
  });
});

describe('watershed', () => {
  const size = { width: 640, height: 480 };
  const description = { classes: ['leukocyte'], networks: {} };

  test('finds the leukocytes of a drawn field, with masks of the whole cell', async () => {
    const field = synthesiseField({
      seed: 5,
      size,
      cells: ['neutrophil', 'lymphocyte', 'monocyte', 'lymphocyte', 'neutrophil'],
      look: 'scanner',
      cutOff: 0,
    });
    const model = await opened(new Uint8Array(), 'watershed', description);
    const found = await model.analyse(field.raster);
    const cells = field.annotations.filter(({ cellClass }) => isLeukocyte(cellClass!));
    expect(found).toHaveLength(cells.length);
    for (const { box } of cells) {
      const [x, y] = [(box!.x1 + box!.x2) / 2, (box!.y1 + box!.y2) / 2];
      const near = found.filter(
        (cell) => x > cell.box.x1 && x < cell.box.x2 && y > cell.box.y1 && y < cell.box.y2,
      );
      expect(near).toHaveLength(1);
      const area = near[0]!.mask!.mask.data.reduce((a, b) => a + b, 0);
      expect(area).toBeGreaterThan(0.3 * (box!.x2 - box!.x1) * (box!.y2 - box!.y1));
    }
    const none = await opened(new Uint8Array(), 'watershed', {
      ...description,
      settings: { leastViolet: 200 },
    });
    expect(await none.analyse(field.raster)).toEqual([]);
  });

  test('empty glass has no cells', async () => {
    const glass = { ...raster, data: new Uint8Array(128 * 64 * 3).fill(230) };
    const model = await opened(new Uint8Array(), 'watershed', description);
    expect(await model.analyse(glass)).toEqual([]);
  });
});
