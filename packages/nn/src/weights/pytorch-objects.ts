/**
 * @file The objects of PyTorch and NumPy that a checkpoint may hold, as data.
 *
 * A tensor is a window on a storage: offset, size and stride in elements. Nothing is copied or even
 * looked at until `materialise` is asked for the values, so that a hostile tensor costs nothing.
 * Reference: torch/_utils.py (_rebuild_tensor_v2), numpy/core/src/multiarray/methods.c (__setstate__).
 */
import {
  bytesPerElement,
  createArray,
  type DType,
  type DTypeArrays,
  elementCount,
  LeukoscopeError,
  type TensorData,
} from '@leukoscope/core';
import {
  bytesPerKind,
  type ElementKind,
  type Elements,
  isDType,
  readElements,
} from '../onnx/elements.ts';
import type { ExtraMemory } from './extra-memory.ts';
import { describeValue, PickleInstance, PickleTuple, type PickleValue } from './pickle-values.ts';

/** A run of elements in the file, shared by the tensors that look at it. */
export class PytorchStorage extends PickleInstance {
  readonly kind: ElementKind;
  readonly bytes: Uint8Array;

  constructor(kind: ElementKind, bytes: Uint8Array) {
    super();
    this.kind = kind;
    this.bytes = bytes;
  }

  override setState(): void {
    throw invalid('a storage must not take a state', 'one');
  }
}

/** Numbers in a file with their shape: what can become a `TensorData`. */
export abstract class FileTensor extends PickleInstance {
  abstract readonly shape: readonly number[];
  /** Make the values; `name` is for errors. */
  abstract materialise(name: string, memory: ExtraMemory): TensorData;
}

/** A PyTorch tensor: a window on a storage. */
export class PytorchTensor extends FileTensor {
  readonly shape: readonly number[];
  readonly #storage: () => PytorchStorage;
  readonly #offset: number;
  readonly #strides: readonly number[];

  constructor(
    storage: () => PytorchStorage,
    offset: number,
    shape: readonly number[],
    strides: readonly number[],
  ) {
    super();
    this.#storage = storage;
    this.#offset = offset;
    this.shape = shape;
    this.#strides = strides;
  }

  /** Attributes that Python code hung on the tensor say nothing about its values. */
  override setState(): void {}

