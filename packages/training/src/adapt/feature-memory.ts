/**
 * @file The features of cells of a model's own laboratories, in a small file without pictures: what an adapted layer must
 * go on telling apart. One byte a feature, x = code · scale of the feature; bound to the body of the refiner that gave them.
 */
import { isCellClass, LeukoscopeError, type TensorData } from '@leukoscope/core';
import { readSafetensors, writeSafetensors } from '@leukoscope/nn';
import type { FeatureCells } from './feature-cells.ts';

/** Stored cells with where they come from. */
export interface FeatureMemory {
  /** What an adapted layer is fitted on too. */
  readonly memory: FeatureCells;
  /** Others, which only check it. */
  readonly check: FeatureCells;
  /** SHA-256 of the refiner's body in hexadecimal. */
  readonly body: string;
  /** Data sets with their licences, as text. */
  readonly sources: string;
}

/** Write the file. */
export function encodeFeatureMemory({ memory, check, body, sources }: FeatureMemory): Uint8Array {
  const F = memory.width;
  const scales = new Float32Array(F);
  for (const { features } of [memory, check]) {
    features.forEach((x, i) => {
      scales[i % F] = Math.max(scales[i % F]!, x / 255, 1e-6);
    });
  }
  const names = [...new Set([...memory.labels, ...check.labels])].sort();
  const tensors = new Map<string, TensorData>([
    ['scales', { dtype: 'float32', shape: [F], data: scales }],
  ]);
  for (const [name, { features, labels }] of Object.entries({ memory, check })) {
    const codes = Uint8Array.from(features, (x, i) =>
      Math.max(0, Math.min(255, Math.round(x / scales[i % F]!))),
    );
    const places = Uint8Array.from(labels, (label) => names.indexOf(label));
    tensors.set(`${name}.features`, { dtype: 'uint8', shape: [labels.length, F], data: codes });
    tensors.set(`${name}.labels`, { dtype: 'uint8', shape: [labels.length], data: places });
  }
  return writeSafetensors(tensors, { format: '1', labels: names.join(), body, sources });
}

/** Read the file. */
export function decodeFeatureMemory(bytes: Uint8Array): FeatureMemory {
  const { tensors, metadata } = readSafetensors(bytes);
  const names = (metadata['labels'] ?? '').split(',');
  const { body, sources = '' } = metadata;
  const scales = numbersOf(tensors, 'scales');
  if (body === undefined) throw damaged('no body');
  const cells = (name: string): FeatureCells => {
    const codes = numbersOf(tensors, `${name}.features`);
    const places = numbersOf(tensors, `${name}.labels`);
    const F = scales.length;
    return {
      width: F,
      features: Float32Array.from(codes, (code, i) => code * scales[i % F]!),
      labels: Array.from(places, (place) => {
        const label = names[place] ?? '';
        if (isCellClass(label)) return label;
        throw damaged(`a label ${JSON.stringify(label)}`);
      }),
    };
  };
  return { memory: cells('memory'), check: cells('check'), body, sources };
}

function numbersOf(tensors: ReadonlyMap<string, TensorData>, name: string): Float32Array {
  const data = tensors.get(name)?.data;
  if (data instanceof Float32Array) return data;
  if (data instanceof Uint8Array) return Float32Array.from(data);
  throw damaged(`no ${name}`);
}

function damaged(received: string): LeukoscopeError {
  return new LeukoscopeError(
    'ADAPT_MEMORY',
    `a memory of features must be one that experiments/adapt/write-memory.ts wrote. Received ${received}. Get the file again.`,
  );
}
