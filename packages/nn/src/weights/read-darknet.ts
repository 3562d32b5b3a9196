/**
 * @file Reads Darknet weights files.
 *
 * The file is a header and then nothing but float32 numbers, in the order of the layers of a .cfg file
 * that is not part of it: the caller gives that order as a layout. Per layer it holds
 * with batch norm: bias, scale, running mean, running variance (as many as outputs each), weights;
 * without:         bias, weights. Fully connected layers have their weights before the batch norm's
 * scale, mean and variance.
 * Header: int32 major, minor, revision; images seen as int32 before version 0.2 and int64 from it.
 * Reference: AlexeyAB/darknet src/parser.c, load_convolutional_weights, load_connected_weights.
 */
import { elementCount, LeukoscopeError, type TensorData } from '@leukoscope/core';
import { readElements } from '../onnx/elements.ts';
import { ByteCursor } from './byte-cursor.ts';
import type { Weights } from './weights.ts';

/** A convolution; weights [outputs, inputs / groups, kernel height, kernel width]. */
export interface DarknetConvolution {
  readonly kind: 'convolution';
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  /** Side of the square kernel. */
  readonly kernelSize: number;
  /** @default 1 */
  readonly groups?: number | undefined;
  readonly batchNorm: boolean;
}

/** A fully connected layer; weights [outputs, inputs]. */
export interface DarknetConnected {
  readonly kind: 'connected';
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly batchNorm: boolean;
}

/** A layer that has weights; the others (pooling, routes, detection) do not occur in the file. */
export type DarknetLayer = DarknetConvolution | DarknetConnected;

/** How strictly the file must agree with the layout. */
export interface DarknetOptions {
  /**
   * Read only the first layers of a longer file, such as the backbone of a detector.
   * @default false
   */
  readonly allowLeftOver?: boolean | undefined;
}

/**
 * Read the layers of a layout. Names: NAME.weight, NAME.bias; with batch norm NAME.norm.weight (the
 * scale), NAME.norm.bias, NAME.norm.running_mean, NAME.norm.running_var instead of NAME.bias.
 */
export function readDarknet(
  bytes: Uint8Array,
  layout: readonly DarknetLayer[],
  options: DarknetOptions = {},
): Weights {
  const { allowLeftOver = false } = options;
  const cursor = new ByteCursor(bytes, 0, (wanted, at) => tooShort(bytes, `byte ${at}`, wanted));
  const metadata = readHeader(cursor);
  const headerBytes = cursor.offset;
  const parts = layout.flatMap(partsOf);
  const wanted = parts.reduce((sum, { shape }) => sum + 4 * elementCount(shape), 0);
  const held = bytes.length - headerBytes;
  if (held < wanted || (held > wanted && !allowLeftOver)) {
    const difference =
      held < wanted ? `${wanted - held} are missing` : `${held - wanted} are left over`;
    throw new LeukoscopeError(
      'DARKNET_LENGTH',
      `A Darknet file must hold ${wanted} bytes after its header for a layout of ${layout.length} layers. Received ${held}: ${difference}. Check the layout against the .cfg file, and the download against its published size.`,
    );
  }
  const tensors = new Map<string, TensorData>();
  for (const { name, shape } of parts) {
    const content = cursor.bytes(4 * elementCount(shape));
    if (tensors.has(name)) {
      throw new LeukoscopeError(
        'DARKNET_LAYOUT',
        `The layers of a Darknet layout must have names of their own. Received "${name}" twice.`,
      );
    }
    tensors.set(name, { ...readElements('float32', content, `"${name}"`), shape });
  }
  return { tensors, metadata };
}

function readHeader(cursor: ByteCursor): Record<string, string> {
  const [major, minor, revision] = [cursor.int32(), cursor.int32(), cursor.int32()];
  if (major < 0 || minor < 0 || major > 1000 || minor > 1000) {
    // Above 1000 the numbers mark files whose matrices are transposed; no known file is.
    throw new LeukoscopeError(
      'DARKNET_HEADER',
      `A Darknet file must begin with a version from 0.0 to 1000.1000. Received ${major}.${minor}. The file is damaged or of another format.`,
    );
  }
  const seen = major * 10 + minor >= 2 ? cursor.size64() : cursor.int32();
  return { version: `${major}.${minor}.${revision}`, imagesSeen: `${seen}` };
}

function partsOf(layer: DarknetLayer): { name: string; shape: readonly number[] }[] {
  const { name, inputs, outputs, batchNorm } = layer;
  const part = (suffix: string, ...shape: number[]) => ({ name: `${name}.${suffix}`, shape });
  if (layer.kind === 'convolution') {
    const { kernelSize, groups = 1 } = layer;
    checkCounts(name, [inputs, outputs, kernelSize, groups, inputs / groups, outputs / groups]);
    const weight = part('weight', outputs, inputs / groups, kernelSize, kernelSize);
    if (!batchNorm) return [part('bias', outputs), weight];
    return [
      part('norm.bias', outputs),
      part('norm.weight', outputs),
      part('norm.running_mean', outputs),
      part('norm.running_var', outputs),
      weight,
    ];
  }
  checkCounts(name, [inputs, outputs]);
  const weight = part('weight', outputs, inputs);
  if (!batchNorm) return [part('bias', outputs), weight];
  return [
    part('norm.bias', outputs),
    weight,
    part('norm.weight', outputs),
    part('norm.running_mean', outputs),
    part('norm.running_var', outputs),
  ];
}

function checkCounts(name: string, counts: readonly number[]): void {
  const wrong = counts.find((count) => !Number.isSafeInteger(count) || count < 1);
  if (wrong === undefined) return;
  throw new LeukoscopeError(
    'DARKNET_LAYOUT',
    `Layer "${name}" of a Darknet layout must have whole sizes from 1 that its groups divide. Received ${wrong}.`,
  );
}

function tooShort(bytes: Uint8Array, place: string, wanted: number): LeukoscopeError {
  return new LeukoscopeError(
    'DARKNET_HEADER',
    `A Darknet file must begin with a header. Received ${bytes.length} bytes, ${wanted} more are needed at ${place}. The file is truncated or of another format.`,
  );
}
