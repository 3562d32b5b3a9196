/** @file The `data.yaml` of YOLO data sets: class names by index and the folders of the splits. */
import { LeukoscopeError } from '@leukoscope/core';
import { parseDocument } from 'yaml';

/** What `data.yaml` says. */
export interface YoloConfig {
  /** Names by class index; holes are possible. */
  readonly names: ReadonlyMap<number, string>;
  /** Folders (or list files) of each split, without leading `./` and `../`. */
  readonly splits: ReadonlyMap<string, readonly string[]>;
}

const largestClassCount = 10_000;
// The YAML reader is recursive: deeper files would exhaust the stack.
const longestText = 4_000_000;
const deepest = 32;

/** Read `data.yaml`; aliases are refused, since they can grow without bound. */
export function parseYoloYaml(text: string, file: string): YoloConfig {
  if (text.length > longestText || nestingOf(text) > deepest) {
    throw new LeukoscopeError(
      'YAML_BROKEN',
      `${file} must be at most ${longestText} characters and ${deepest} brackets deep. Received more.`,
    );
  }
  const document = parseDocument(text, { schema: 'core', prettyErrors: true, uniqueKeys: true });
  const error = document.errors[0];
  if (error !== undefined) {
    throw new LeukoscopeError(
      'YAML_BROKEN',
      `${file} must be YAML. ${error.message.split('\n')[0]}`,
    );
  }
  let root: unknown;
  try {
    root = document.toJS({ mapAsMap: true, maxAliasCount: 0 });
  } catch (cause) {
    throw new LeukoscopeError('YAML_BROKEN', `${file} must be YAML without aliases.`, { cause });
  }
  if (!(root instanceof Map)) {
    throw new LeukoscopeError('YAML_BROKEN', `${file} must hold keys and values. Received none.`);
  }
  return { names: parseNames(root.get('names'), file), splits: parseSplits(root) };
}

function parseNames(value: unknown, file: string): Map<number, string> {
  const entries: [unknown, unknown][] =
    value instanceof Map ? [...value.entries()] : Array.isArray(value) ? [...value.entries()] : [];
  if (entries.length === 0 || entries.length > largestClassCount) {
    throw new LeukoscopeError(
      'YOLO_NAMES',
      `names in ${file} must list from 1 to ${largestClassCount} classes. Received ${entries.length}.`,
    );
  }
  return new Map(
    entries.map(([key, name]) => {
      const index = Number(key);
      const isName =
        typeof name === 'string' || typeof name === 'number' || typeof name === 'boolean';
      if (!Number.isInteger(index) || index < 0 || !isName) {
        throw new LeukoscopeError(
          'YOLO_NAMES',
          `names in ${file} must map class numbers to texts. Received ${String(key).slice(0, 40)}: ${typeof name}.`,
        );
      }
      return [index, String(name)] as const;
    }),
  );
}

function parseSplits(root: ReadonlyMap<unknown, unknown>): Map<string, string[]> {
  const base = typeof root.get('path') === 'string' ? String(root.get('path')) : '';
  const splits = new Map<string, string[]>();
  for (const split of ['train', 'val', 'test']) {
    const value = root.get(split);
    const paths = (Array.isArray(value) ? value : [value]).filter(
      (path) => typeof path === 'string',
    );
    if (paths.length === 0) continue;
    splits.set(
      split,
      paths.map((path) => cleanPath(path, base)),
    );
  }
  return splits;
}

/** Make a path relative to the data set's folder: `path:` names that folder on the author's machine. */
function cleanPath(path: string, base: string): string {
  const below = base !== '' && path.startsWith(base) ? path.slice(base.length) : path;
  return below
    .replaceAll('\\', '/')
    .replace(/^(\.{0,2}\/)+/, '')
    .replace(/\/+$/, '');
}

/** How deep brackets nest, quotes not heeded: an upper bound. */
function nestingOf(text: string): number {
  let depth = 0;
  let maximum = 0;
  for (const character of text) {
    if (character === '[' || character === '{') maximum = Math.max(maximum, ++depth);
    else if (character === ']' || character === '}') depth--;
  }
  return maximum;
}
