/** @file Prints the graph behind some tensors as text, one line a node, and hashes its structure. */
import { hash32, type TensorData } from '@leukoscope/core';
import { sortNodes } from './sort-nodes.ts';
import type { GraphNode, Tensor } from './tensor.ts';

/** Write the graph: `%3 float32[1, 8, 4, 4] = conv2d(%1, %2) {"strides":[1,1],...}`. */
export function printGraph(outputs: Readonly<Record<string, Tensor>>): string {
  const numbers = new Map<Tensor, number>();
  const lines: string[] = [];
  for (const node of sortNodes(Object.values(outputs))) {
    for (const tensor of node.outputs) numbers.set(tensor, numbers.size + 1);
    const left = node.outputs.map((t) => `%${numbers.get(t)} ${t.dtype}[${t.shape.join(', ')}]`);
    const inputs = node.inputs.map((t) => `%${numbers.get(t)}`).join(', ');
    const name = node.name === undefined ? '' : `  # ${node.name}`;
    lines.push(`${left.join(', ')} = ${node.op.name}(${inputs})${printAttributes(node)}${name}`);
  }
  const named = Object.entries(outputs).map(([name, t]) => `${name} = %${numbers.get(t)}`);
  return [...lines, `return ${named.join(', ')}`].join('\n');
}

/**
 * Hash ops, shapes, attributes, wiring and all elements of constants. Keys of inputs and parameters
 * count, as files depend on them.
 */
export function hashGraph(outputs: Readonly<Record<string, Tensor>>): string {
  const structure = printGraph(outputs).replace(/ {2}# .*$/gm, '');
  // The text shortens long constants; their bytes follow, in the order of the lines.
  const constants = sortNodes(Object.values(outputs))
    .flatMap(({ attributes }) => Object.values(attributes as Record<string, unknown>))
    .filter((value) => isTensorData(value))
    .map(hashBytes);
  const text = [structure, ...constants].join('\n');
  const halves = [text, `${text}#`].map((part) => hash32(part).toString(16).padStart(8, '0'));
  return halves.join('');
}

/** FNV-1a over the elements as they lie in memory. */
function hashBytes({ data }: TensorData): string {
  let hash = 0x811c9dc5;
  for (const byte of new Uint8Array(data.buffer, data.byteOffset, data.byteLength)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return (hash >>> 0).toString(16);
}

function printAttributes(node: GraphNode): string {
  const entries = Object.entries(node.attributes as Record<string, unknown>);
  if (entries.length === 0) return '';
  const shown = entries.map(([key, value]) => [
    key,
    isTensorData(value) ? printValue(value) : value,
  ]);
  return ` ${JSON.stringify(Object.fromEntries(shown))}`;
}

function isTensorData(value: unknown): value is TensorData {
  return typeof value === 'object' && value !== null && 'dtype' in value && 'data' in value;
}

function printValue(value: TensorData): string {
  const few = Array.from(value.data.subarray(0, 8), String).join(', ');
  return value.data.length > 8 ? `[${few}, ... ${value.data.length}]` : `[${few}]`;
}
