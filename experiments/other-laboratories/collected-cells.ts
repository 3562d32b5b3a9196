/**
 * @file What the shipped model says of every labelled cell, kept in a folder so that another prior or threshold costs
 * seconds: `node --conditions=@leukoscope/source experiments/other-laboratories/collected-cells.ts DATA CACHE [MODEL] [NAME ...]`
 *
 * Features are the input of the refiner's last layer, the mean over its views; probabilities are the model's own, before
 * any expectation. The crop is that of the final box, which is the one the last pass saw for all but a few cells.
 */
import {
  boxIou,
  type CellClass,
  type Finding,
  type PlacedMask,
  type RgbRaster,
} from '@leukoscope/core';
import { decodeRgb, fieldGains } from '@leukoscope/image';
import { refinerSquare, sampleSquareInPlace, turnPlane, turnsOf } from '@leukoscope/models';
import { decodeOnnxModel, encodeOnnxModel } from '@leukoscope/nn';
import { openRuntime } from '@leukoscope/nn/runtime';
import { analyseImage } from '@leukoscope/pipeline';
import { describeModel, openModel } from '@leukoscope/pipeline/node';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type LabelledCell, type Laboratory, laboratories } from './laboratories.ts';

/** A labelled cell and what was found there. */
export interface CollectedCell {
  readonly file: string;
  readonly label: CellClass | null;
  readonly group: string;
  /** Null: nothing was found at the lowest score. */
  readonly found: FoundCell | null;
}

/** What was found. */
export interface FoundCell {
  readonly score: number;
  /** In the order of the model's classes. */
  readonly probabilities: readonly number[];
  /** The last layer's input. */
  readonly features: readonly number[];
  /** Logits of each view. */
  readonly logits: readonly (readonly number[])[];
  readonly areaPx: number | null;
}

/** Findings are sought from this score on; whether the shipped threshold keeps them is told apart. */
const lowestScore = 0.05;
/** Labelled boxes of other sets follow other ideas of a cell's border. */
const leastOverlap = 0.3;

/** Read what was collected. */
export async function readCollected(cache: string, name: string): Promise<CollectedCell[]> {
  const text = await readFile(path.join(cache, `${name}.jsonl`), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as CollectedCell);
}

/** Collect all laboratories that are not in the folder yet. */
export async function collectCells(
  data: string,
  cache: string,
  modelName: string,
  names = laboratories.map(({ name }) => name),
): Promise<void> {
  await mkdir(cache, { recursive: true });
  await checkCache(cache, modelName);
  const looker = await openLooker(modelName);
  try {
    for (const laboratory of laboratories) {
      if (!names.includes(laboratory.name)) continue;
      const file = path.join(cache, `${laboratory.name}.jsonl`);
      if (existsSync(file)) continue;
      const started = performance.now();
      const cells = await collectOne(laboratory, data, looker);
      await writeFile(file, `${cells.map((cell) => JSON.stringify(cell)).join('\n')}\n`);
      const seconds = ((performance.now() - started) / 1000).toFixed(0);
      console.log(`${laboratory.name}: ${cells.length} cells, ${seconds} s`);
    }
  } finally {
    await looker.close();
  }
}

/** Priors and thresholds may change under what was collected, networks and temperature may not. */
async function checkCache(cache: string, modelName: string): Promise<void> {
  const { networks, settings, calibration } = (await describeModel(modelName)).description;
  const own = JSON.stringify({ networks, settings, temperature: calibration.temperature });
  const mark = path.join(cache, 'model.json');
  if (!existsSync(mark)) await writeFile(mark, own);
  else if ((await readFile(mark, 'utf8')) !== own)
    throw new Error(
      `${cache} must hold the cells of this model. It holds another's: name another folder`,
    );
}

async function collectOne(
  laboratory: Laboratory,
  data: string,
  looker: Awaited<ReturnType<typeof openLooker>>,
): Promise<CollectedCell[]> {
  const byFile = new Map<string, LabelledCell[]>();
  for (const cell of await laboratory.cells(data))
    byFile.set(cell.file, [...(byFile.get(cell.file) ?? []), cell]);
  const collected: CollectedCell[] = [];
  for (const [file, cells] of byFile) {
    const raster = await decodeRgb(await readFile(path.join(data, file)));
    const findings = await looker.find(raster);
    for (const { label = null, group, ...cell } of cells) {
      const finding = findingOf(cell, findings, raster);
      const found = finding === undefined ? null : await looker.describe(raster, finding);
      collected.push({ file, label, group, found });
    }
  }
  return collected;
}

