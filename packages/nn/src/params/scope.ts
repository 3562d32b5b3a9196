/**
 * @file Where layers declare what they own: parameters, buffers, updates, noise.
 *
 * A model is a function `(scope, x) => outputs`. It runs once per graph that is built (training,
 * inference); the scope records what it declared, under names such as `layer1.0.conv1.weight`, which
 * are the keys of weights files.
 */
import { LeukoscopeError, type Shape } from '@leukoscope/core';
import { sameShape } from '../graph/shape.ts';
import { input, parameter, type Tensor } from '../graph/tensor.ts';
import { fill, type Initialiser } from './initialise.ts';

/** What a graph is built for. */
export type Mode = 'train' | 'infer';

/** One named value that a model owns. */
export interface ParameterSpec {
  readonly key: string;
  readonly shape: Shape;
  readonly initialise: Initialiser;
  /** False for buffers (running statistics) and for what is frozen. */
  readonly isTrainable: boolean;
  /** Whether weight decay applies: by default to weights of two axes and more. */
  readonly decays: boolean;
  /** Set where a frozen norm behind is folded into these weights (see params/fold.ts). */
  readonly foldedNorm: FoldedNorm | undefined;
}

/** A batch norm with fixed statistics that is folded into the convolution before it. */
export interface FoldedNorm {
  /** Key in front of `.weight`, `.bias`, `.running_mean`, `.running_var`. */
  readonly key: string;
  readonly epsilon: number;
  /** Key of the convolution's own bias, if it has one. */
  readonly biasKey: string | undefined;
}

/** A random input: uniform in [0, 1), new at every step, made from the seed, the step and the key. */
export interface NoiseSpec {
  readonly key: string;
  readonly shape: Shape;
}

/** A buffer and the value that it takes after the step. */
export interface BufferUpdate {
  readonly key: string;
  readonly value: Tensor;
}

/** Options of one parameter. */
export interface ParameterOptions {
  readonly initialise: Initialiser;
  /** @default true */
  readonly isTrainable?: boolean;
  /** @default whether the shape has two axes or more */
  readonly decays?: boolean;
  readonly foldedNorm?: FoldedNorm | undefined;
}

/** Declares named values; `at` goes one name deeper. */
export interface Scope {
  readonly mode: Mode;
  /** The names so far, joined by dots. */
  readonly path: string;
  at(name: string | number): Scope;
  /** Declare trained values; the same key again gives the same tensor (shared weights). */
  parameter(name: string, shape: Shape, options: ParameterOptions): Tensor;
  /** Declare values that training keeps but does not differentiate. */
  buffer(name: string, shape: Shape, value: number): Tensor;
  /** Declare values that are worked out from others when weights are loaded; never saved. */
  derived(name: string, shape: Shape): Tensor;
  /** Say what a buffer becomes after the step; a later call replaces an earlier one. */
  update(buffer: Tensor, value: Tensor): void;
  /** What a buffer has become so far in this step: its last update, or itself. */
  current(buffer: Tensor): Tensor;
  /** Declare random numbers, uniform in [0, 1): new ones at each use of a name. */
  noise(name: string, shape: Shape): Tensor;
  readonly declared: Declared;
}

/** All that a model declared. */
export interface Declared {
  readonly parameters: ReadonlyMap<string, ParameterSpec>;
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly updates: readonly BufferUpdate[];
  readonly noises: readonly NoiseSpec[];
}

/** Options of a scope. */
export interface ScopeOptions {
  readonly mode: Mode;
  /** Parameters whose key begins with one of these (whole names) are not trained. @default [] */
  readonly frozen?: readonly string[];
}

/** Make the scope of one graph. */
export function createScope(options: ScopeOptions): Scope {
  const { mode, frozen = [] } = options;
  const parameters = new Map<string, ParameterSpec>();
  const tensors = new Map<string, Tensor>();
  const updates: BufferUpdate[] = [];
  const noises: NoiseSpec[] = [];
  const noiseUses = new Map<string, number>();
  const declared: Declared = { parameters, tensors, updates, noises };

  const isFrozen = (key: string) =>
    frozen.some((prefix) => key === prefix || key.startsWith(`${prefix}.`));

  const declare = (key: string, shape: Shape): Tensor => {
    const known = tensors.get(key);
    if (known === undefined) {
      const tensor = parameter(key, shape);
      tensors.set(key, tensor);
      return tensor;
    }
    if (!sameShape(known.shape, shape)) {
      throw new LeukoscopeError(
        'NN_PARAMETER',
        `parameter ${key} must keep its shape [${known.shape.join(', ')}]. Received [${shape.join(', ')}]. Give the second layer another name.`,
      );
    }
    return known;
  };

  const keyOfTensor = (buffer: Tensor) => [...tensors].find(([, tensor]) => tensor === buffer)?.[0];

  const scopeAt = (path: string): Scope => {
    const keyOf = (name: string) => (path === '' ? name : `${path}.${name}`);
    return {
      mode,
      path,
      declared,
      at: (name) => scopeAt(keyOf(String(name))),
      parameter(
        name,
        shape,
        { initialise, isTrainable = true, decays = shape.length > 1, foldedNorm },
      ) {
        const key = keyOf(name);
        const tensor = declare(key, shape);
        if (!parameters.has(key)) {
          const spec = { key, shape, initialise, decays, foldedNorm };
          parameters.set(key, { ...spec, isTrainable: isTrainable && !isFrozen(key) });
        }
        return tensor;
      },
      buffer(name, shape, value) {
        const key = keyOf(name);
        const tensor = declare(key, shape);
        if (!parameters.has(key)) {
          parameters.set(key, {
            key,
            shape,
            initialise: fill(value),
            isTrainable: false,
            decays: false,
            foldedNorm: undefined,
          });
        }
        return tensor;
      },
      derived: (name, shape) => declare(keyOf(name), shape),
      update(buffer, value) {
        const key = keyOfTensor(buffer);
        if (key === undefined || !sameShape(buffer.shape, value.shape)) {
          throw new LeukoscopeError(
            'NN_PARAMETER',
            `update must get a buffer of this scope and a value of its shape. Received ${key ?? 'another tensor'}, [${value.shape.join(', ')}].`,
          );
        }
        const before = updates.findIndex((update) => update.key === key);
        if (before === -1) updates.push({ key, value });
        else updates[before] = { key, value };
      },
      current(buffer) {
        const key = keyOfTensor(buffer);
        return updates.find((update) => update.key === key)?.value ?? buffer;
      },
      noise(name, shape) {
        // A layer that is applied again (a head on several levels) draws numbers of its own each time.
        const uses = (noiseUses.get(keyOf(name)) ?? 0) + 1;
        noiseUses.set(keyOf(name), uses);
        const key = uses === 1 ? keyOf(name) : `${keyOf(name)}#${uses}`;
        noises.push({ key, shape });
        return input(key, shape);
      },
    };
  };
  return scopeAt('');
}
