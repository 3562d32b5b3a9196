import { opTable } from '@leukoscope/nn';
import { expect, test } from 'vitest';
import { sortNodes } from '../src/graph/sort-nodes.ts';
import { allCases } from './cases/all-cases.ts';
import { buildCase } from './harness/op-case.ts';

test('has a case for every op of the table', () => {
  const covered = new Set<string>(allCases.map(({ op }) => op));
  expect(Object.keys(opTable).filter((name) => !covered.has(name))).toEqual([]);
});

test('names every op as its row in the table', () => {
  for (const [name, op] of Object.entries(opTable)) expect(op.name).toBe(name);
});

test('lets each case reach the op that it is filed under', () => {
  for (const c of allCases) {
    if (!(c.op in opTable)) continue;
    const { outputs, found } = buildCase(c);
    const reached = new Set(
      sortNodes([...outputs, ...found.map((tensor) => tensor!)]).map(({ op }) => op.name),
    );
    expect(reached, c.name).toContain(c.op);
  }
});

test('differentiates every op that has a gradient in at least one case', () => {
  const differentiated = new Set(
    allCases.filter((c) => buildCase(c).differentiate.length > 0).map(({ op }) => op),
  );
  const missing = Object.entries(opTable).filter(
    ([name, { gradient }]) =>
      gradient !== 'none' && !differentiated.has(name as keyof typeof opTable),
  );
  expect(missing.map(([name]) => name)).toEqual([]);
});

test('uses each name of a case once within its family', () => {
  const names = allCases.map(({ name }) => name);
  expect(names.length).toBe(new Set(names).size);
});
