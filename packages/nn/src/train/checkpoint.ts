/** @file What a training run is at one moment, and its form as a safetensors file. */
import { LeukoscopeError, type TensorData } from '@leukoscope/core';
import { readSafetensors } from '../weights/read-safetensors.ts';
import { writeSafetensors } from '../weights/write-safetensors.ts';

/** Weights, optimiser state, step, seed and configuration. */
export interface Checkpoint {
  /** Flat vectors by key: parameters, `KEY@momentum`, `KEY@average`, ... */
  readonly state: ReadonlyMap<string, TensorData>;
  /** Updates made. */
  readonly step: number;
  readonly seed: number;
  /** Name and settings of the optimiser. */
  readonly optimiser: Readonly<Record<string, string | number | boolean>>;
  /** Whatever the caller gave. */
  readonly config: unknown;
}

const format = 'leukoscope-checkpoint-1';

/** Write a checkpoint as the bytes of a safetensors file. */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array<ArrayBuffer> {
  const { state, step, seed, optimiser, config } = checkpoint;
  return writeSafetensors(state, {
    format,
    run: JSON.stringify({ step, seed, optimiser, config }),
  });
}

/** Read a checkpoint from the bytes of a file. */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const { tensors, metadata } = readSafetensors(bytes);
  if (metadata['format'] !== format) {
    throw new LeukoscopeError(
      'NN_CHECKPOINT',
      `the file must be a checkpoint of format ${format}. Received format ${metadata['format'] ?? 'none'}. Weights alone are loaded with readWeightsFile().`,
    );
  }
  return { state: tensors, ...parseRun(metadata['run'] ?? '') };
}

type Run = Omit<Checkpoint, 'state'>;

function parseRun(json: string): Run {
  let run: Partial<Run> | null;
  try {
    run = JSON.parse(json) as Partial<Run> | null;
  } catch (error) {
    throw new LeukoscopeError(
      'NN_CHECKPOINT',
      "the checkpoint's facts must be JSON. Received a damaged text.",
      { cause: error },
    );
  }
  const { step, seed, optimiser, config } = run ?? {};
  if (!Number.isInteger(step) || !Number.isInteger(seed) || !isRecord(optimiser)) {
    throw new LeukoscopeError(
      'NN_CHECKPOINT',
      `the checkpoint must hold step, seed and optimiser. Received ${json.slice(0, 80)}.`,
    );
  }
  return { step: step!, seed: seed!, optimiser, config };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