function findingOf(
  { box }: Pick<LabelledCell, 'box'>,
  findings: readonly Finding[],
  { width, height }: RgbRaster,
): Finding | undefined {
  const own = findings.filter(({ probabilities }) => probabilities !== undefined);
  if (box !== undefined) {
    return own
      .map((finding) => ({ finding, overlap: boxIou(finding.box, box) }))
      .filter(({ overlap }) => overlap >= leastOverlap)
      .sort((a, b) => b.overlap - a.overlap)[0]?.finding;
  }
  return own
    .filter(
      ({ box: { x1, y1, x2, y2 } }) =>
        x1 < width / 2 && width / 2 < x2 && y1 < height / 2 && height / 2 < y2,
    )
    .sort((a, b) => b.score - a.score)[0];
}

/** The model, and its refiner once more with its features as an output. */
async function openLooker(modelName: string) {
  const model = await openModel(modelName, { threads: 1 });
  const { description, files } = await describeModel(modelName);
  const { side, cropMargin, views } = description.settings.refiner as {
    side: number;
    cropMargin: number;
    views: 1 | 2 | 4 | 8;
  };
  const runtime = openRuntime({ host: 'thread', threads: 1 });
  const refiner = withFeatures(await files.refiner!());
  const session = await runtime.load(refiner.bytes);
  const turns = turnsOf(views);
  const plane = side * side;
  return {
    find: async (raster: RgbRaster) =>
      (await analyseImage(raster, model, { scoreThreshold: lowestScore })).findings,
    async describe(raster: RgbRaster, { box, score, probabilities = [], mask }: Finding) {
      const crop = new Float32Array(3 * plane);
      const square = refinerSquare(box, cropMargin);
      sampleSquareInPlace(raster, square, side, crop, { gains: fieldGains(raster) });
      const batch = new Float32Array(turns.length * crop.length);
      for (const [n, turn] of turns.entries()) {
        for (let c = 0; c < 3; c++) {
          const offset = n * crop.length + c * plane;
          turnPlane(crop.subarray(c * plane, (c + 1) * plane), side, turn, batch, offset);
        }
      }
      const shape = [turns.length, 3, side, side];
      const outputs = await session.run({ image: { dtype: 'float32', shape, data: batch } });
      const rowsOf = (name: string) => {
        const { data, shape: extents } = outputs[name]!;
        return turns.map((_, n) =>
          Array.from({ length: extents[1]! }, (__, k) => Number(data[n * extents[1]! + k])),
        );
      };
      const features = rowsOf(refiner.name).map((row) => row.map(refiner.valueOf));
      return {
        score: rounded(score),
        probabilities: probabilities.map((p) => Number(p.toPrecision(5))),
        features: features[0]!.map((_, k) =>
          rounded(features.reduce((sum, row) => sum + row[k]!, 0) / features.length),
        ),
        logits: rowsOf('logits').map((row) => row.map(rounded)),
        areaPx: mask === undefined ? null : areaOf(mask),
      };
    },
    async close() {
      await model.close();
      await runtime.close();
    },
  };
}

/** Give what is pooled before the last layer as one more output, whether the file is in float or in 8 bits. */
function withFeatures(bytes: Uint8Array) {
  const model = decodeOnnxModel(bytes);
  const { graph } = model;
  const layer = graph.nodes.find(({ opType }) => opType === 'Flatten')!;
  const name = layer.outputs[0]!;
  const numberOf = (wanted: string | undefined) => {
    const constant = graph.initializers.find((own) => own.name === wanted);
    return Number(constant!.data[0]);
  };
  const scaled = graph.nodes.find(({ opType }) => opType === 'QLinearGlobalAveragePool');
  const dtype = scaled === undefined ? ('float32' as const) : ('uint8' as const);
  const [scale, zero] =
    scaled === undefined ? [1, 0] : [numberOf(scaled.inputs[3]), numberOf(scaled.inputs[4])];
  const outputs = [...graph.outputs, { name, dtype, shape: ['cells', 'features'] }];
  return {
    bytes: encodeOnnxModel({ ...model, graph: { ...graph, outputs } }),
    name,
    valueOf: (stored: number) => (stored - zero) * scale,
  };
}

function areaOf({ mask }: PlacedMask): number {
  let area = 0;
  for (const value of mask.data) area += value;
  return area;
}

function rounded(value: number): number {
  return Number(value.toFixed(4));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [data, cache, model = 'compact', ...names] = process.argv.slice(2);
  if (data === undefined || cache === undefined) {
    console.error('usage: collected-cells.ts DATA CACHE [MODEL] [NAME ...]');
    process.exit(2);
  }
  await collectCells(data, cache, model, names.length === 0 ? undefined : names);
}
