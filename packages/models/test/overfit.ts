/**
 * @file Trains a family's tiny preset on eight drawn pictures and judges it through its exported network:
 * what a network cannot learn by heart it cannot learn at all.
 */
import { type Annotation, boxIou, type Sample } from '@leukoscope/core';
import type { ConfiguredModel, RegisteredFamily, TensorMap } from '@leukoscope/models';
import { adamW, buildInferenceModel, cosine, createTrainer } from '@leukoscope/nn';
import type { Runtime } from '@leukoscope/nn/runtime';
import { drawSamples } from './draw-samples.ts';

/** How long and how fast to train. */
export interface OverfitOptions {
  readonly steps: number;
  readonly learningRate: number;
  /** Pictures of one update; divides 8. @default 4 */
  readonly batchSize?: number;
  /** Fields that replace the tiny preset's. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** Share of what was right: pictures, cells, or the mean Dice of the pictures. */
export async function overfitEight(
  runtime: Runtime,
  family: RegisteredFamily,
  options: OverfitOptions,
): Promise<number> {
  const { steps, learningRate, batchSize = 4, config } = options;
  const model = family.configure({ preset: 'tiny', config });
  const { size } = model.input;
  const plan = { count: batchSize, size, mostCells: 4 };
  const samples = drawSamples(model.classes, size, { count: 8, cells: 1 });
  const batches = Array.from({ length: 8 / batchSize }, (_, i) =>
    model.collate(samples.slice(i * batchSize, (i + 1) * batchSize), plan),
  );
  const trainer = await createTrainer({
    runtime,
    seed: 5,
    optimiser: adamW(),
    frozen: model.frozen,
    build: (scope) => model.training(scope, plan),
  });
  const schedule = cosine(learningRate, steps);
  for (let i = 0; i < steps; i++) await trainer.train(batches[i % batches.length]!, schedule(i));
  const weights = await trainer.weights();
  await trainer.dispose();

  const session = await runtime.load(
    buildInferenceModel((scope) => model.inference(scope), weights),
  );
  let right = 0;
  for (const sample of samples) {
    const { image } = model.collate([sample], { count: 1, size, mostCells: 4 });
    right += judge(model, sample, await session.run({ image: image! }));
  }
  await session.dispose();
  return right / samples.length;
}

/** From 0 to 1: how right the outputs are for one picture. */
function judge(model: ConfiguredModel, { annotations }: Sample, outputs: TensorMap): number {
  switch (model.task) {
    case 'classes':
      return judgeClass(model, annotations, outputs);
    case 'pixels':
      return judgePixels(model, annotations, outputs);
    case 'boxes':
    case 'instances':
      return judgeBoxes(model, annotations, outputs);
  }
}

const floats = (outputs: TensorMap, name: string) => outputs[name]!.data as Float32Array;

function judgeClass(model: ConfiguredModel, [label]: readonly Annotation[], outputs: TensorMap) {
  const probabilities = [...floats(outputs, 'probabilities')];
  const best = probabilities.indexOf(Math.max(...probabilities));
  return model.classes[best] === label!.cellClass ? 1 : 0;
}

/** Dice of the first class that is drawn. */
function judgePixels(model: ConfiguredModel, [cell]: readonly Annotation[], outputs: TensorMap) {
  const { width, height } = model.input.size;
  const plane = width * height;
  const k = model.classes.indexOf(cell!.cellClass!);
  const own = floats(outputs, 'probabilities').subarray(k * plane, (k + 1) * plane);
  const { left, top, mask } = cell!.mask!;
  let both = 0;
  let either = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const isFound = own[y * width + x]! > 0.5;
      const isInside = x >= left && y >= top && x < left + mask.width && y < top + mask.height;
      const isCell = isInside && mask.data[(y - top) * mask.width + x - left] === 1;
      either += Number(isFound) + Number(isCell);
      both += Number(isFound && isCell);
    }
  }
  return (2 * both) / either;
}

/**
 * 1 where exactly the drawn cells are found above .5, each with its class, an IoU of .6 or more and, where
 * the task has masks, one whose middle is the cell and whose corners are not.
 */
function judgeBoxes(model: ConfiguredModel, cells: readonly Annotation[], outputs: TensorMap) {
  const boxes = floats(outputs, 'boxes');
  const classIndex = outputs['class_index']!.data as BigInt64Array;
  const found = [...floats(outputs, 'scores')].flatMap((score, d) => {
    if (score < 0.5) return [];
    const [x1, y1, x2, y2] = boxes.subarray(4 * d, 4 * d + 4) as unknown as number[];
    const box = { x1: x1!, y1: y1!, x2: x2!, y2: y2! };
    if (model.task === 'instances' && !isDisc(outputs['masks']!, d)) return [];
    return [{ box, cellClass: model.classes[Number(classIndex[d])] }];
  });
  const isMatch = (cell: Annotation) =>
    found.some(
      ({ box, cellClass }) => cellClass === cell.cellClass && boxIou(box, cell.box!) >= 0.6,
    );
  return found.length === cells.length && cells.every(isMatch) ? 1 : 0;
}

/** Tell whether mask d [1, D, S, S] has the form of a drawn disc: set within .8 of its radius, clear beyond 1.2. */
function isDisc({ data, shape }: TensorMap[string], d: number): boolean {
  const side = shape[3]!;
  const own = (data as Float32Array).subarray(d * side * side, (d + 1) * side * side);
  return own.every((value, i) => {
    const [x, y] = [(i % side) + 0.5 - side / 2, Math.floor(i / side) + 0.5 - side / 2];
    const distance = Math.hypot(x, y) / (side / 2);
    return distance < 0.8 ? value > 0.5 : distance > 1.2 ? value < 0.5 : true;
  });
}
