/** @file Naming layers of a model, to leave them out of a conversion. */
import type { OnnxNode } from '../onnx/model.ts';

/**
 * Tell whether a node is meant by one of the names: its own, or one of its inputs' (weights), whole or
 * by leading parts: `head` means `head.weight` and `head/Conv_3`, not `header.weight`.
 */
export function matchesName(node: OnnxNode, names: readonly string[]): boolean {
  if (names.length === 0) return false;
  const own = [node.name ?? '', ...node.inputs, ...node.outputs];
  return names.some((wanted) =>
    own.some(
      (name) => name === wanted || name.startsWith(`${wanted}.`) || name.startsWith(`${wanted}/`),
    ),
  );
}
