/**
 * @file What a pickle turns into here: plain data, and the few objects that a host knows.
 *
 * Python's dict is a Map, list an array, set a Set, bytes a Uint8Array, int a number (a bigint
 * beyond 2^53). Nothing of Python is ever run.
 */

/** Any value of a pickle. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | Set<PickleValue>
  | PickleTuple
  | PickleClass
  | PickleInstance;

/** A Python tuple. */
export class PickleTuple {
  readonly items: readonly PickleValue[];

  constructor(items: readonly PickleValue[]) {
    this.items = items;
  }
}

/** A global name of the pickle that its host knows: a class or a function, by its own rule. */
export class PickleClass {
  readonly name: string;
  readonly #construct: ((args: readonly PickleValue[]) => PickleValue) | undefined;

  /** Without `construct` the name is only a mark, such as a dtype, and cannot be called. */
  constructor(name: string, construct?: (args: readonly PickleValue[]) => PickleValue) {
    this.name = name;
    this.#construct = construct;
  }

  /** Call it; undefined where it is only a mark. */
  construct(args: readonly PickleValue[]): PickleValue | undefined {
    return this.#construct?.(args);
  }
}

/** An object that a host makes. */
export abstract class PickleInstance {
  /** Take what Python would give to `__setstate__`. */
  abstract setState(state: PickleValue): void;
}

/** An object that was asked to be passed over: it takes everything and keeps nothing. */
export class IgnoredInstance extends PickleInstance {
  override setState(): void {}
}

/** Say what a value is, for error messages. */
export function describeValue(value: PickleValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'None';
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 60));
  if (typeof value !== 'object') return `${value}`;
  if (value instanceof Map) return `a dict of ${value.size}`;
  if (value instanceof Set) return `a set of ${value.size}`;
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (value instanceof PickleTuple) return `a tuple of ${value.items.length}`;
  if (value instanceof PickleClass) return value.name;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return 'an object';
}
