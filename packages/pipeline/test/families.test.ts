import { modelFamilies } from '@leukoscope/models';
import { expect, test } from 'vitest';
import { expectExportOpens } from './harness/expect-export-opens.ts';

/** Families of one task are read alike, so one of each; families.slow.test.ts takes all. */
const oneOfEachTask = [...Map.groupBy(modelFamilies, taskOf).values()].map(([first]) => first!);

function taskOf(family: (typeof modelFamilies)[number]) {
  return family.configure({ preset: 'tiny' }).task;
}

test('every task has a family', () => {
  expect(oneOfEachTask.map(taskOf).sort()).toEqual(['boxes', 'classes', 'instances', 'pixels']);
});

test.each(oneOfEachTask.map((family) => [family.name, family] as const))(
  'an export of %s opens by its description and answers in whole findings',
  (_, family) => expectExportOpens(family),
);
