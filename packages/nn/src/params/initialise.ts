/** @file First values of parameters. Fans are counted as PyTorch does: inputs x kernel, outputs x kernel. */
import { elementCount, type Random, type Shape } from '@leukoscope/core';

/** Makes the first values of a parameter. */
export type Initialiser = (shape: Shape, random: Random) => Float32Array;

/** One value everywhere. */
export function fill(value: number): Initialiser {
  return (shape) => new Float32Array(elementCount(shape)).fill(value);
}

/** Normal with a deviation. */
export function normal(deviation: number, mean = 0): Initialiser {
  return (shape, random) =>
    Float32Array.from({ length: elementCount(shape) }, () => random.normal(mean, deviation));
}

/** Uniform in [-limit, limit). */
export function uniform(limit: number): Initialiser {
  return (shape, random) =>
    Float32Array.from({ length: elementCount(shape) }, () => random.uniform(-limit, limit));
}

/** He et al. 2015 ("MSRA"): normal with deviation √(2 / fan). */
export function kaiming(mode: 'fan-in' | 'fan-out' = 'fan-in'): Initialiser {
  return (shape, random) => {
    const { fanIn, fanOut } = fans(shape);
    return normal(Math.sqrt(2 / (mode === 'fan-in' ? fanIn : fanOut)))(shape, random);
  };
}

/** Glorot & Bengio 2010: uniform with limit √(6 / (fan in + fan out)). */
export function glorot(): Initialiser {
  return (shape, random) => {
    const { fanIn, fanOut } = fans(shape);
    return uniform(Math.sqrt(6 / (fanIn + fanOut)))(shape, random);
  };
}

/** Fans of weights [O, I, ...kernel]; a vector counts as one input. */
function fans(shape: Shape): { fanIn: number; fanOut: number } {
  const kernel = elementCount(shape.slice(2));
  return { fanIn: (shape[1] ?? 1) * kernel, fanOut: (shape[0] ?? 1) * kernel };
}
