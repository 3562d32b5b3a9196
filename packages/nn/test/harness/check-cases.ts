/**
 * @file Makes tests of op cases. Each differentiable case is checked three ways: forward against the
 * twin, gradients against the twin's central differences, and both against the numbers that PyTorch
 * gives for the same inputs.
 */
import type { TensorData } from '@leukoscope/core';
import type { Tensor } from '@leukoscope/nn';
import { expect, test } from 'vitest';
import { sortNodes } from '../../src/graph/sort-nodes.ts';
import { slopesOf } from './central-differences.ts';
import './close-to-tensor.ts';
import { loadGraph } from './evaluate.ts';
import { countOf, type Nd } from './nd.ts';
import { noise, wholeNoise } from './noise.ts';
import { buildCase, dtypeOf, type InputSpec, list, type OpCase } from './op-case.ts';
import { parseRecordedCases, type RecordedCase } from './reference.ts';

const seeds = [1, 2, 3] as const;
/** The seed that generate.py uses. */
const recordedSeed = 1;

/** Numbers of input `which` at a seed. */
function valuesOf(spec: InputSpec, seed: number, which: number): number[] {
  const stream = seed * 100 + which;
  const count = countOf(spec.shape);
  if (spec.kind === 'fixed') return [...spec.values];
  if (spec.kind === 'truth') return wholeNoise(stream, count, 0, 2);
  if (spec.kind === 'real') return Array.from(noise(stream, count, spec.low, spec.high));
  return wholeNoise(stream, count, spec.low, spec.high);
}

function toTensorData(spec: InputSpec, values: readonly number[]): TensorData {
  const { shape } = spec;
  const dtype = dtypeOf(spec);
  if (dtype === 'int64') return { dtype, shape, data: BigInt64Array.from(values, BigInt) };
  if (dtype === 'bool') return { dtype, shape, data: Uint8Array.from(values) };
  return { dtype: 'float32', shape, data: Float32Array.from(values) };
}

/** Make a test of every case of a family; a recorded case that no longer exists fails, too. */
export function testCases(family: string, cases: readonly OpCase[]): void {
  const recorded = parseRecordedCases(family);
  for (const c of cases) {
    test(`${c.op}: ${c.name}`, () => checkCase(c, recorded[c.name]));
  }
  test(`has a case for everything that was recorded of ${family}`, () => {
    const names = cases.filter((c) => c.recorded !== false).map((c) => c.name);
    expect(Object.keys(recorded).sort()).toEqual(names.sort());
  });
}

/** 0, 1, 2, ... for every parameter behind the outputs. */
function parameterValues(outputs: readonly Tensor[]): Map<string, TensorData> {
  const parameters = sortNodes(outputs).filter(({ op }) => op.name === 'parameter');
  return new Map(
    parameters.map(({ name, outputs: [tensor] }) => {
      const { shape } = tensor!;
      const data = Float32Array.from({ length: countOf(shape) }, (_, i) => i);
      return [name!, { dtype: 'float32', shape, data }];
    }),
  );
}

async function checkCase(c: OpCase, recorded: RecordedCase | undefined): Promise<void> {
  const { outputs, differentiate, found } = buildCase(c);
  const named = Object.fromEntries([
    ...outputs.map((output, k) => [`output${k}`, output]),
    ...found.map((gradient, i) => [`gradient${differentiate[i]}`, gradient!]),
  ]);
  const graph = await loadGraph(named, parameterValues(outputs));
  try {
    for (const seed of seeds) {
      const values = c.inputs.map((spec, i) => valuesOf(spec, seed, i));
      const weightsOf = outputs.map((output, k) =>
        noise(seed * 100 + 50 + k, countOf(output.shape)),
      );
      const feeds: Record<string, TensorData> = {};
      c.inputs.forEach((spec, i) => {
        feeds[`input${i}`] = toTensorData(spec, values[i]!);
      });
      outputs.forEach(({ shape }, k) => {
        feeds[`weight${k}`] = { dtype: 'float32', shape, data: weightsOf[k]! };
      });
      const results = await graph.run(feeds);

      const exact = c.inputs.map(
        ({ shape }, i): Nd => ({ shape, data: Float64Array.from(values[i]!) }),
      );
      const expected = list(c.twin(...exact));
      expect(expected.length, 'outputs of the twin').toBe(outputs.length);
      outputs.forEach((output, k) => {
        expect(output.shape, 'the static shape').toEqual(expected[k]!.shape);
        expect(results[`output${k}`]).toBeCloseToTensor(expected[k]!);
      });

      const loss = (inputs: readonly Nd[]) =>
        list(c.twin(...inputs)).reduce(
          (total, y, k) =>
            outputs[k]!.dtype === 'float32'
              ? total + y.data.reduce((s, x, i) => s + x * weightsOf[k]![i]!, 0)
              : total,
          0,
        );
      if (c.differences !== false) {
        for (const which of differentiate) {
          const slopes = slopesOf(loss, exact, which, { first: seed });
          const { data } = results[`gradient${which}`]!;
          const shape = [slopes.length];
          expect({ shape, data: slopes.map(({ flat }) => Number(data[flat])) }).toBeCloseToTensor(
            { shape, data: slopes.map(({ value }) => value) },
            { rtol: 1e-3, atol: 1e-4 },
          );
        }
      }
      if (seed === recordedSeed && c.recorded !== false) {
        compareWithRecorded(c, differentiate, results, recorded);
      }
    }
  } finally {
    await graph.dispose();
  }
}

function compareWithRecorded(
  c: OpCase,
  differentiate: readonly number[],
  results: Readonly<Record<string, TensorData>>,
  recorded: RecordedCase | undefined,
): void {
  expect(recorded, 'recorded numbers; run fixtures/nn-reference/generate.py').toBeDefined();
  expect(recorded!.inputs, 'inputs of the recorded case').toEqual(c.inputs);
  recorded!.outputs.forEach((data, k) => {
    const { shape } = results[`output${k}`]!;
    expect(results[`output${k}`]).toBeCloseToTensor({ shape, data }, { rtol: 1e-3, atol: 1e-6 });
  });
  const withGradient = recorded!.gradients.flatMap((g, i) => (g === null ? [] : [i]));
  expect(withGradient, 'inputs with a recorded gradient').toEqual(differentiate);
  for (const which of differentiate) {
    const { shape, data } = { shape: c.inputs[which]!.shape, data: recorded!.gradients[which]! };
    expect(results[`gradient${which}`]).toBeCloseToTensor(
      { shape, data },
      { rtol: 1e-3, atol: 1e-4 },
    );
  }
}
