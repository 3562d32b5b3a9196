/**
 * @file How far a converted model is from its original: numbers per output, file size, speed.
 *
 * Timing runs both in turn on the same samples, because a machine's speed drifts, and compares medians.
 */
import { LeukoscopeError, type TensorData } from '@leukoscope/core';
import { float16ToFloat32 } from '../onnx/half-floats.ts';
import type { OnnxModel } from '../onnx/model.ts';
import { encodeOnnxModel } from '../onnx/write-model.ts';
import type { TensorMap } from '../runtime/host.ts';
import type { Runtime } from '../runtime/runtime.ts';

/** Options of `compareModels`. */
export interface CompareOptions {
  readonly runtime: Runtime;
  /** Milliseconds that pass, such as `() => performance.now()`. @default no timing */
  readonly clock?: (() => number) | undefined;
  /** Passes over the samples that are timed, after one that is not. @default 5 */
  readonly repeats?: number;
  /** Which axis of an output holds the classes. @default 1, or the last of three axes */
  readonly classAxes?: Readonly<Record<string, number>>;
}

/** Differences of one output over all samples. */
export interface OutputDifference {
  readonly name: string;
  readonly largest: number;
  readonly mean: number;
  /** ‖other - reference‖ / ‖reference‖. */
  readonly relativeL2: number;
  /** Cosine of the angle between the two, 1 where they point the same way. */
  readonly cosine: number;
  /** Share of places whose largest class is the same; undefined for outputs of one axis. */
  readonly top1Agreement: number | undefined;
}

/** What was found. */
export interface ModelComparison {
  readonly outputs: readonly OutputDifference[];
  readonly referenceBytes: number;
  readonly otherBytes: number;
  /** other / reference. */
  readonly sizeRatio: number;
  /** Median milliseconds per sample; undefined without a clock. */
  readonly referenceMs: number | undefined;
  readonly otherMs: number | undefined;
  /** reference / other: above 1 the other is faster. */
  readonly speedRatio: number | undefined;
}

/** Run two models with equal inputs and outputs on samples and compare. */
export async function compareModels(
  reference: OnnxModel,
  other: OnnxModel,
  samples: readonly TensorMap[],
  options: CompareOptions,
): Promise<ModelComparison> {
  const { runtime, clock, repeats = 5, classAxes = {} } = options;
  const names = reference.graph.outputs.map(({ name }) => name);
  const otherNames = new Set(other.graph.outputs.map(({ name }) => name));
  if (samples.length === 0 || names.some((name) => !otherNames.has(name))) {
    throw new LeukoscopeError(
      'NN_COMPARE',
      `compareModels must get samples and two models with the same outputs. Received ${samples.length} sample(s), outputs ${names.join(', ')} and ${[...otherNames].join(', ')}.`,
    );
  }
  const bytes = [encodeOnnxModel(reference), encodeOnnxModel(other)] as const;
  const sessions = [await runtime.load(bytes[0]), await runtime.load(bytes[1])] as const;
  const sums = new Map(names.map((name) => [name, startSums()]));
  for (const sample of samples) {
    const a = await sessions[0].run(sample, names);
    const b = await sessions[1].run(sample, names);
    for (const name of names) addInPlace(sums.get(name)!, a[name]!, b[name]!, classAxes[name]);
  }
  const times: [number[], number[]] = [[], []];
  for (let repeat = 0; clock !== undefined && repeat < repeats; repeat++) {
    for (const sample of samples) {
      for (const side of [0, 1] as const) {
        const start = clock();
        await sessions[side].run(sample, names);
        times[side].push(clock() - start);
      }
    }
  }
  for (const session of sessions) await session.dispose();
  const [referenceMs, otherMs] = times.map(median);
  return {
    outputs: names.map((name) => toDifference(name, sums.get(name)!)),
    referenceBytes: bytes[0].length,
    otherBytes: bytes[1].length,
    sizeRatio: bytes[1].length / bytes[0].length,
    referenceMs,
    otherMs,
    speedRatio:
      referenceMs === undefined || otherMs === undefined ? undefined : referenceMs / otherMs,
  };
}

interface Sums {
  largest: number;
  absolute: number;
  squared: number;
  aa: number;
  bb: number;
  ab: number;
  count: number;
  agreeing: number;
  places: number;
}

function startSums(): Sums {
  return {
    ...{ largest: 0, absolute: 0, squared: 0, aa: 0, bb: 0, ab: 0 },
    ...{ count: 0, agreeing: 0, places: 0 },
  };
}

function addInPlace(sums: Sums, a: TensorData, b: TensorData, classAxis?: number): void {
  const [x, y] = [numbersOf(a), numbersOf(b)];
  if (x.length !== y.length) {
    throw new LeukoscopeError(
      'NN_COMPARE',
      `outputs must have one shape. Received [${a.shape.join(', ')}] and [${b.shape.join(', ')}].`,
    );
  }
  for (let i = 0; i < x.length; i++) {
    const [p, q] = [Number(x[i]), Number(y[i])];
    const difference = Math.abs(p - q);
    // Not Math.max: a NaN must show in the report, not vanish.
    if (!(difference <= sums.largest)) sums.largest = difference;
    sums.absolute += difference;
    sums.squared += difference * difference;
    sums.aa += p * p;
    sums.bb += q * q;
    sums.ab += p * q;
  }
  sums.count += x.length;
  const { shape } = a;
  if (shape.length < 2) return;
  const axis = classAxis ?? (shape.length === 3 ? 2 : 1);
  const classes = shape[axis]!;
  const inner = shape.slice(axis + 1).reduce((m, n) => m * n, 1);
  for (let outer = 0; outer < x.length / (classes * inner); outer++) {
    for (let i = 0; i < inner; i++) {
      const start = outer * classes * inner + i;
      const same = largestAt(x, start, inner, classes) === largestAt(y, start, inner, classes);
      sums.agreeing += same ? 1 : 0;
      sums.places += 1;
    }
  }
}

function largestAt(values: Numbers, start: number, step: number, count: number): number {
  let best = 0;
  for (let c = 1; c < count; c++) {
    if (values[start + c * step]! > values[start + best * step]!) best = c;
  }
  return best;
}

type Numbers = ArrayLike<number | bigint>;

function numbersOf(value: TensorData): Numbers {
  return value.dtype === 'float16' ? float16ToFloat32(value.data as Uint16Array) : value.data;
}

function toDifference(name: string, s: Sums): OutputDifference {
  const isZero = s.aa === 0;
  return {
    name,
    largest: s.largest,
    mean: s.count === 0 ? 0 : s.absolute / s.count,
    relativeL2: isZero ? Math.sqrt(s.squared) : Math.sqrt(s.squared / s.aa),
    cosine: isZero || s.bb === 0 ? Number(s.aa === s.bb) : s.ab / Math.sqrt(s.aa * s.bb),
    top1Agreement: s.places === 0 ? undefined : s.agreeing / s.places,
  };
}

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
