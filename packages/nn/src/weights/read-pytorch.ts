/**
 * @file Reads PyTorch checkpoints (.pth, .pt, .bin) and pickled dicts of NumPy arrays (.pkl).
 *
 * Three containers hold the same kind of pickle: the zip archive of torch.save since 1.6 (data.pkl and
 * one entry per storage), the older stream (five pickles, then the storages), and a plain pickle.
 * Nothing in the file is ever run. bfloat16 and 16-bit integers are widened (see onnx/elements.ts).
 * Reference: torch/serialization.py
 */
import { LeukoscopeError, type TensorData } from '@leukoscope/core';
import { bytesPerKind, type ElementKind } from '../onnx/elements.ts';
import { ByteCursor } from './byte-cursor.ts';
import { ExtraMemory } from './extra-memory.ts';
import { pickStateDict } from './pick-state-dict.ts';
import { readPickle } from './pickle-machine.ts';
import { describeValue, type PickleValue } from './pickle-values.ts';
import { type LoadStorage, pytorchHost } from './pytorch-host.ts';
import { PytorchStorage } from './pytorch-objects.ts';
import type { Weights } from './weights.ts';
import { listZipEntries, readZipEntry } from './zip-entries.ts';

/** What to take from a checkpoint, and how far to trust it. */
export interface PytorchOptions {
  /**
   * Keys that lead to the dict of tensors, such as ['model'] or ['ema', 'state_dict']; [] is the top.
   * @default the only dict in the file that holds tensors
   */
  readonly path?: readonly string[] | undefined;
  /**
   * Names of Python classes whose objects are passed over, such as 'argparse.Namespace'.
   * @default []
   */
  readonly ignoreGlobals?: readonly string[] | undefined;
  /**
   * Most bytes that compressed, strided and widened tensors may take beyond the file itself.
   * @default 256 MiB and four times the size of the file
   */
  readonly maxExpandedBytes?: number | undefined;
}

/** The first pickle of the older stream: 0x1950a86a20f9469cfc6c. */
const streamMagic = 119547037146038801333356n;

/** Read the tensors of a checkpoint by name; numbers and text beside them become metadata. */
export function readPytorch(bytes: Uint8Array, options: PytorchOptions = {}): Weights {
  const { path, ignoreGlobals = [], maxExpandedBytes = 2 ** 28 + 4 * bytes.length } = options;
  const memory = new ExtraMemory(maxExpandedBytes);
  const root = isZip(bytes)
    ? readArchive(bytes, ignoreGlobals, memory)
    : readStream(bytes, ignoreGlobals);
  const { values, metadata } = pickStateDict(root, path);
  const tensors = new Map<string, TensorData>();
  for (const [name, value] of values) tensors.set(name, value.materialise(name, memory));
  return { tensors, metadata };
}

function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
}

/** Entries: NAME/data.pkl, NAME/data/KEY for each storage, NAME/byteorder in newer files. */
function readArchive(
  bytes: Uint8Array,
  ignoreGlobals: readonly string[],
  memory: ExtraMemory,
): PickleValue {
  const entries = listZipEntries(bytes);
  const pickles = [...entries.values()].filter(({ name }) => /(^|\/)data\.pkl$/.test(name));
  const [pickle] = pickles;
  if (pickle === undefined || pickles.length > 1) {
    const names = [...entries.keys()].slice(0, 5).join(', ');
    throw invalid(
      'its archive must have one entry data.pkl',
      `${pickles.length} among ${entries.size} entries (${names})`,
    );
  }
  const folder = pickle.name.slice(0, -'data.pkl'.length);
  const order = entries.get(`${folder}byteorder`);
  if (order !== undefined) checkByteOrder(readZipEntry(bytes, order, memory));
  const contents = new Map<string, Uint8Array>(); // inflated once, however many tensors share it
  const loadStorage: LoadStorage = (kind, key, count) => () => {
    const entry = entries.get(`${folder}data/${key}`);
    if (entry === undefined) throw invalid(`it must have an entry data/${key}`, 'none');
    const content = contents.get(key) ?? readZipEntry(bytes, entry, memory);
    contents.set(key, content);
    const expected = count * bytesPerKind(kind);
    if (content.length >= expected) return new PytorchStorage(kind, content.subarray(0, expected));
    throw invalid(`storage "${key}" must take ${expected} bytes`, `${content.length}`);
  };
  const host = pytorchHost(loadStorage, ignoreGlobals);
  return readPickle(readZipEntry(bytes, pickle, memory), host).value;
}

/** Pickles: magic number, version, facts about the machine, the object, the keys of the storages. */
function readStream(bytes: Uint8Array, ignoreGlobals: readonly string[]): PickleValue {
  const storages = new Map<string, PytorchStorage>();
  const wanted = new Map<string, ElementKind>();
  const host = pytorchHost((kind, key, count) => {
    wanted.set(key, kind);
    return () => {
      const storage = storages.get(key);
      if (storage !== undefined && storage.bytes.length >= count * bytesPerKind(kind))
        return storage;
      throw invalid(`storage "${key}" must hold ${count} elements`, storage ? 'fewer' : 'none');
    };
  }, ignoreGlobals);
  const first = readPickle(bytes, host);
  if (first.value !== streamMagic) return first.value; // a plain pickle
  const version = readPickle(bytes, host, first.end);
  if (version.value !== 1001)
    throw invalid('its version must be 1001', describeValue(version.value));
  const machine = readPickle(bytes, host, version.end);
  const isLittle = machine.value instanceof Map ? machine.value.get('little_endian') : undefined;
  if (isLittle !== true) throw invalid('it must be little-endian', 'another byte order');
  const object = readPickle(bytes, host, machine.end);
  const keys = readPickle(bytes, host, object.end);
  if (!Array.isArray(keys.value)) throw invalid('it must list its storages', 'no list');
  const cursor = new ByteCursor(bytes, keys.end, (count, at) =>
    invalid(`${count} more bytes are needed at byte ${at}`, 'the end of the file'),
  );
  for (const key of keys.value) {
    const kind = typeof key === 'string' ? wanted.get(key) : undefined;
    if (typeof key !== 'string' || kind === undefined) {
      throw invalid('its storages must belong to tensors', describeValue(key));
    }
    const content = cursor.bytes(cursor.size64() * bytesPerKind(kind));
    storages.set(key, new PytorchStorage(kind, content));
  }
  return object.value;
}

function checkByteOrder(content: Uint8Array): void {
  const order = new TextDecoder().decode(content.subarray(0, 16));
  if (order !== 'little') throw invalid('its byte order must be little', JSON.stringify(order));
}

function invalid(rule: string, received: string): LeukoscopeError {
  return new LeukoscopeError(
    'PYTORCH_INVALID',
    `A PyTorch file is not valid: ${rule}. Received ${received}. The file is damaged, truncated or of another format.`,
  );
}
