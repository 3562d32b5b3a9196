/**
 * @file Finds for each parameter of a network its values in a file.
 *
 * Names and the order of axes differ from program to program: rules rename and transpose the file's
 * tensors, then names and shapes must agree. Nothing is guessed and nothing is dropped silently:
 * whatever finds no partner on either side is listed (see `describeMatch`).
 */
import { elementCount, LeukoscopeError, type Shape, type TensorData } from '@leukoscope/core';
import { permuteShape, toFloat32, transposeFloat32 } from './convert-tensor.ts';

/** A parameter that wants values: a `ParameterSpec`, or only its key and shape. */
export interface WantedParameter {
  readonly key: string;
  readonly shape: Shape;
}

/** Replaces a prefix (text) or whatever the expression finds; `$1` in the replacement is a group. */
export type RenameRule = readonly [pattern: string | RegExp, replacement: string];

/** Changes the order of axes of the tensors for the parameters that a pattern names. */
export interface TransposeRule {
  /** Whole key (text) or an expression. */
  readonly key: string | RegExp;
  /** Axis i of the parameter is `axes[i]` of the file's tensor. */
  readonly axes: readonly number[];
}

/** How the names and shapes of a file become those of the network. */
export interface MatchOptions {
  /**
   * Rules applied in turn to each name of the file, or a function; null leaves the tensor out on
   * purpose.
   * @default []
   */
  readonly rename?: readonly RenameRule[] | ((name: string) => string | null) | undefined;
  /** @default [] */
  readonly transpose?: readonly TransposeRule[] | undefined;
  /**
   * Take a tensor of another shape with as many elements, as [1, 1, 1, N] for [N]; the order of the
   * values stays.
   * @default false
   */
  readonly allowReshape?: boolean | undefined;
}

/** A parameter whose tensor has another shape. */
export interface ShapeMismatch {
  readonly key: string;
  /** Name in the file. */
  readonly source: string;
  readonly expected: Shape;
  readonly received: Shape;
}

/** A parameter whose tensor does not hold floats. */
export interface DTypeMismatch {
  readonly key: string;
  /** Name in the file. */
  readonly source: string;
  readonly received: TensorData['dtype'];
}

/** What belongs together, and what does not. */
export interface WeightMatch {
  /** Values by the parameter's key, in the order of the parameters. */
  readonly matched: ReadonlyMap<string, TensorData<'float32'>>;
  /** For each of them its name in the file. */
  readonly sources: ReadonlyMap<string, string>;
  /** Parameters without a tensor. */
  readonly missing: readonly string[];
  /** Tensors of the file without a parameter, by their name there. */
  readonly leftOver: readonly string[];
  /** Tensors that the renaming left out on purpose. */
  readonly leftOut: readonly string[];
  readonly shapeMismatches: readonly ShapeMismatch[];
  readonly dtypeMismatches: readonly DTypeMismatch[];
}

/** Match the tensors of a file with parameters. */
export function matchWeights(
  parameters: Iterable<WantedParameter>,
  tensors: ReadonlyMap<string, TensorData>,
  options: MatchOptions = {},
): WeightMatch {
  const { rename = [], transpose = [], allowReshape = false } = options;
  const { unused, leftOut } = renameAll(tensors, rename);
  const matched = new Map<string, TensorData<'float32'>>();
  const sources = new Map<string, string>();
  const missing: string[] = [];
  const shapeMismatches: ShapeMismatch[] = [];
  const dtypeMismatches: DTypeMismatch[] = [];
  for (const { key, shape } of parameters) {
    const source = unused.get(key);
    const found = source === undefined ? undefined : tensors.get(source);
    if (source === undefined || found === undefined) {
      missing.push(key);
      continue;
    }
    unused.delete(key);
    const axes = transpose.find((rule) => isNamed(rule.key, key))?.axes;
    const received = axes === undefined ? found.shape : permuteShape(found.shape, axes);
    const isSame = received.length === shape.length && received.every((n, i) => n === shape[i]);
    const isAsLong = elementCount(received) === elementCount(shape);
    const floats = toFloat32(found);
    if (!isSame && !(allowReshape && isAsLong)) {
      shapeMismatches.push({ key, source, expected: shape, received });
    } else if (floats === undefined) {
      dtypeMismatches.push({ key, source, received: found.dtype });
    } else {
      const { data } = axes === undefined ? floats : transposeFloat32(floats, axes);
      matched.set(key, { dtype: 'float32', shape, data });
      sources.set(key, source);
    }
  }
  const leftOver = [...unused.values()];
  return { matched, sources, missing, leftOver, leftOut, shapeMismatches, dtypeMismatches };
}

/** Return the file's name for each new one. */
function renameAll(
  tensors: ReadonlyMap<string, TensorData>,
  rename: NonNullable<MatchOptions['rename']>,
): { unused: Map<string, string>; leftOut: string[] } {
  const unused = new Map<string, string>();
  const leftOut: string[] = [];
  for (const source of tensors.keys()) {
    const name = typeof rename === 'function' ? rename(source) : applyRules(source, rename);
    if (name === null) {
      leftOut.push(source);
      continue;
    }
    const other = unused.get(name);
    if (other !== undefined) {
      throw new LeukoscopeError(
        'WEIGHTS_RENAME',
        `Renaming must give each tensor a name of its own. Received "${name}" for both "${other}" and "${source}". Make the rules narrower.`,
      );
    }
    unused.set(name, source);
  }
  return { unused, leftOut };
}

function applyRules(source: string, rules: readonly RenameRule[]): string {
  let name = source;
  for (const [pattern, replacement] of rules) {
    if (typeof pattern !== 'string') name = name.replace(pattern, replacement);
    else if (name.startsWith(pattern)) name = replacement + name.slice(pattern.length);
  }
  return name;
}

function isNamed(pattern: string | RegExp, key: string): boolean {
  // search() and not test(): it does not remember where a global expression stopped
  return typeof pattern === 'string' ? pattern === key : key.search(pattern) >= 0;
}
