/**
 * @file A host on ONNX Runtime's JavaScript interface, the same for Node and browsers.
 *
 * `run` of onnxruntime-node blocks its thread, so this host is used directly only where blocking is
 * wanted (scripts, benchmarks) and otherwise lives in a worker or child process.
 */
import {
  type DType,
  elementCount,
  LeukoscopeError,
  messageOf,
  type TensorData,
} from '@leukoscope/core';
import type { InferenceSession, Tensor as OrtTensor, TensorConstructor } from 'onnxruntime-common';
import type { Provider, SessionHost, SessionOptions } from './host.ts';

/** The part of the onnxruntime packages that a host uses. */
export interface OrtModule {
  readonly InferenceSession: {
    create(model: Uint8Array, options?: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: TensorConstructor;
}

interface Loaded {
  readonly session: InferenceSession;
  readonly stateInputs: ReadonlyMap<string, string>;
  readonly stateOutputs: ReadonlyMap<string, string>;
}

/** Facts of one platform's ONNX Runtime. */
export interface OrtPlatform {
  readonly ort: OrtModule;
  readonly defaultProvider: Provider;
  readonly providers: readonly string[];
}

const dtypes: readonly string[] = [
  'float32',
  'float16',
  'float64',
  'int64',
  'int32',
  'int8',
  'uint8',
  'bool',
];

/** Make a host that runs in the caller's thread. */
export function createOrtHost(platform: OrtPlatform): SessionHost {
  const { ort } = platform;
  const sessions = new Map<number, Loaded>();
  const state = new Map<string, OrtTensor>();

  const toOrt = (name: string, value: TensorData): OrtTensor => {
    if (value.data.length !== elementCount(value.shape)) {
      throw new LeukoscopeError(
        'NN_FEED',
        `${name} must hold ${elementCount(value.shape)} elements for shape [${value.shape.join(', ')}]. Received ${value.data.length}.`,
      );
    }
    const tensor = new ort.Tensor(
      value.dtype as 'float32',
      value.data as Float32Array,
      value.shape,
    );
    // onnxruntime-common 1.30 wraps raw half floats in a Float16Array where the engine has one (Node 24),
    // but onnxruntime-node finds no bytes in that: "not enough space". It reads the raw bits.
    if (value.dtype === 'float16') Object.defineProperty(tensor, 'cpuData', { value: value.data });
    return tensor;
  };
  const need = (id: number): Loaded => {
    const loaded = sessions.get(id);
    if (loaded !== undefined) return loaded;
    throw new LeukoscopeError(
      'NN_SESSION',
      `session ${id} must be loaded. Received one that was disposed or never loaded.`,
    );
  };

  return {
    async load(id, model, options) {
      const session = await createSession(platform, model, options);
      const stateInputs = new Map(Object.entries(options.stateInputs ?? {}));
      const stateOutputs = new Map(Object.entries(options.stateOutputs ?? {}));
      sessions.set(id, { session, stateInputs, stateOutputs });
      return {
        inputs: session.inputNames.filter((name) => !stateInputs.has(name)),
        outputs: session.outputNames.filter((name) => !stateOutputs.has(name)),
      };
    },
    async run(id, feeds, fetches) {
      const { session, stateInputs, stateOutputs } = need(id);
      const all: Record<string, OrtTensor> = {};
      const missing: string[] = [];
      for (const name of session.inputNames) {
        const key = stateInputs.get(name);
        const given = key === undefined ? feeds[name] : undefined;
        const value = key === undefined ? given && toOrt(name, given) : state.get(key);
        if (value === undefined) missing.push(key === undefined ? name : `state ${key}`);
        else all[name] = value;
      }
      const unknown = Object.keys(feeds).filter((name) => !session.inputNames.includes(name));
      if (missing.length > 0 || unknown.length > 0) {
        const inputs = session.inputNames.filter((name) => !stateInputs.has(name));
        throw new LeukoscopeError(
          'NN_FEED',
          `feeds must be exactly ${inputs.join(', ')}. Received ${Object.keys(feeds).join(', ') || 'none'}${missing.length > 0 ? `; missing: ${missing.join(', ')}` : ''}.`,
        );
      }
      const wanted = fetches ?? session.outputNames.filter((name) => !stateOutputs.has(name));
      const results = await runSession(session, all, [...wanted, ...stateOutputs.keys()]);
      for (const [name, key] of stateOutputs) {
        const next = results[name]!;
        const old = state.get(key);
        state.set(key, next);
        if (old !== undefined && old !== next) old.dispose();
      }
      return Object.fromEntries(wanted.map((name) => [name, fromOrt(results[name]!)]));
    },
    async unload(id) {
      const { session } = need(id);
      sessions.delete(id);
      await session.release();
    },
    async writeState(values) {
      for (const [key, value] of Object.entries(values)) {
        const flat = {
          ...value,
          shape: [value.data.length],
          data: value.data.slice(),
        } as TensorData;
        state.get(key)?.dispose();
        state.set(key, toOrt(key, flat));
      }
    },
    async readState(keys) {
      const values: [string, TensorData][] = keys.map((key) => {
        const tensor = state.get(key);
        if (tensor === undefined)
          throw new LeukoscopeError(
            'NN_STATE',
            `state ${key} must be written before it is read. Received none.`,
          );
        const value = fromOrt(tensor);
        return [key, { ...value, data: value.data.slice() } as TensorData];
      });
      return Object.fromEntries(values);
    },
    async dropState(keys) {
      for (const key of keys) {
        state.get(key)?.dispose();
        state.delete(key);
      }
    },
    providers: async () => platform.providers,
    async close() {
      for (const { session } of sessions.values()) await session.release();
      sessions.clear();
      for (const tensor of state.values()) tensor.dispose();
      state.clear();
    },
  };
}

async function createSession(
  platform: OrtPlatform,
  model: Uint8Array,
  options: SessionOptions,
): Promise<InferenceSession> {
  const provider = options.provider ?? platform.defaultProvider;
  if (!platform.providers.includes(provider)) {
    throw new LeukoscopeError(
      'NN_PROVIDER',
      `provider must be one of ${platform.providers.join(', ')} here. Received ${provider}.`,
    );
  }
  const spin = (options.spinning ?? true) ? '1' : '0';
  try {
    return await platform.ort.InferenceSession.create(model, {
      executionProviders: [provider],
      graphOptimizationLevel: 'all',
      executionMode: 'sequential',
      logSeverityLevel: 3,
      ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
      // x64quantprecision: where 8-bit products of int8 weights would saturate (x86 without VNNI), run
      // them as uint8, slower but right.
      extra: { session: { intra_op: { allow_spinning: spin }, x64quantprecision: '1' } },
    });
  } catch (error) {
    throw new LeukoscopeError(
      'NN_MODEL',
      `the model must be an ONNX file that ONNX Runtime can load on ${provider}. Received: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

async function runSession(
  session: InferenceSession,
  feeds: Record<string, OrtTensor>,
  fetches: readonly string[],
): Promise<InferenceSession.OnnxValueMapType> {
  try {
    return await session.run(feeds, [...fetches]);
  } catch (error) {
    throw new LeukoscopeError('NN_RUN', `running the model failed: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function fromOrt(tensor: OrtTensor): TensorData {
  if (!dtypes.includes(tensor.type)) {
    throw new LeukoscopeError(
      'NN_DTYPE',
      `outputs must be of dtype ${dtypes.join(', ')}. Received ${tensor.type}.`,
    );
  }
  const dtype = tensor.type as DType;
  const { data } = tensor;
  if (dtype === 'float16' && ArrayBuffer.isView(data)) {
    // Newer engines have Float16Array; ours travel as raw bits.
    return {
      dtype,
      shape: tensor.dims,
      data: new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2),
    };
  }
  return { dtype, shape: tensor.dims, data: data as Float32Array } as TensorData;
}