  override materialise(name: string, memory: ExtraMemory): TensorData {
    const { kind, bytes } = this.#storage();
    const { shape } = this;
    const count = elementCount(shape);
    const width = bytesPerKind(kind);
    const subject = `tensor "${name}"`;
    // The last element is at offset + sum over axes of (extent - 1) * stride.
    const last = shape.reduce((at, n, axis) => at + (n - 1) * this.#strides[axis]!, this.#offset);
    if (count > 0 && (last + 1) * width > bytes.length) {
      throw invalid(
        `${subject} must end within the ${bytes.length} bytes of its storage`,
        `an end at byte ${(last + 1) * width}`,
      );
    }
    if (count === 0) return { ...readElements(kind, new Uint8Array(0), subject), shape };
    const from = this.#offset * width;
    const window = bytes.subarray(from, (last + 1) * width);
    const isCopied = !isDType(kind) || window.byteOffset % width !== 0;
    if (isCopied) memory.take(window.length * (8 / width), subject); // widened to 8 bytes at most
    const source = readElements(kind, window, subject);
    if (isContiguous(shape, this.#strides)) return { ...source, shape };
    memory.take(count * bytesPerElement(source.dtype), subject);
    return { dtype: source.dtype, shape, data: gather(source, shape, this.#strides) };
  }
}

/** A NumPy array, made empty and filled by its state, as NumPy itself does. */
export class NumpyArray extends FileTensor {
  shape: readonly number[] = [];
  #kind: ElementKind = 'uint8';
  #bytes: Uint8Array = new Uint8Array(0);
  #isFortran = false;

  /** state = (version, shape, dtype, is_fortran, bytes) */
  override setState(state: PickleValue): void {
    const [, shape, dtype, isFortran, bytes] = state instanceof PickleTuple ? state.items : [];
    if (!(dtype instanceof NumpyDtype) || !(shape instanceof PickleTuple)) {
      throw invalid('a NumPy array must have a shape and a dtype', describeValue(dtype));
    }
    // Python 2 wrote bytes as text, one Latin-1 letter a byte.
    const content = typeof bytes === 'string' ? latin1Bytes(bytes) : bytes;
    if (!(content instanceof Uint8Array)) {
      throw invalid('a NumPy array must hold bytes', describeValue(bytes));
    }
    this.shape = wholeNumbers(shape, 'the shape of a NumPy array');
    this.#kind = dtype.kind();
    this.#bytes = content;
    this.#isFortran = isFortran === true;
  }

  override materialise(name: string, memory: ExtraMemory): TensorData {
    const expected = elementCount(this.shape) * bytesPerKind(this.#kind);
    if (this.#bytes.length !== expected) {
      throw invalid(`array "${name}" must hold ${expected} bytes`, `${this.#bytes.length}`);
    }
    const storage = new PytorchStorage(this.#kind, this.#bytes);
    const strides: number[] = [];
    let stride = 1;
    const axes = this.shape.map((_, axis) => axis);
    // Fortran order: the first axis changes fastest.
    for (const axis of this.#isFortran ? axes : axes.reverse()) {
      strides[axis] = stride;
      stride *= this.shape[axis]!;
    }
    return new PytorchTensor(() => storage, 0, this.shape, strides).materialise(name, memory);
  }
}

const numpyKinds = new Map<string, ElementKind>([
  ['f8', 'float64'],
  ['f4', 'float32'],
  ['f2', 'float16'],
  ['i8', 'int64'],
  ['i4', 'int32'],
  ['i2', 'int16'],
  ['i1', 'int8'],
  ['u8', 'uint64'],
  ['u4', 'uint32'],
  ['u2', 'uint16'],
  ['u1', 'uint8'],
  ['b1', 'bool'],
]);

/** A NumPy dtype: a letter and a width, and the byte order from its state. */
export class NumpyDtype extends PickleInstance {
  readonly #name: string;
  #order = '<';

  constructor(name: string) {
    super();
    this.#name = name;
  }

  /** state = (version, byte order, ...) */
  override setState(state: PickleValue): void {
    const order = state instanceof PickleTuple ? state.items[1] : undefined;
    this.#order = typeof order === 'string' ? order : '?';
  }

  /** Return the kind of element; throws for the ones that are not plain numbers. */
  kind(): ElementKind {
    const kind = numpyKinds.get(this.#name);
    if (kind !== undefined && (this.#order === '<' || this.#order === '|')) return kind;
    throw new LeukoscopeError(
      'TENSOR_ELEMENT_KIND',
      `A NumPy array must hold little-endian numbers. Received dtype ${this.#order}${this.#name}. Convert it in the program that wrote the file.`,
    );
  }
}

/** Read a tuple of whole numbers from 0. */
export function wholeNumbers(value: PickleValue | undefined, subject: string): number[] {
  const items = value instanceof PickleTuple ? value.items : [];
  const numbers = items.filter(isCount);
  if (value instanceof PickleTuple && numbers.length === items.length) return numbers;
  throw invalid(`${subject} must be whole numbers`, describeValue(value));
}

/** Tell whether a value is a whole number from 0. */
export function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** Strides of axes of extent 1 do not matter; all others must be the product of what follows. */
function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis]!;
  }
  return true;
}

/** target[i, j, ...] = source[i * stride0 + j * stride1 + ...] */
function gather(
  { dtype, data: source }: Elements,
  shape: readonly number[],
  strides: readonly number[],
): DTypeArrays[DType] {
  if (source instanceof BigInt64Array) {
    const target = new BigInt64Array(elementCount(shape));
    forEachPlace(shape, strides, (to, from) => {
      target[to] = source[from]!;
    });
    return target;
  }
  const target = createArray(dtype === 'int64' ? 'float64' : dtype, elementCount(shape));
  forEachPlace(shape, strides, (to, from) => {
    target[to] = source[from]!;
  });
  return target;
}

function forEachPlace(
  shape: readonly number[],
  strides: readonly number[],
  visit: (to: number, from: number) => void,
): void {
  const count = elementCount(shape);
  const index = new Array<number>(shape.length).fill(0);
  let from = 0;
  for (let to = 0; to < count; to++) {
    visit(to, from);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
}

function latin1Bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function invalid(rule: string, received: string): LeukoscopeError {
  return new LeukoscopeError(
    'PYTORCH_INVALID',
    `A PyTorch file is not valid: ${rule}. Received ${received}. The file is damaged, truncated or of another format.`,
  );
}
