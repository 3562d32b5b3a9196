/** @file All nodes behind some tensors, each behind its inputs: the order to run, print and emit in. */
import type { GraphNode, Tensor } from './tensor.ts';

/** Sort topologically, depth first; iterative, so that deep graphs do not overflow the stack. */
export function sortNodes(outputs: readonly Tensor[]): GraphNode[] {
  const sorted: GraphNode[] = [];
  const done = new Set<GraphNode>();
  const stack: { node: GraphNode; next: number }[] = [];
  for (const { node: root } of outputs) {
    stack.push({ node: root, next: 0 });
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      if (done.has(top.node)) {
        stack.pop();
      } else if (top.next < top.node.inputs.length) {
        const { node } = top.node.inputs[top.next++]!;
        if (!done.has(node)) stack.push({ node, next: 0 });
      } else {
        done.add(top.node);
        sorted.push(top.node);
        stack.pop();
      }
    }
  }
  return sorted;
}
