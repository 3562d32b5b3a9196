/**
 * @file The text of docs/ops.md: every op with its gradient, the ONNX operators that it is written as,
 * and how it is tested. All of it is read off the op table and the tests' cases, nothing is kept by hand.
 */
import { createArray, elementCount, type TensorData } from '@leukoscope/core';
import { opTable } from '@leukoscope/nn';
import { sortNodes } from '../packages/nn/src/graph/sort-nodes.ts';
import type { Emitter } from '../packages/nn/src/graph/tensor.ts';
import { allCases } from '../packages/nn/test/cases/all-cases.ts';
import { buildCase, type OpCase } from '../packages/nn/test/harness/op-case.ts';

interface Row {
  readonly name: string;
  readonly onnx: readonly string[];
  readonly isDifferentiable: boolean;
  readonly cases: readonly OpCase[];
}

/** Write the page. */
export function opTablePage(): string {
  const used = usedOperators();
  const rows = Object.entries(opTable).map(
    ([name, op]): Row => ({
      name,
      onnx: [...(used.get(name) ?? [])].sort(),
      isDifferentiable: op.gradient !== 'none',
      cases: allCases.filter((c) => c.op === name),
    }),
  );
  const composites = [...new Set(allCases.map(({ op }) => op))]
    .filter((name) => !(name in opTable))
    .sort();
  return `# Ops

Written by \`npm run docs\` from \`packages/nn/src/ops/op-table.ts\` and the tests' cases; a test fails
when this page is out of date. Each case runs with three seeds: its values against a twin in float64,
its gradients against central differences of the twin (∂) and both against PyTorch's numbers (P).

| op | written as ONNX | gradient | cases | ∂ | P |
|---|---|---|---|---|---|
${rows.map(describeRow).join('\n')}

${rows.length} ops, ${allCases.length} cases. An op that takes part in another's case (the gradient ops of a
convolution, say) is checked there, too.

## Built from these

| function | cases | ∂ | P |
|---|---|---|---|
${composites.map((name) => `| ${name} | ${counts(allCases.filter((c) => c.op === name))} |`).join('\n')}
`;
}

function describeRow({ name, onnx, isDifferentiable, cases }: Row): string {
  const gradient = isDifferentiable ? 'yes' : 'none';
  return `| ${name} | ${onnx.join(', ') || '-'} | ${gradient} | ${counts(cases)} |`;
}

function counts(cases: readonly OpCase[]): string {
  const differentiated = cases.filter(
    (c) => c.differences !== false && buildCase(c).differentiate.length > 0,
  );
  const recorded = cases.filter((c) => c.recorded !== false);
  return [cases, differentiated, recorded].map((list) => list.length || '-').join(' | ');
}

/** ONNX operators by op, over every node of all cases and their gradients. */
function usedOperators(): Map<string, Set<string>> {
  const used = new Map<string, Set<string>>();
  for (const c of allCases) {
    const { outputs, found } = buildCase(c);
    for (const node of sortNodes([...outputs, ...found.map((tensor) => tensor!)])) {
      const operators = used.get(node.op.name) ?? new Set<string>();
      used.set(node.op.name, operators);
      node.op.emit(recordingEmitter(operators), node);
    }
  }
  return used;
}

/** An emitter that writes nothing and remembers which operators were asked for. */
function recordingEmitter(operators: Set<string>): Emitter {
  const constant = ({ shape, data }: TensorData) => {
    if (data.length !== elementCount(shape)) throw new Error('internal: a constant is malformed.');
    return 'constant';
  };
  const addMany = (opType: string, _inputs: readonly string[], count: number) => {
    operators.add(opType);
    return Array.from({ length: count }, (_, i) => `value${i}`);
  };
  return {
    nameOf: () => 'input',
    leafName: () => 'leaf',
    isConstant: () => false,
    constant,
    int64s: ({ length }) =>
      constant({ dtype: 'int64', shape: [length], data: createArray('int64', length) }),
    scalar: () => 'scalar',
    cast: () => addMany('Cast', [], 1)[0]!,
    add: (opType, inputs) => addMany(opType, inputs, 1)[0]!,
    addMany,
  };
}
