/**
 * @file Weights, pictures, cells and noise from one hash, the same as in fixtures/detectors/scene.py, and
 * what a family makes of them.
 */
import { createRgbRaster, type Mask, type Sample, type TensorData } from '@leukoscope/core';
import type { ConfiguredModel } from '@leukoscope/models';
import { buildInferenceModel, createScope, emitGraph, encodeOnnxModel } from '@leukoscope/nn';
import { openRuntime } from '@leukoscope/nn/runtime';
import { foldValues } from '../../../nn/src/params/fold.ts';
import { noise } from '../../../nn/test/harness/noise.ts';

const images = 2;
const height = 128;
const width = 192;
/** x1, y1, x2, y2, class index. */
const cells = [
  [
    [20, 30, 84, 90, 0],
    [100, 40, 150, 100, 3],
    [150, 5, 186, 40, 4],
  ],
  [
    [60, 20, 140, 110, 2],
    [5, 70, 50, 120, 1],
  ],
] as const;

export const scenePlan = { count: images, size: { width, height }, mostCells: 4 };

/** Range of a parameter's values by its name, as `limits` of scene.py. */
function limits(key: string, shape: readonly number[]): readonly [number, number] {
  if (key.endsWith('running_var')) return [0.5, 1.5];
  if (key.endsWith('running_mean')) return [-0.1, 0.1];
  if (key.endsWith('bn3.weight')) return [0.1, 0.2];
  if (shape.length === 1) return key.endsWith('weight') ? [0.4, 0.8] : [-0.1, 0.1];
  const isLast = key.includes('bbox_pred') || key.includes('cls_logits');
  const gain = isLast ? 0.7 : key.includes('fpn') ? 3 : 6;
  const limit = Math.sqrt(gain / shape.slice(1).reduce((p, n) => p * n, 1));
  return [-limit, limit];
}

type Wanted = { readonly key: string; readonly shape: readonly number[] };

/** Every parameter, by the order of its name, gets numbers of its own stream. */
export function sceneWeights(specs: readonly Wanted[]): Map<string, TensorData> {
  const sorted = [...specs].sort((a, b) => (a.key < b.key ? -1 : 1));
  return new Map(
    sorted.map(({ key, shape }, i) => {
      const count = shape.reduce((p, n) => p * n, 1);
      const data = noise(10_000 + i, count, ...limits(key, shape));
      return [key, { dtype: 'float32', shape, data }];
    }),
  );
}

/** The two pictures with their cells. */
export function sceneSamples(model: Pick<ConfiguredModel, 'classes'>): Sample[] {
  const coarse = noise(500, images * 3 * (height / 8) * (width / 8), 0, 255);
  const fine = noise(501, images * 3 * height * width, 0, 255);
  return cells.map((rows, n) => {
    const raster = createRgbRaster({ width, height });
    for (let c = 0; c < 3; c++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const block =
            ((n * 3 + c) * (height / 8) + Math.floor(y / 8)) * (width / 8) + Math.floor(x / 8);
          const grain = ((n * 3 + c) * height + y) * width + x;
          raster.data[(y * width + x) * 3 + c] = Math.floor(
            0.8 * coarse[block]! + 0.2 * fine[grain]!,
          );
        }
      }
    }
    const annotations = rows.map(([x1, y1, x2, y2, type]) => ({
      box: { x1, y1, x2, y2 },
      mask: { left: x1, top: y1, mask: ellipse(x2 - x1, y2 - y1) },
      cellClass: model.classes[type]!,
    }));
    return { raster, annotations };
  });
}

function ellipse(w: number, h: number): Mask {
  const data = new Uint8Array(w * h);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const distance = ((x + 0.5 - w / 2) / (w / 2)) ** 2 + ((y + 0.5 - h / 2) / (h / 2)) ** 2;
      data[y * w + x] = distance <= 1 ? 1 : 0;
    }
  }
  return { width: w, height: h, data };
}

/** Losses of one training graph and outputs for the first picture; `streams` names the noise. */
export async function runScene(
  model: ConfiguredModel,
  streams: Readonly<Record<string, number>>,
): Promise<{ losses: Record<string, number>; outputs: Record<string, number[]> }> {
  const scope = createScope({ mode: 'train' });
  const { loss, metrics = {} } = model.training(scope, scenePlan);
  const specs = [...scope.declared.parameters.values()];
  const weights = sceneWeights(specs);
  const batch = model.collate(sceneSamples(model), scenePlan);
  const runtime = openRuntime({ host: 'inline', threads: 1, spinning: false });
  try {
    const graph = emitGraph({
      name: 'losses',
      outputs: { loss, ...metrics },
      parameterValues: foldValues(weights, specs),
    });
    const drawn = scope.declared.noises.map(({ key, shape }) => {
      const count = shape.reduce((p, n) => p * n, 1);
      return [key, { dtype: 'float32', shape, data: noise(streams[key]!, count, 0, 1) }] as const;
    });
    const feeds = { ...batch, ...Object.fromEntries(drawn) } as Record<string, TensorData>;
    const train = await runtime.load(encodeOnnxModel(graph.model));
    const report = await train.run(
      Object.fromEntries(graph.inputKeys.map((key) => [key, feeds[key]!])),
    );
    await train.dispose();
    const shape = { count: 1, size: scenePlan.size };
    const infer = await runtime.load(
      buildInferenceModel((infers) => model.inference(infers, shape), weights),
    );
    const data = (batch['image']!.data as Float32Array).slice(0, 3 * height * width);
    const found = await infer.run({
      image: { dtype: 'float32', shape: [1, 3, height, width], data },
    });
    await infer.dispose();
    return {
      losses: Object.fromEntries(Object.entries(report).map(([k, v]) => [k, Number(v.data[0])])),
      outputs: Object.fromEntries(
        Object.entries(found).map(([k, v]) => [
          k,
          Array.from(v.data as ArrayLike<number | bigint>, Number),
        ]),
      ),
    };
  } finally {
    await runtime.close();
  }
}
