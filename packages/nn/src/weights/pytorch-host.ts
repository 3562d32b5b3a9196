/**
 * @file The global names that a PyTorch checkpoint may use, and what each stands for here.
 *
 * This table is the whole of what a checkpoint can make happen: it rebuilds tensors, dicts, sets and
 * NumPy arrays. A name that is not in it ends the reading, unless the caller asked to pass over it.
 */
import { LeukoscopeError } from '@leukoscope/core';
import { bytesPerKind, type ElementKind } from '../onnx/elements.ts';
import type { PickleHost } from './pickle-machine.ts';
import {
  describeValue,
  IgnoredInstance,
  PickleClass,
  PickleTuple,
  type PickleValue,
} from './pickle-values.ts';
import {
  FileTensor,
  isCount,
  NumpyArray,
  NumpyDtype,
  PytorchStorage,
  PytorchTensor,
  wholeNumbers,
} from './pytorch-objects.ts';

type Construct = (args: readonly PickleValue[]) => PickleValue;

/** Kinds of the storage classes, and of the dtypes by which newer files name them. */
const storageKinds: Readonly<Record<string, ElementKind>> = {
  'torch.DoubleStorage': 'float64',
  'torch.FloatStorage': 'float32',
  'torch.HalfStorage': 'float16',
  'torch.BFloat16Storage': 'bfloat16',
  'torch.LongStorage': 'int64',
  'torch.IntStorage': 'int32',
  'torch.ShortStorage': 'int16',
  'torch.CharStorage': 'int8',
  'torch.ByteStorage': 'uint8',
  'torch.BoolStorage': 'bool',
  'torch.storage.UntypedStorage': 'uint8',
  'torch.storage._UntypedStorage': 'uint8',
};

const dtypeKinds: Readonly<Record<string, ElementKind>> = {
  'torch.float64': 'float64',
  'torch.float32': 'float32',
  'torch.float16': 'float16',
  'torch.bfloat16': 'bfloat16',
  'torch.int64': 'int64',
  'torch.int32': 'int32',
  'torch.int16': 'int16',
  'torch.int8': 'int8',
  'torch.uint64': 'uint64',
  'torch.uint32': 'uint32',
  'torch.uint16': 'uint16',
  'torch.uint8': 'uint8',
  'torch.bool': 'bool',
};

const constructors: Readonly<Record<string, Construct>> = {
  'collections.OrderedDict': orderedDict,
  'builtins.set': (args) => new Set(Array.isArray(args[0]) ? args[0] : []),
  '__builtin__.set': (args) => new Set(Array.isArray(args[0]) ? args[0] : []),
  // numpy stores bytes as text in pickles that Python 2 must be able to read
  '_codecs.encode': ([text]) =>
    typeof text === 'string' ? Uint8Array.from(text, (letter) => letter.charCodeAt(0)) : null,
  'torch._utils._rebuild_tensor': rebuildTensor,
  'torch._utils._rebuild_tensor_v2': rebuildTensor,
  'torch._utils._rebuild_tensor_v3': rebuildTensorOfDtype,
  'torch._utils._rebuild_parameter': ([tensor]) => expectTensor(tensor),
  'torch._utils._rebuild_parameter_with_state': ([tensor]) => expectTensor(tensor),
  'torch._tensor._rebuild_from_type_v2': rebuildFromType,
  'torch.Size': ([sizes]) => (sizes === undefined ? new PickleTuple([]) : sizes),
  'torch.device': ([kind]) => (typeof kind === 'string' ? kind : 'cpu'),
  'numpy.core.multiarray._reconstruct': () => new NumpyArray(),
  'numpy._core.multiarray._reconstruct': () => new NumpyArray(),
  'numpy.core.numeric._frombuffer': numpyFromBuffer,
  'numpy._core.numeric._frombuffer': numpyFromBuffer,
  'numpy.core.multiarray.scalar': numpyScalar,
  'numpy._core.multiarray.scalar': numpyScalar,
  'numpy.dtype': ([name]) => new NumpyDtype(typeof name === 'string' ? name : '?'),
};

/** Names that are passed as arguments to others and never called. */
const marks = new Set(['torch.Tensor', 'torch.nn.parameter.Parameter', 'numpy.ndarray']);

/** Gives the storage behind the persistent id ('storage', type, key, location, count, ...). */
export type LoadStorage = (kind: ElementKind, key: string, count: number) => () => PytorchStorage;

/** A persistent id's storage, loaded when a tensor is materialised. */
class StorageHandle extends IgnoredInstance {
  readonly load: () => PytorchStorage;

  constructor(load: () => PytorchStorage) {
    super();
    this.load = load;
  }
}

/** Make the host for a checkpoint's pickle. */
export function pytorchHost(
  loadStorage: LoadStorage,
  ignoreGlobals: readonly string[],
): PickleHost {
  return {
    global(name) {
      if (ignoreGlobals.includes(name)) return new PickleClass(name, () => new IgnoredInstance());
      if (Object.hasOwn(constructors, name)) return new PickleClass(name, constructors[name]);
      const isMark =
        marks.has(name) || Object.hasOwn(storageKinds, name) || Object.hasOwn(dtypeKinds, name);
      if (isMark) return new PickleClass(name);
      throw refusedGlobal(name);
    },
    persistent(id) {
      const [tag, type, key, , count, view] = id instanceof PickleTuple ? id.items : [];
      if (tag !== 'storage' || !(type instanceof PickleClass) || typeof key !== 'string') {
        throw invalid('a persistent id must name a storage', describeValue(tag));
      }
      const kind = storageKinds[type.name];
      if (kind === undefined || !isCount(count)) {
        throw invalid(`a storage must have a known type and a size`, `${type.name}`);
      }
      const load = loadStorage(kind, key, count);
      return new StorageHandle(view instanceof PickleTuple ? viewOf(load, view) : load);
    },
  };
}

