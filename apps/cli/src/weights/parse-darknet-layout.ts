/** @file JSON -> the layers of a Darknet file, checked field by field. */
import { LeukoscopeError, messageOf } from '@leukoscope/core';
import type { DarknetLayer } from '@leukoscope/nn';

/** Read a list of layers. */
export function parseDarknetLayout(text: string, file: string): DarknetLayer[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw fault(file, `must be JSON. ${messageOf(cause)}`, cause);
  }
  if (!Array.isArray(value)) throw fault(file, 'must be a list of layers');
  return value.map((layer: unknown, i) => parseLayer(layer, `${file}, layer ${i + 1},`));
}

function parseLayer(value: unknown, place: string): DarknetLayer {
  if (typeof value !== 'object' || value === null) throw fault(place, 'must be an object');
  const fields = new Map<string, unknown>(Object.entries(value));
  const kind = fields.get('kind');
  if (kind !== 'convolution' && kind !== 'connected') {
    throw fault(place, 'must have the kind "convolution" or "connected"');
  }
  const count = (key: string): number => {
    const number = fields.get(key);
    if (typeof number === 'number' && Number.isInteger(number) && number >= 1) return number;
    throw fault(place, `must have ${key}, a whole number of at least 1`);
  };
  const name = fields.get('name');
  const batchNorm = fields.get('batchNorm');
  if (typeof name !== 'string' || name === '') throw fault(place, 'must have a name');
  if (typeof batchNorm !== 'boolean') throw fault(place, 'must have batchNorm, true or false');
  const base = { name, inputs: count('inputs'), outputs: count('outputs'), batchNorm };
  if (kind === 'connected') return { kind, ...base };
  const groups = fields.has('groups') ? { groups: count('groups') } : {};
  return { kind, ...base, kernelSize: count('kernelSize'), ...groups };
}

function fault(place: string, rule: string, cause?: unknown): LeukoscopeError {
  return new LeukoscopeError(
    'CLI_DARKNET_LAYOUT',
    `${place} ${rule}. See docs/guide-command-line.md for the form.`,
    cause === undefined ? {} : { cause },
  );
}
