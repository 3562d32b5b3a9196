/**
 * @file Finds the dict of tensors in a checkpoint.
 *
 * A checkpoint is a dict of tensors, or a dict that holds one under a key such as "state_dict", beside the
 * optimiser's state and a few numbers. Where there are several, the caller has to choose: taking
 * the wrong one (weights instead of their moving average) would go unnoticed.
 */
import { LeukoscopeError } from '@leukoscope/core';
import { describeValue, type PickleValue } from './pickle-values.ts';
import { FileTensor } from './pytorch-objects.ts';

type Dict = ReadonlyMap<PickleValue, PickleValue>;

/** Deeper dicts (the optimiser's, a config's) are not looked into. */
const deepest = 4;

/** Return the tensors at a path, or of the only dict that has any, and the facts at the top. */
export function pickStateDict(
  root: PickleValue,
  path: readonly string[] | undefined,
): { values: Map<string, FileTensor>; metadata: Record<string, string> } {
  if (!(root instanceof Map)) {
    throw new LeukoscopeError(
      'PYTORCH_PATH',
      `A checkpoint must hold a dict at its top. Received ${describeValue(root)}. In Python, save the state dict: torch.save(model.state_dict(), path).`,
    );
  }
  const dict = path === undefined ? onlyDictOfTensors(root) : dictAt(root, path);
  return { values: tensorsOf(dict), metadata: factsOf(root) };
}

function dictAt(root: Dict, path: readonly string[]): Dict {
  let dict = root;
  for (const [depth, key] of path.entries()) {
    const next = dict.get(key);
    if (!(next instanceof Map)) {
      const place = JSON.stringify(path.slice(0, depth + 1));
      const keys = [...dict.keys()].slice(0, 12).map(describeValue).join(', ');
      throw new LeukoscopeError(
        'PYTORCH_PATH',
        `The path of a checkpoint must lead to a dict. Received ${place}, where ${describeValue(next)} is. The keys beside it are ${keys}.`,
      );
    }
    dict = next;
  }
  if (tensorsOf(dict).size > 0) return dict;
  throw new LeukoscopeError(
    'PYTORCH_PATH',
    `The path of a checkpoint must lead to a dict with tensors. Received ${JSON.stringify(path)}, where none is. ${listPaths(root)}`,
  );
}

function onlyDictOfTensors(root: Dict): Dict {
  const found = dictsOfTensors(root);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only.dict;
  throw new LeukoscopeError(
    'PYTORCH_PATH',
    `A checkpoint must hold one dict of tensors to be read without a path. Received ${found.length}. ${listPaths(root)}`,
  );
}

function listPaths(root: Dict): string {
  const found = dictsOfTensors(root).slice(0, 12);
  if (found.length === 0)
    return 'In Python, save the state dict: torch.save(model.state_dict(), p).';
  const paths = found.map(({ path, count }) => `${JSON.stringify(path)} (${count} tensors)`);
  return `Choose one with the option path: ${paths.join(', ')}.`;
}

/** Dicts that directly hold a tensor of at least one axis: a lone number is no parameter. */
function dictsOfTensors(root: Dict): { path: string[]; dict: Dict; count: number }[] {
  const found: { path: string[]; dict: Dict; count: number }[] = [];
  const seen = new Set<Dict>(); // a hostile dict may hold itself, or one dict a million times
  const visit = (dict: Dict, path: string[]): void => {
    if (seen.has(dict) || path.length > deepest) return;
    seen.add(dict);
    const tensors = tensorsOf(dict);
    if ([...tensors.values()].some(({ shape }) => shape.length > 0)) {
      found.push({ path, dict, count: tensors.size });
    }
    for (const [key, value] of dict) {
      if (typeof key === 'string' && value instanceof Map) visit(value, [...path, key]);
    }
  };
  visit(root, []);
  return found;
}

function tensorsOf(dict: Dict): Map<string, FileTensor> {
  const tensors = new Map<string, FileTensor>();
  for (const [key, value] of dict) {
    if (typeof key === 'string' && value instanceof FileTensor) tensors.set(key, value);
  }
  return tensors;
}

function factsOf(root: Dict): Record<string, string> {
  const facts: [string, string][] = [];
  for (const [key, value] of root) {
    const isFact =
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    if (typeof key === 'string' && isFact) facts.push([key, `${value}`]);
  }
  return Object.fromEntries(facts);
}
