/** @file Descriptions of format 2 with networks made on the spot, for the tests of readers. */
import { createHash } from 'node:crypto';
import {
  describeJson,
  type LeukocyteModel,
  type LoadModelOptions,
  loadModel,
} from '@leukoscope/pipeline';
import {
  add,
  buildInferenceModel,
  cast,
  constant,
  input,
  mean,
  mul,
  type Tensor,
} from '@leukoscope/nn';

/** Fields of a description that a test changes. */
export interface Changes {
  readonly [field: string]: unknown;
}

/** A description of a network whose bytes are given. */
export function descriptionOf(bytes: Uint8Array, reader: string, more: Changes = {}) {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return {
    format: 2,
    name: 'made for a test',
    reader,
    classes: ['lymphocyte', 'monocyte'],
    input: {
      size: { width: 64, height: 32 },
      fit: 'stretch',
      multipleOf: 8,
      mean: [0, 0, 0],
      deviation: [1, 1, 1],
      padding: 0,
    },
    networks: { network: { onnx: 'network.onnx', sha256 } },
    calibration: { scoreThreshold: 0.1 },
    ...more,
  };
}

/** Open a network with a description. */
export async function openDescribed(
  bytes: Uint8Array,
  reader: string,
  more: Changes = {},
  options: LoadModelOptions = {},
): Promise<LeukocyteModel> {
  const json = descriptionOf(bytes, reader, more);
  return loadModel(await describeJson(json, 'test.json', async () => bytes), {
    threads: 1,
    ...options,
  });
}

/** One output: extents and numbers. */
export interface FixedOutput {
  readonly shape: readonly number[];
  readonly data: readonly number[];
  readonly isWhole?: boolean;
}

/** A network that answers the same to every image [1, 3, 32, 64]. */
export function fixedNetwork(outputs: Readonly<Record<string, FixedOutput>>): Uint8Array {
  return buildInferenceModel(() => {
    const nothing = mul(mean(input('image', [1, 3, 32, 64])), 0);
    const tensorOf = ({ shape, data, isWhole = false }: FixedOutput): Tensor => {
      const values = constant({ dtype: 'float32', shape, data: Float32Array.from(data) });
      const sum = add(values, nothing);
      return isWhole ? cast(sum, 'int64') : sum;
    };
    return Object.fromEntries(
      Object.entries(outputs).map(([name, output]) => [name, tensorOf(output)]),
    );
  }, new Map());
}