/** Old files keep a storage that is part of another as (key, offset, count), in elements. */
function viewOf(load: () => PytorchStorage, { items }: PickleTuple): () => PytorchStorage {
  const [, offset, count] = items;
  if (!isCount(offset) || !isCount(count)) {
    throw invalid('a part of a storage must have an offset and a size', describeValue(offset));
  }
  return () => {
    const { kind, bytes } = load();
    const width = bytesPerKind(kind);
    return new PytorchStorage(kind, bytes.subarray(offset * width, (offset + count) * width));
  };
}

function refusedGlobal(name: string): LeukoscopeError {
  const cure = name.startsWith('__torch__')
    ? 'This is a TorchScript model; in Python, save its state dict: torch.save(model.state_dict(), path).'
    : `Save only the state dict (in Python: torch.save(model.state_dict(), path)), or pass over such values with ignoreGlobals: ['${name}'].`;
  return new LeukoscopeError(
    'PICKLE_GLOBAL',
    `A checkpoint must hold only tensors, numbers, text and containers. Received "${name}", which is code and is never run. ${cure}`,
  );
}

/** args: nothing, or a list of [key, value] */
function orderedDict([pairs]: readonly PickleValue[]): PickleValue {
  const dict = new Map<PickleValue, PickleValue>();
  if (!Array.isArray(pairs)) return dict;
  for (const pair of pairs) {
    const [key, value] = pair instanceof PickleTuple ? pair.items : Array.isArray(pair) ? pair : [];
    if (key === undefined || value === undefined) {
      throw invalid('an OrderedDict must hold pairs', describeValue(pair));
    }
    dict.set(key, value);
  }
  return dict;
}

/** args: storage, offset, shape, strides, then what only matters for training */
function rebuildTensor([storage, offset, shape, strides]: readonly PickleValue[]): PytorchTensor {
  if (!(storage instanceof StorageHandle)) {
    throw invalid('a tensor must look at a storage', describeValue(storage));
  }
  return windowOn(storage.load, offset, shape, strides);
}

/** As above, but on a storage of bytes; the seventh argument is the dtype. */
function rebuildTensorOfDtype(args: readonly PickleValue[]): PytorchTensor {
  const [storage, offset, shape, strides, , , dtype] = args;
  const kind = dtype instanceof PickleClass ? dtypeKinds[dtype.name] : undefined;
  if (kind === undefined || !(storage instanceof StorageHandle)) {
    throw invalid('a tensor must have a storage and a dtype that we know', describeValue(dtype));
  }
  const load = () => new PytorchStorage(kind, storage.load().bytes);
  return windowOn(load, offset, shape, strides);
}

function windowOn(
  load: () => PytorchStorage,
  offset: PickleValue | undefined,
  shape: PickleValue | undefined,
  strides: PickleValue | undefined,
): PytorchTensor {
  const sizes = wholeNumbers(shape, 'the shape of a tensor');
  const steps = wholeNumbers(strides, 'the strides of a tensor');
  if (!isCount(offset) || sizes.length !== steps.length) {
    throw invalid('a tensor must have an offset and a stride for each axis', describeValue(offset));
  }
  return new PytorchTensor(load, offset, sizes, steps);
}

/** args: the function that rebuilds the plain tensor, its class, the function's arguments, state */
function rebuildFromType([rebuild, , args]: readonly PickleValue[]): PickleValue {
  const made =
    rebuild instanceof PickleClass && args instanceof PickleTuple
      ? rebuild.construct(args.items)
      : undefined;
  return expectTensor(made);
}

function expectTensor(value: PickleValue | undefined): PickleValue {
  if (value instanceof FileTensor) return value;
  throw invalid('a parameter must be a tensor', describeValue(value));
}

/** args: bytes, dtype, shape, order */
function numpyFromBuffer([bytes, dtype, shape, order]: readonly PickleValue[]): PickleValue {
  return numpyArray(shape, dtype, order === 'F', bytes);
}

/** A single number (a loss or a score beside the weights): kept as an array of no axes. */
function numpyScalar([dtype, bytes]: readonly PickleValue[]): PickleValue {
  return numpyArray(new PickleTuple([]), dtype, false, bytes);
}

function numpyArray(
  shape: PickleValue = null,
  dtype: PickleValue = null,
  isFortran = false,
  bytes: PickleValue = null,
): NumpyArray {
  const array = new NumpyArray();
  array.setState(new PickleTuple([1, shape, dtype, isFortran, bytes]));
  return array;
}

function invalid(rule: string, received: string): LeukoscopeError {
  return new LeukoscopeError(
    'PYTORCH_INVALID',
    `A PyTorch file is not valid: ${rule}. Received ${received}. The file is damaged, truncated or of another format.`,
  );
}
